"""How pressing a piece of work is, in working time: an hour on Friday evening is not an hour on Monday morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockState

SOON = timedelta(hours=8)
"""Working time before the due date from which work is shown as due soon: one working day."""


class Urgency(Enum):
    """What a worklist shows first, in this order."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    WITHIN = "within"
    PAUSED = "paused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """An urgency with the working minutes left, negative when they are over; None where nothing is due."""

    urgency: Urgency
    remaining_minutes: int | None = None


def standing(due_at: datetime | None, now: datetime, calendar: WorkingCalendar,
             clock: ClockState = ClockState.RUNNING, soon: timedelta = SOON) -> Standing:
    """How pressing something due at that instant is now. A minute late is late, even when nobody worked in between."""
    if due_at is None or clock is ClockState.FINISHED:
        return Standing(Urgency.NONE)
    if clock is ClockState.PAUSED:
        return Standing(Urgency.PAUSED)
    left = calendar.working_between(now, due_at)
    return Standing(_urgency(due_at, now, left, soon), left // timedelta(minutes=1))


def _urgency(due_at: datetime, now: datetime, left: timedelta, soon: timedelta) -> Urgency:
    if now > due_at:
        return Urgency.OVERDUE
    return Urgency.DUE_SOON if left <= soon else Urgency.WITHIN
