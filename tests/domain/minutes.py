"""A second reckoning of dossier clocks, independent of the first: tables of single minutes instead of sessions.

For each calendar one byte per minute says whether somebody works. From it come two lists, how many minutes had been
worked before each minute, and which minute was the n-th to be worked; every answer is looked up in these.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockKind, PauseReason
from engine.domain.clock_reading import SupplementClock
from engine.domain.time_limit import TimeLimit, TimeUnit

FIRST_DAY, DAYS = date(2025, 11, 3), 620     # a Monday; longer than any life of these tests
DAY = 24 * 60
CUTOFF = 15 * 60
Hours = tuple[tuple[int, int], ...]


class Minutes:
    """Somebody's working life, minute by minute. `hours_on` gives the hours of a date in minutes since midnight."""

    def __init__(self, hours_on: Callable[[date], Hours], standard_day: int) -> None:
        self.standard_day = standard_day
        self.works = bytearray(DAYS * DAY)
        for number in range(DAYS):
            for opens, closes in hours_on(FIRST_DAY + timedelta(days=number)):
                self.works[number * DAY + opens:number * DAY + closes] = b"\x01" * (closes - opens)
        self.before = array("l", accumulate(self.works, initial=0))
        self.nth = array("l", (minute for minute, works in enumerate(self.works) if works))

    def open_at(self, minute: int) -> bool:
        """The minute in which a session closes still belongs to it."""
        return bool(self.works[minute] or self.works[minute - 1])

    def next_open(self, minute: int) -> int:
        return minute if self.open_at(minute) else self.nth[self.before[minute]]

    def worked(self, since: int, until: int) -> int:
        return self.before[until] - self.before[since]

    def after(self, minute: int, amount: int, *, keeps_openings: bool) -> int:
        """When so many minutes have been worked: at the end of the last, or as the next begins."""
        done = self.before[minute] + amount
        if not amount:
            return self.next_open(minute)
        return self.nth[done] if keeps_openings else self.nth[done - 1] + 1

    def opens(self, minute: int) -> bool:
        return bool(self.works[minute] and not self.works[minute - 1])

    def end_of_day(self, minute: int) -> int:
        """The last minute worked on the first working day from this one on."""
        day = minute // DAY
        assert day < DAYS
        while not any(self.works[day * DAY:(day + 1) * DAY]):
            day += 1
        return self.nth[self.before[(day + 1) * DAY] - 1] + 1


@dataclass(slots=True)
class Simulator:
    """Lives through a ledger. Afterwards `due` is the minute at which it is due, `used` what was worked on it."""

    minutes: Minutes
    mode: SupplementClock
    term: TimeLimit | None = None
    since: int = 0
    amount: int = 0
    extra_days: int = 0
    stopped: int | None = None
    reason: PauseReason | None = None
    waits: list[tuple[int, int]] = field(default_factory=list)

    def live(self, events: Sequence[ClockEvent]) -> None:
        """Every event in its turn."""
        for event in events:
            self.happen(event, minute_of(event.at))

    def happen(self, event: ClockEvent, at: int) -> None:
        match event.kind:
            case ClockKind.STARTED:
                self.term = event.term
                self.begin(at)
            case ClockKind.PAUSED:
                self.stopped, self.reason = at, event.reason
            case ClockKind.FINISHED:
                self.stopped = at if self.stopped is None else self.stopped
            case ClockKind.RESTARTED:
                self.begin(at) if not self.late(at) else self.go_on(at)
            case ClockKind.RESUMED:
                anew = self.mode is SupplementClock.RESTART and self.reason is PauseReason.SUPPLEMENT
                self.begin(at) if anew and not self.late(at) else self.go_on(at)
            case ClockKind.REOPENED:
                self.go_on(at)
            case ClockKind.EXTENDED:
                self.extend(event.term)

    def begin(self, at: int) -> None:
        assert self.term
        self.since, self.amount, self.extra_days = at, self.natural(self.term), 0
        self.waits, self.stopped, self.reason = [], None, None

    def go_on(self, at: int) -> None:
        if self.stopped is not None:
            self.waits.append((self.stopped, at))
        self.stopped = self.reason = None

    def extend(self, by: TimeLimit) -> None:
        assert self.term
        if by.unit is self.term.unit:
            self.amount += self.natural(by)
        else:
            self.extra_days += self.natural(by)

    def natural(self, term: TimeLimit) -> int:
        """Minutes, where minutes count; days and months otherwise."""
        worth = {TimeUnit.WORKING_DAY: self.minutes.standard_day, TimeUnit.WORKING_HOUR: 60, TimeUnit.HOUR: 60}
        return int(term.amount * worth.get(term.unit, 1))

    @property
    def first(self) -> int:
        """The minute from which the term counts."""
        assert self.term
        begin = self.minutes.next_open(self.since)
        if self.term.unit is TimeUnit.SAME_DAY and begin % DAY >= CUTOFF:
            return self.minutes.next_open((begin // DAY + 1) * DAY)
        return begin

    @property
    def counting(self) -> list[tuple[int, int]]:
        return [(max(since, self.first), until) for since, until in self.waits if until > self.first]

    @property
    def due(self) -> int:
        due = self.reached()
        if not self.extra_days:
            return due
        whole = self.extra_days % self.minutes.standard_day == 0 and self.minutes.opens(due)
        return self.minutes.after(due, self.extra_days, keeps_openings=whole)

    def reached(self) -> int:
        assert self.term
        minutes, first = self.minutes, self.first
        unit, waited = self.term.unit, sum(until - since for since, until in self.counting)
        if unit in (TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR):
            needed = self.amount + sum(minutes.worked(*wait) for wait in self.counting)
            whole = unit is TimeUnit.WORKING_DAY and needed and needed % minutes.standard_day == 0
            return minutes.next_open(minutes.after(first, needed, keeps_openings=bool(whole and minutes.opens(first))))
        if unit is TimeUnit.HOUR:
            return minutes.next_open(first + self.amount + waited)
        if unit is TimeUnit.CALENDAR_DAY:
            return minutes.end_of_day(first + self.amount * DAY + waited)
        if unit is TimeUnit.MONTH:
            return minutes.end_of_day(months_later(first, self.amount) + waited)
        last = max((until for _, until in self.counting), default=self.since)
        begin = minutes.next_open(last)
        return minutes.end_of_day((begin // DAY + 1) * DAY if begin % DAY >= CUTOFF else begin)

    def hand(self, now: int) -> int:
        return now if self.stopped is None else self.stopped

    def late(self, now: int) -> bool:
        hand = self.hand(now)
        return hand > self.due and self.minutes.worked(self.due, hand) > 0

    def used(self, now: int) -> int:
        """Minutes that somebody worked on it."""
        ticking = self.minutes.worked(self.first, max(self.first, self.hand(now)))
        return ticking - sum(self.minutes.worked(*wait) for wait in self.counting)


def minute_of(at: datetime) -> int:
    return (at - datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=VIETNAM)) // timedelta(minutes=1)


def instant_of(minute: int) -> datetime:
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=VIETNAM) + timedelta(minutes=minute)


def months_later(minute: int, count: int) -> int:
    """The same day of the month, or the last there is, looked for day by day."""
    at = instant_of(minute)
    wanted, month = at.day, (at.year * 12 + at.month - 1 + count)
    day = next(each for each in range(wanted, 0, -1) if exists(month // 12, month % 12 + 1, each))
    return minute_of(at.replace(year=month // 12, month=month % 12 + 1, day=day))


def exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
