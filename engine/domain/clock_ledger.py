"""The clock of a dossier: an append-only, hash-chained ledger from which every due date is derived.

Nothing here is ever updated. Whoever wants to know when the dossier is due reads the events with a calendar and the
rules of its pack; the promise made first stands in the first event and does not move.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from engine.domain import time_limit
from engine.domain.errors import ClockBackdated, ClockOrderBroken, InvalidInput
from engine.domain.field_problem import problem
from engine.domain.time_limit import STANDS_ALONE, TimeLimit, TimeUnit

GENESIS = "0" * 64
"""What the first event names as the hash before it."""


class ClockKind(Enum):
    """What happened to the clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTARTED = "restarted"
    EXTENDED = "extended"
    REAPPOINTED = "reappointed"
    FINISHED = "finished"
    REOPENED = "reopened"


class ClockState(Enum):
    """Where the clock stands after its last event."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class PauseReason(Enum):
    """Whose time is passing while the clock stands (domain.md 3.5)."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


NEXT: Mapping[ClockState, Mapping[ClockKind, ClockState]] = {
    ClockState.IDLE: {ClockKind.STARTED: ClockState.RUNNING},
    ClockState.RUNNING: {
        ClockKind.PAUSED: ClockState.PAUSED,
        ClockKind.RESTARTED: ClockState.RUNNING,
        ClockKind.EXTENDED: ClockState.RUNNING,
        ClockKind.REAPPOINTED: ClockState.RUNNING,
        ClockKind.FINISHED: ClockState.FINISHED,
    },
    ClockState.PAUSED: {
        ClockKind.RESUMED: ClockState.RUNNING,
        ClockKind.RESTARTED: ClockState.RUNNING,
        ClockKind.FINISHED: ClockState.FINISHED,
    },
    ClockState.FINISHED: {ClockKind.REOPENED: ClockState.RUNNING},
}
"""What may happen in each state, and where it leads. After the end only work on a wrong result goes on."""


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One entry. `data` is JSON as it is stored and hashed: term, reason, ground, document, promise, calendar version.

    Before `append` has sealed it an event has the number 0 and no hashes.
    """

    dossier_id: str
    kind: ClockKind
    at: datetime
    actor_id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    prev_hash: str = ""
    hash: str = ""

    @property
    def term(self) -> TimeLimit:
        """The term of a start, or the span of an extension."""
        return time_limit.parse(self.data["term"])

    @property
    def reason(self) -> PauseReason:
        """Why the clock was paused."""
        return PauseReason(self.data["reason"])


def started(dossier_id: str, at: datetime, actor_id: str, term: TimeLimit, promised_at: datetime | None,
            calendar_version: str) -> ClockEvent:
    """The dossier was validly accepted. `promised_at` is what `time_limit.due_at` gave; it becomes the original due."""
    promise = promised_at.astimezone(UTC).isoformat() if promised_at else None
    data = {"term": str(term), "promised_at": promise, "calendar_version": calendar_version}
    return ClockEvent(dossier_id, ClockKind.STARTED, at, actor_id, data)


def paused(dossier_id: str, at: datetime, actor_id: str, reason: PauseReason, ground: str,
           document: str = "") -> ClockEvent:
    """The applicant's time begins. `ground` names the rule that allows it, `document` the notice he was sent."""
    return ClockEvent(dossier_id, ClockKind.PAUSED, at, actor_id,
                      {"reason": reason.value, "ground": ground, "document": document})


def resumed(dossier_id: str, at: datetime, actor_id: str) -> ClockEvent:
    """What was waited for has come."""
    return ClockEvent(dossier_id, ClockKind.RESUMED, at, actor_id)


def restarted(dossier_id: str, at: datetime, actor_id: str, ground: str) -> ClockEvent:
    """The full term begins anew; extensions granted before fall away with what they extended."""
    return ClockEvent(dossier_id, ClockKind.RESTARTED, at, actor_id, {"ground": ground})


def extended(dossier_id: str, at: datetime, actor_id: str, by: TimeLimit, ground: str, document: str,
             act: str = "") -> ClockEvent:
    """More time was granted by a document, in the unit of the term or in working days. `act` as in `reappointed`."""
    return ClockEvent(dossier_id, ClockKind.EXTENDED, at, actor_id,
                      {"term": str(by), "ground": ground, "document": document, "act": act})


