"""What a clock ledger says: when the dossier is due, how much time is left, how much was used.

Pure: the same events, calendar and rules give the same answer, whenever they are asked. While the clock is paused the
due date is the one before the pause; it moves when the pause ends and its length is known.

A pause in a term of working time gives back the working time it took, to the second: Tuesday 10:00 to Thursday 10:00
moves the due date by two working days. In a term of calendar days, months or hours it gives back the time by the clock.
A same-day promise is made anew when the clock goes on.

What is late stays late: a restart begins a new term only while the old one was kept. A dossier that was already overdue
when its papers were found wanting gets its waiting time back and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from engine.domain import time_limit
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockEvent, ClockKind, PauseReason
from engine.domain.time_limit import DEFAULT_POLICY, NO_TERM, TimeLimit, TimePolicy, TimeUnit


class SupplementClock(Enum):
    """What a request for supplements does to the clock (domain.md 3.5); other waits always pause and resume."""

    PAUSE_RESUME = "pause_resume"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Wait:
    """Time that is not the agency's: from a pause to its end."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A ledger read with one calendar and one set of rules; the questions are its methods.

    `since` is the start or the last restart. `limit` is the term with extensions in its own unit; `extra_days` are
    extensions in working days of a term in another unit. `stopped` is the pause or the end that holds the clock now.
    `reappointed_at` is what an apology promised; waits that followed it move it as they move the due date.
    """

    calendar: WorkingCalendar
    policy: TimePolicy
    supplement_clock: SupplementClock
    term: TimeLimit = NO_TERM
    since: datetime | None = None
    limit: TimeLimit = NO_TERM
    extra_days: Decimal = Decimal(0)
    waits: tuple[Wait, ...] = ()
    stopped: ClockEvent | None = None
    reappointed_at: datetime | None = None

    def due_at(self) -> datetime | None:
        """When the dossier is due, in the zone of Vietnam; None before the start and for the term `none`."""
        if self.since is None or self.limit.unit is TimeUnit.NONE:
            return None
        due_at = time_limit.settled(self._reach(self.since), self.limit, self.calendar, self.policy)
        return self.calendar.add_working_days(due_at, self.extra_days) if self.extra_days else due_at

    def remaining(self, now: datetime) -> timedelta | None:
        """Working time until the due date, negative when it has passed; stands still while the clock does."""
        due_at = self.due_at()
        return None if due_at is None else self.calendar.working_between(self._hand(now), due_at)

    def consumed(self, now: datetime) -> timedelta:
        """Working time the agency has had since the clock (re)started, waits not counted."""
        if self.since is None:
            return timedelta()
        begin = self._begin(self.since)
        run = self.calendar.working_between(begin, max(begin, self._hand(now)))
        return run - self._waited_time(begin)

    def late(self, now: datetime) -> bool:
        """True when working time has passed since the due date."""
        left = self.remaining(now)
        return left is not None and left < timedelta()

    def _hand(self, now: datetime) -> datetime:
        return self.stopped.at if self.stopped else now

    def _begin(self, since: datetime) -> datetime:
        return time_limit.begin(since, self.limit, self.calendar, self.policy)

    def _counting(self, begin: datetime) -> list[Wait]:
        """The waits as far as they lie after the beginning: before it no time was running."""
        return [Wait(max(wait.since, begin), wait.until) for wait in self.waits if wait.until > begin]

    def _waited_time(self, begin: datetime) -> timedelta:
        waits = self._counting(begin)
        return sum((self.calendar.working_between(wait.since, wait.until) for wait in waits), timedelta())

    def _waited_days(self, begin: datetime) -> Fraction:
        waits = self._counting(begin)
        return sum((self.calendar.working_days_between(wait.since, wait.until) for wait in waits), Fraction())

    def _reach(self, since: datetime) -> datetime:
        begin = self._begin(since)
        match self.limit.unit:
            case TimeUnit.WORKING_DAY:
                return self.calendar.add_working_days(begin, Fraction(self.limit.amount) + self._waited_days(begin))
            case TimeUnit.WORKING_HOUR:
                return self.calendar.add_working(begin, self.limit.by_the_clock() + self._waited_time(begin))
            case TimeUnit.SAME_DAY:
                last = max((wait.until for wait in self._counting(begin)), default=since)
                return time_limit.reach(last, self.limit, self.calendar, self.policy)
        reach = time_limit.reach(since, self.limit, self.calendar, self.policy)
        return reach + sum((wait.until - wait.since for wait in self._counting(begin)), timedelta())


def read(events: Sequence[ClockEvent], calendar: WorkingCalendar, policy: TimePolicy = DEFAULT_POLICY,
         supplement_clock: SupplementClock = SupplementClock.PAUSE_RESUME) -> Reading:
    """Reads a ledger, oldest event first, that `clock_ledger.append` accepted."""
    reading = Reading(calendar, policy, supplement_clock)
    for event in events:
        reading = _after(reading, event)
    return reading


def _after(reading: Reading, event: ClockEvent) -> Reading:
    match event.kind:
        case ClockKind.STARTED:
            return _begun(replace(reading, term=event.term), event.at)
        case ClockKind.RESTARTED:
            return _begun(reading, event.at) if not reading.late(event.at) else _gone_on(reading, event.at)
        case ClockKind.EXTENDED:
            return _extended(reading, event.term)
        case ClockKind.REAPPOINTED:
            return replace(reading, reappointed_at=datetime.fromisoformat(event.data["promised_at"]))
        case ClockKind.RESUMED:
            return _resumed(reading, event.at)
        case ClockKind.REOPENED:
            return _gone_on(reading, event.at)
    return replace(reading, stopped=reading.stopped or event)


def _begun(reading: Reading, at: datetime) -> Reading:
    return replace(reading, since=at, limit=reading.term, extra_days=Decimal(0), waits=(), stopped=None,
                   reappointed_at=None)


def _resumed(reading: Reading, at: datetime) -> Reading:
    assert reading.stopped is not None
    restarts = reading.supplement_clock is SupplementClock.RESTART and not reading.late(at)
    if restarts and reading.stopped.reason is PauseReason.SUPPLEMENT:
        return _begun(reading, at)
    return _gone_on(reading, at)


def _gone_on(reading: Reading, at: datetime) -> Reading:
    """The clock runs on; the time for which it stood, if it stood at all, was not the agency's."""
    if reading.stopped is None:
        return reading
    promised_at = reading.reappointed_at
    if promised_at is not None:
        waited = reading.calendar.working_days_between(reading.stopped.at, at)
        promised_at = reading.calendar.add_working_days(promised_at, waited)
    waits = (*reading.waits, Wait(reading.stopped.at, at))
    return replace(reading, waits=waits, stopped=None, reappointed_at=promised_at)


def _extended(reading: Reading, by: TimeLimit) -> Reading:
    if by.unit is reading.limit.unit:
        return replace(reading, limit=replace(reading.limit, amount=reading.limit.amount + by.amount))
    return replace(reading, extra_days=reading.extra_days + by.amount)
