"""Hand-overs of a dossier as the control slip lists them: who gave it to whom when, and was it in time.

One row for each change of unit or of lane; the step that gives is judged by its own allotment (domain.md 2.8, 3.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import pairwise

from engine.domain import time_limit
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.time_limit import TimeUnit

BY_THE_MINUTE = frozenset({TimeUnit.WORKING_HOUR, TimeUnit.HOUR})


class Punctuality(Enum):
    """Before the step's time was up, on its last day or minute, or after it."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who had the dossier from when to when. `allotment` is the step's term, empty where it has none."""

    unit_id: str
    unit: str
    lane: str
    holder: str
    step: str
    entered_at: datetime
    left_at: datetime | None
    allotment: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One row of the control slip."""

    giver: Holding
    receiver: Holding
    at: datetime
    punctuality: Punctuality | None


def hand_overs(holdings: Sequence[Holding], calendar_of: Callable[[str], WorkingCalendar]) -> tuple[HandOver, ...]:
    """The rows for steps in the order in which they began; a step still open has given nothing yet."""
    rows = []
    for giver, receiver in pairwise(holdings):
        moved = (giver.unit_id, giver.lane) != (receiver.unit_id, receiver.lane)
        if moved and giver.left_at is not None:
            rows.append(HandOver(giver, receiver, receiver.entered_at, punctuality(giver, calendar_of(giver.unit_id))))
    return tuple(rows)


def punctuality(it: Holding, calendar: WorkingCalendar) -> Punctuality | None:
    """None for a step without an allotment, or one that goes on."""
    limit = time_limit.parse(it.allotment) if it.allotment else time_limit.NO_TERM
    due_at = time_limit.due_at(it.entered_at, limit, calendar)
    if due_at is None or it.left_at is None:
        return None
    if it.left_at > due_at:
        return Punctuality.LATE
    left_at, due_at = it.left_at.astimezone(VIETNAM), due_at.astimezone(VIETNAM)
    exact = limit.unit in BY_THE_MINUTE
    last = (left_at.replace(second=0, microsecond=0) == due_at.replace(second=0, microsecond=0) if exact
            else left_at.date() == due_at.date())
    return Punctuality.ON_TIME if last else Punctuality.EARLY
