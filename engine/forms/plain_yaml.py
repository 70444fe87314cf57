"""YAML as people write it by hand: no depth, size or multiplying alias that costs the reader more than the writer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

LARGEST = 256 * 1024
DEEPEST = 30
MOST_COLONS = 60
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
    """What multiplies, met before anything is composed: deep nesting, merge keys, aliases within what one repeats."""
    around: list[bool] = []  # for every collection still open, whether it bears an anchor
    for event in events:
        if isinstance(event, yaml.NodeEvent) and len(around) >= DEEPEST:
            raise _refusal("nested too deeply", event)
        if isinstance(event, yaml.AliasEvent) and any(around):
            raise _refusal("an alias within an anchored part", event)
        if isinstance(event, yaml.ScalarEvent):
            _refuse_multiplying(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            around.append(event.anchor is not None)
        elif isinstance(event, yaml.CollectionEndEvent):
            around.pop()


def _refuse_multiplying(scalar: Any) -> None:
    """YAML 1.1 reads `1:30:00` in base sixty, in the square of its length, and merges whatever stands at `<<`."""
    if not scalar.style and scalar.value == "<<":
        raise _refusal("a merge key", scalar)
    if not scalar.style and scalar.value.count(":") > MOST_COLONS:
        raise _refusal("too many colons for a plain value", scalar)


def _refusal(detail: str, event: Any) -> yaml.YAMLError:
    return yaml.composer.ComposerError(None, None, detail, event.start_mark)
