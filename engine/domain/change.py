"""One thing that was changed in a dossier after it was filed: what stood there, and what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class ChangeKind(Enum):
    """Which part of a dossier was changed; `key` of the change names the field or paper within it."""

    OWNER = "owner"
    ANSWER = "answer"
    PAPER = "paper"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Change:
    """`old` and `new` are JSON values: an answer, the state of a paper, the name of a file (`old` is then None)."""

    kind: ChangeKind
    key: str
    old: Any
    new: Any


def changes(kind: ChangeKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What `after` says differently, in its order."""
    return tuple(Change(kind, key, before.get(key), value) for key, value in after.items() if before.get(key) != value)


def as_rows(made: Iterable[Change]) -> list[dict[str, Any]]:
    """Plain values for storing."""
    return [{**asdict(each), "kind": each.kind.value} for each in made]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """What `as_rows` stored."""
    return tuple(Change(ChangeKind(row["kind"]), row["key"], row["old"], row["new"]) for row in rows)
