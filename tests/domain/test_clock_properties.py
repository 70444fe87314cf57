"""Random lives of a clock, reckoned once by the ledger and once by a simulator that ticks minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import clock_audit, clock_ledger, clock_reading, time_limit
from engine.domain.calendar import VIETNAM, CalendarDay, DayKind, WorkingCalendar
from engine.domain.clock_ledger import NEXT, ClockEvent, ClockKind, ClockState, PauseReason
from engine.domain.clock_reading import SupplementClock
from engine.domain.errors import DomainError
from engine.domain.time_limit import TimeLimit, TimeUnit

START = datetime(2026, 1, 5, tzinfo=VIETNAM)     # a Monday, midnight
MINUTE = timedelta(minutes=1)
CALENDAR = WorkingCalendar(days=(
    CalendarDay(date(2026, 1, 9), DayKind.HOLIDAY), CalendarDay(date(2026, 1, 10), DayKind.SWAPPED_WORKDAY),
    CalendarDay(date(2026, 1, 14), DayKind.HALF_DAY), CalendarDay(date(2026, 1, 17), DayKind.SATURDAY_SESSION),
))
OPENS_AND_CLOSES = [(7 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60)]
ID = "dossier-1"

working_terms = (st.integers(1, 20).map(lambda n: TimeLimit(Decimal(n) / 4, TimeUnit.WORKING_DAY))
                 | st.integers(1, 40).map(lambda n: TimeLimit(Decimal(n), TimeUnit.WORKING_HOUR)))
reasons = st.sampled_from([*PauseReason])
modes = st.sampled_from([*SupplementClock])


@st.composite
def ledgers(draw: st.DrawFn) -> list[ClockEvent]:
    """A life that `append` accepts: any allowed event at any later minute."""
    at = START + draw(st.integers(0, 5000)) * MINUTE
    term = draw(working_terms)
    events = [clock_ledger.append([], clock_ledger.started(ID, at, "officer", term, None, CALENDAR.version))]
    for _ in range(draw(st.integers(0, 8))):
        allowed = sorted(NEXT[clock_ledger.state(events)], key=lambda kind: kind.value)
        if not allowed:
            break
        at += draw(st.integers(0, 3000)) * MINUTE
        events.append(clock_ledger.append(events, event(draw(st.sampled_from(allowed)), at, term, draw(reasons))))
    return events


def event(kind: ClockKind, at: datetime, term: TimeLimit, reason: PauseReason) -> ClockEvent:
    match kind:
        case ClockKind.PAUSED:
            return clock_ledger.paused(ID, at, "officer", reason, "ground")
        case ClockKind.EXTENDED:
            return clock_ledger.extended(ID, at, "officer", TimeLimit(Decimal(1), term.unit), "ground", "12/PXL")
        case ClockKind.RESTARTED:
            return clock_ledger.restarted(ID, at, "officer", "ground")
        case ClockKind.REAPPOINTED:
            return clock_ledger.reappointed(ID, at, "officer", at + 3000 * MINUTE, "ground", "act")
        case ClockKind.REOPENED:
            return clock_ledger.reopened(ID, at, "officer", "ground")
    return ClockEvent(ID, kind, at, "officer")


def minutes_of(term: TimeLimit) -> int:
    return int(term.amount * (480 if term.unit is TimeUnit.WORKING_DAY else 60))


def is_working(minute: datetime) -> bool:
    """The calendar of this test once more, in plain words."""
    holiday, swapped, half = date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 14)
    on, clock = minute.date(), minute.hour * 60 + minute.minute
    if on == holiday or (on.weekday() >= 5 and on != swapped):
        return False
    return any(opens <= clock < closes for opens, closes in OPENS_AND_CLOSES[:1 if on == half else 2])


TICKS = [is_working(START + number * MINUTE) for number in range(100 * 24 * 60)]
"""Every minute of a hundred days: is somebody working?"""


def tick(at: datetime) -> int:
    return (at - START) // MINUTE


class Simulator:
    """Lives through every minute: is somebody working, is the clock running, is the time used up?"""

    def __init__(self, events: Sequence[ClockEvent], mode: SupplementClock) -> None:
        self.events, self.mode = events, mode
        self.needed = self.used = 0
        self.paused: PauseReason | None = None

    def due_at(self, until: datetime) -> datetime:
        """Lives until that instant, then on as if nothing more happened, the clock running."""
        ends = [*(event.at for event in self.events[1:]), until]
        for event, end in zip(self.events, ends, strict=True):
            self.happen(event)
            self.used += 0 if self.paused else sum(TICKS[tick(event.at):tick(end)])
        return START + self.last_tick(tick(until)) * MINUTE

    def happen(self, event: ClockEvent) -> None:
        match event.kind:
            case ClockKind.STARTED:
                self.needed = minutes_of(event.term)
            case ClockKind.EXTENDED:
                self.needed += minutes_of(event.term)
            case ClockKind.PAUSED:
                self.paused = event.reason
            case ClockKind.RESTARTED:
                self.restart()
            case ClockKind.RESUMED:
                if self.paused is PauseReason.SUPPLEMENT and self.mode is SupplementClock.RESTART:
                    self.restart()
                self.paused = None
            case ClockKind.FINISHED:
                self.paused = self.paused or PauseReason.OTHER
            case ClockKind.REOPENED:
                self.paused = None

    def restart(self) -> None:
        """What was late before begins no new term."""
        self.paused = None
        if self.used <= self.needed:
            self.used, self.needed = 0, minutes_of(self.events[0].term)

    def last_tick(self, now: int) -> int:
        left = self.needed - self.used
        step = 1 if left > 0 else -1
        while left:
            left -= step * TICKS[now if step > 0 else now - 1]
            now += step
        return now


def lived(events: list[ClockEvent]) -> tuple[list[ClockEvent], datetime]:
    """The events that move the hand, and where it stands: whoever finishes while waiting finishes at the pause."""
    if events[-1].kind is ClockKind.FINISHED and events[-2].kind is ClockKind.PAUSED:
        return events[:-1], events[-2].at
    standing = events[-1].kind in {ClockKind.PAUSED, ClockKind.FINISHED}
    return events, events[-1].at if standing else events[-1].at + 700 * MINUTE


@settings(max_examples=1500, deadline=None)
@given(ledgers(), modes)
def test_the_due_date_agrees_with_a_life_lived_minute_by_minute(
        events: list[ClockEvent], mode: SupplementClock) -> None:
    moving, hand = lived(events)
    reading, simulator = clock_reading.read(events, CALENDAR, supplement_clock=mode), Simulator(moving, mode)
    due_at, simulated = reading.due_at(), simulator.due_at(hand)

    assert due_at is not None
    assert CALENDAR.working_between(due_at, simulated) == timedelta()
    assert reading.remaining(hand) == (simulator.needed - simulator.used) * MINUTE
    assert reading.consumed(hand) == simulator.used * MINUTE


@given(ledgers(), modes)
def test_the_same_ledger_always_says_the_same_and_its_chain_holds(
        events: list[ClockEvent], mode: SupplementClock) -> None:
    again = [clock_ledger.from_row(clock_ledger.as_row(event)) for event in events]

    assert clock_reading.read(again, CALENDAR, supplement_clock=mode) == \
        clock_reading.read(events, CALENDAR, supplement_clock=mode)
    assert clock_audit.verify(events, head=events[-1].hash) == []


@given(ledgers(), st.sampled_from([*ClockKind]), st.integers(-100, 100), reasons)
def test_append_takes_what_the_table_allows_and_nothing_older(
        events: list[ClockEvent], kind: ClockKind, minutes: int, reason: PauseReason) -> None:
    candidate = event(kind, events[-1].at + minutes * MINUTE, events[0].term, reason)
    possible = kind in NEXT[clock_ledger.state(events)] and minutes >= 0

    try:
        clock_ledger.append(events, candidate)
        taken = True
    except DomainError:
        taken = False
    assert taken == possible


@given(ledgers())
def test_the_original_due_date_never_moves(events: list[ClockEvent]) -> None:
    promised_at = time_limit.due_at(events[0].at, events[0].term, CALENDAR)
    begun = clock_ledger.started(ID, events[0].at, "officer", events[0].term, promised_at, CALENDAR.version)
    resealed = [clock_ledger.append([], begun)]
    for later in events[1:]:
        resealed.append(clock_ledger.append(resealed, later))

    assert {clock_ledger.original_due_at(resealed[:n + 1]) for n in range(len(resealed))} == {promised_at}
    assert clock_ledger.state(resealed) is not ClockState.IDLE
