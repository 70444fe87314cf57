"""Whether a dossier counts as on time in the national index of QĐ 766 (domain.md 3.7, indicator 2.1).

The index subtracts the time for which papers were waited for, whatever the decree does to the clock, and counts a
dossier as late that was asked for papers more than once. A dossier that waits for papers is judged by the day on which
it was asked; one that is not finished, by the day of the judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.domain import clock_reading
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockEvent, ClockKind, PauseReason
from engine.domain.time_limit import TimePolicy

MOST_REQUESTS = 1
"""Requests for papers during processing that the index allows."""


def on_time(events: Sequence[ClockEvent], calendar: WorkingCalendar, policy: TimePolicy,
            now: datetime) -> bool | None:
    """True, False, or None before the clock started and for terms that never end."""
    if requests(events) > MOST_REQUESTS:
        return False
    reading = clock_reading.read(events, calendar, policy)
    left = reading.remaining(now)
    return None if left is None else not reading.late(now)


def requests(events: Sequence[ClockEvent]) -> int:
    """How often papers were asked for while the clock ran; a request at intake is none of them."""
    return sum(each.kind is ClockKind.PAUSED and each.reason is PauseReason.SUPPLEMENT for each in events)
