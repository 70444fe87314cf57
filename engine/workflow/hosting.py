"""What a token asks of the instance it belongs to, and of the diagram it moves on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.domain.process import Moment, NodePhase
from engine.workflow.record import Record


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What the diagram says about one node."""

    id: str
    name: str
    type: str
    lane: str
    role: str
    unit: str
    facts: Mapping[str, str]


class Diagram(Protocol):
    """The diagram of the version that runs."""

    @property
    def targets(self) -> Mapping[str, str]:
        """For each throwing node with a message flow: the process it points at."""

    @property
    def hidden(self) -> frozenset[str]:
        """Names of multi-instance values that are the engine's bookkeeping, not the item."""

    def node(self, spec: Any) -> NodeFacts:
        """The node a spec was read from."""

    def decide(self, name: str, scope: Mapping[str, Any], now: datetime) -> Any:
        """What the decision table of that name says."""


class Host(Protocol):
    """The instance."""

    at: Moment
    variables: dict[str, Any]
    record: Record
    task_tree: Any
    subprocesses: dict[str, Any]

    @property
    def model(self) -> Diagram:
        """The diagram."""

    def next_id(self) -> str:
        """An id for a new token."""

    def all_live(self) -> Iterator[Any]:
        """Every token that is somewhere."""

    def create_subprocess(self, my_task: Any, spec_name: str) -> Any:
        """Opens the inside of an activity."""

    def moved(self, token: Any, before: int, after: int) -> None:
        """Hears of every change of state."""

    def note(self, token: Any, phase: NodePhase, detail: Mapping[str, Any]) -> None:
        """Adds a line to the history."""

    def report(self, token: Any, error: Exception) -> None:
        """Records why a token cannot go on."""

    def write(self, token: Any, name: str, value: Any) -> None:
        """Sets an instance variable."""
