"""What the passages of tokens mean for the dossier: national status, clock, outcome.

Diagrams say it with the facts `nationalStatus`, `detailStatus`, `clock` and `outcome`; this module only reads them, in
the order in which things happened. Human steps and waits speak when they are entered, everything else when it is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from engine.domain.process import NodePhase, Passage

WAITING_TYPES = frozenset({
    "userTask", "manualTask", "task", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "serviceTask",
})
"""Where a token may rest: the status holds while it rests there, so it is set on arrival."""


class ClockVerb(Enum):
    """What a node does to the statutory clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    FINISH = "finish"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Effect:
    """One node's word about the dossier."""

    node_id: str
    node_name: str
    status: int | None = None
    detail: str | None = None
    clock: ClockVerb | None = None
    outcome: str | None = None


def effects(passages: Iterable[Passage]) -> tuple[Effect, ...]:
    """The effects of a step, in order. Nodes that say nothing about the dossier leave nothing."""
    return tuple(_effect(p) for p in passages if _speaks(p))


def _speaks(passage: Passage) -> bool:
    told = NodePhase.ENTERED if passage.type in WAITING_TYPES else NodePhase.COMPLETED
    return passage.phase is told and not SPEAKING.isdisjoint(passage.facts)


SPEAKING = frozenset({"nationalStatus", "detailStatus", "clock", "outcome"})
"""The facts that are words about the dossier."""


def _effect(passage: Passage) -> Effect:
    facts: Mapping[str, str] = passage.facts
    return Effect(
        node_id=passage.node_id,
        node_name=passage.name,
        status=int(facts["nationalStatus"]) if "nationalStatus" in facts else None,
        detail=facts.get("detailStatus"),
        clock=ClockVerb(facts["clock"]) if "clock" in facts else None,
        outcome=facts.get("outcome"),
    )