def reappointed(dossier_id: str, at: datetime, actor_id: str, promised_at: datetime, ground: str,
                act: str) -> ClockEvent:
    """An apology promised another time. It moves no due date: late stays late (domain.md R19-8, R19-13).

    `act` names the act that wrote it, so that repeating the act is seen.
    """
    return ClockEvent(dossier_id, ClockKind.REAPPOINTED, at, actor_id,
                      {"promised_at": promised_at.astimezone(UTC).isoformat(), "ground": ground, "act": act})


def reopened(dossier_id: str, at: datetime, actor_id: str, ground: str) -> ClockEvent:
    """The result turned out to be wrong; the time since the end was nobody's."""
    return ClockEvent(dossier_id, ClockKind.REOPENED, at, actor_id, {"ground": ground})


def finished(dossier_id: str, at: datetime, actor_id: str) -> ClockEvent:
    """The agency has done its part; collecting the result takes nobody's time."""
    return ClockEvent(dossier_id, ClockKind.FINISHED, at, actor_id)


def append(events: Sequence[ClockEvent], event: ClockEvent) -> ClockEvent:
    """The event sealed as the next of this ledger; the caller stores it.

    Raises ClockOrderBroken when the clock cannot take it in its present state, ClockBackdated when it is older than
    the last event, InvalidInput for an extension in a unit that does not suit the term.
    """
    current = state(events)
    if event.kind not in NEXT[current]:
        raise ClockOrderBroken(state=current.value, event=event.kind.value)
    if events and event.at < events[-1].at:
        raise ClockBackdated(at=event.at, last_at=events[-1].at)
    if event.kind is ClockKind.EXTENDED:
        _refuse_unsuitable(event.term, events[0].term)
    numbered = replace(event, seq=len(events) + 1, prev_hash=events[-1].hash if events else GENESIS)
    return replace(numbered, hash=fingerprint(as_row(numbered)))


def _refuse_unsuitable(extension: TimeLimit, term: TimeLimit) -> None:
    units = {TimeUnit.WORKING_DAY, term.unit} - STANDS_ALONE
    if extension.unit not in units or not extension.amount:
        choices = ", ".join(sorted(unit.value for unit in units))
        raise InvalidInput(problems=(problem("by", "not_choice", choices=choices),))


def state(events: Sequence[ClockEvent]) -> ClockState:
    """Where the clock stands."""
    current = ClockState.IDLE
    for event in events:
        current = NEXT[current].get(event.kind, current)
    return current


def original_due_at(events: Sequence[ClockEvent]) -> datetime | None:
    """What was promised at acceptance, whatever happened later; None before the start or without a term."""
    promise = events[0].data["promised_at"] if events else None
    return datetime.fromisoformat(promise) if promise else None


def count(events: Sequence[ClockEvent], kind: ClockKind) -> int:
    """How often that happened, for what may happen a number of times only."""
    return sum(event.kind is kind for event in events)


def done_by(events: Sequence[ClockEvent], act: str) -> bool:
    """True when this act has written its event before."""
    return any(event.data.get("act") == act for event in events)


def as_row(event: ClockEvent) -> dict[str, Any]:
    """The event as columns of plain values, `at` aware."""
    return {"dossier_id": event.dossier_id, "seq": event.seq, "kind": event.kind.value, "at": event.at,
            "actor_id": event.actor_id, "data": dict(event.data), "prev_hash": event.prev_hash, "hash": event.hash}


def from_row(row: Mapping[str, Any]) -> ClockEvent:
    """The event from its columns. Raises ValueError for a kind that does not exist."""
    return ClockEvent(**{**row, "kind": ClockKind(row["kind"])})


def fingerprint(row: Mapping[str, Any]) -> str:
    """SHA-256 over everything in the row but the hash itself, in a form that no database changes."""
    seen = [row["dossier_id"], row["seq"], row["kind"], row["at"].astimezone(UTC).isoformat(), row["actor_id"],
            row["data"], row["prev_hash"]]
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
