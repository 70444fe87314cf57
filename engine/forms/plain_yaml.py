"""YAML as people write it by hand: no depth, size or multiplying alias that costs the reader more than the writer."""

from __future__ import annotations

from typing import Any

import yaml

LARGEST = 256 * 1024
DEEPEST = 30


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
        return yaml.load(data, _Loader)  # noqa: S506 - the loader is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableYaml(str(getattr(error, "problem", None) or error), mark.line + 1 if mark else None) from error


class _Loader(yaml.SafeLoader):
    """Composing happens while scanning, so a hostile depth is met before it has cost anything."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.depth = self.anchored = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuses deep nesting, and aliases within what an alias repeats: only those multiply."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self._refuse(self.anchored > 0, "an alias within an anchored part", event)
            return super().compose_node(parent, index)
        anchored = 1 if event.anchor else 0
        self.depth, self.anchored = self.depth + 1, self.anchored + anchored
        self._refuse(self.depth > DEEPEST, "nested too deeply", event)
        node = super().compose_node(parent, index)
        self.depth, self.anchored = self.depth - 1, self.anchored - anchored
        return node

    def _refuse(self, broken: bool, detail: str, event: Any) -> None:
        if broken:
            raise yaml.composer.ComposerError(None, None, detail, event.start_mark)
