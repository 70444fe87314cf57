"""YAML as people write it by hand: no depth, size or multiplying alias that costs the reader more than the writer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

LARGEST = 256 * 1024
DEEPEST = 30
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, which PyYAML's wheels carry, reads ten times as fast; both construct plain values only."""


class UnreadableYaml(ValueError):
    """The text cannot be used; `line` is where, counted from 1, when that is known."""

    def __init__(self, detail: str, line: int | None = None) -> None:
        self.detail, self.line = detail, line
        super().__init__(detail)


def read(data: bytes) -> Any:
    """The plain values of a document, None for an empty one. Raises UnreadableYaml."""
    if len(data) > LARGEST:
        raise UnreadableYaml(f"{len(data)} bytes, at most {LARGEST}")
    try:
        _refuse_costly(yaml.parse(data, _LOADER))
        return yaml.load(data, _LOADER)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableYaml(str(getattr(error, "problem", None) or error), mark.line + 1 if mark else None) from error


def _refuse_costly(events: Iterable[Any]) -> None:
    """Deep nesting, and aliases within what an alias repeats: only those multiply. Met before anything is composed."""
    around: list[bool] = []  # for every collection still open, whether it bears an anchor
    for event in events:
        if isinstance(event, yaml.AliasEvent) and any(around):
            raise _refusal("an alias within an anchored part", event)
        if isinstance(event, yaml.NodeEvent) and len(around) >= DEEPEST:
            raise _refusal("nested too deeply", event)
        if isinstance(event, yaml.CollectionStartEvent):
            around.append(event.anchor is not None)
        elif isinstance(event, yaml.CollectionEndEvent):
            around.pop()


def _refusal(detail: str, event: Any) -> yaml.YAMLError:
    return yaml.composer.ComposerError(None, None, detail, event.start_mark)
