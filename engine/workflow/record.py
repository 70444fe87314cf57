"""What happened during one step, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.process import Passage, Thrown, Trouble


@dataclass(slots=True)
class Record:
    """Grows while a step runs; the step copies it into its frozen result."""

    history: list[Passage] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    written: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By token: the variables whose value a concurrent branch had set differently."""

    def throw(self, kind: str, name: str, payload: Mapping[str, Any], token_id: str, node_id: str,
              target: str | None) -> None:
        """Adds an event that leaves the instance, numbered within the step from 1."""
        number = len(self.thrown) + 1
        self.thrown.append(Thrown(number, kind, name, payload, token_id, node_id, target))
