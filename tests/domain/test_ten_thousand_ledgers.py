"""Ten thousand random lives of a clock: the ledger and a simulator that knows only minutes say the same of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

import pytest

from engine.domain import clock_audit, clock_ledger, clock_reading, time_limit
from engine.domain.calendar import CalendarDay, DayKind, Session, WorkingCalendar, weekly_hours
from engine.domain.clock_ledger import NEXT, ClockEvent, ClockKind, PauseReason
from engine.domain.clock_reading import Reading, SupplementClock
from engine.domain.time_limit import TimeLimit, TimeUnit
from tests.domain.minutes import DAY, Hours, Minutes, Simulator, instant_of, minute_of

LIVES, BLOCKS = 10_000, 10
ID, OFFICER = "dossier-1", "officer"
LATEST_START, LONGEST_PAUSE, MOST_EVENTS = 200 * DAY, 6 * DAY, 8

STANDARD = ((7 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
SHORT = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60, 16 * 60 + 30))
TET = [date(2026, 2, 14) + timedelta(days=n) for n in range(9)]
HALF_DAY, SWAPPED_OFF, SWAPPED_ON = date(2026, 2, 13), date(2026, 1, 2), date(2026, 1, 10)
NEW_YEAR, SATURDAY_SESSION = date(2026, 1, 1), date(2026, 1, 17)


def office_hours(on: date) -> Hours:
    return STANDARD if on.weekday() < 5 else ()


def with_saturdays(on: date) -> Hours:
    return STANDARD[:1] if on.weekday() == 5 else office_hours(on)


def over_tet(on: date) -> Hours:
    if on in (*TET, SWAPPED_OFF, NEW_YEAR):
        return ()
    if on == SWAPPED_ON:
        return STANDARD
    return STANDARD[:1] if on == HALF_DAY else office_hours(on)


def seven_and_a_half_hours(on: date) -> Hours:
    return SHORT if on.weekday() < 5 and on not in TET else ()


def sessions(hours: Hours) -> tuple[Session, ...]:
    return tuple(Session(time(*divmod(opens, 60)), time(*divmod(closes, 60))) for opens, closes in hours)


def days(kind: DayKind, *dates: date) -> list[CalendarDay]:
    return [CalendarDay(on, kind) for on in dates]


FULL, MORNING = sessions(STANDARD), sessions(STANDARD[:1])
PLACES = [
    (WorkingCalendar(), Minutes(office_hours, 480)),
    (WorkingCalendar(hours=(*(FULL,) * 5, MORNING, ())), Minutes(with_saturdays, 480)),
    (WorkingCalendar(days=(
        *days(DayKind.HOLIDAY, NEW_YEAR, *TET), *days(DayKind.SWAPPED_OFF, SWAPPED_OFF),
        *days(DayKind.SWAPPED_WORKDAY, SWAPPED_ON), *days(DayKind.HALF_DAY, HALF_DAY),
        *days(DayKind.SATURDAY_SESSION, SATURDAY_SESSION))), Minutes(over_tet, 480)),
    (WorkingCalendar(hours=weekly_hours(sessions(SHORT)), days=tuple(days(DayKind.HOLIDAY, *TET))),
     Minutes(seven_and_a_half_hours, 450)),
]
"""Each calendar as the product reads it, and as the simulator does."""

TERMS = [
    *(TimeLimit(Decimal(n), TimeUnit.WORKING_DAY) for n in (1, 2, 3, 5, 10, 15, 20)),
    *(TimeLimit(Decimal(n) / 4, TimeUnit.WORKING_DAY) for n in (0, 1, 2, 7, 9)),
    *(TimeLimit(Decimal(n), TimeUnit.WORKING_HOUR) for n in (1, 4, 8, 13, 40)),
    *(TimeLimit(Decimal(n), TimeUnit.CALENDAR_DAY) for n in (1, 5, 15, 30)),
    *(TimeLimit(Decimal(n), TimeUnit.HOUR) for n in (2, 24, 36)),
    TimeLimit(Decimal(1), TimeUnit.MONTH), TimeLimit(Decimal(2), TimeUnit.MONTH), time_limit.parse("same_day"),
]


def random_ledger(chance: Random, calendar: WorkingCalendar, minutes: Minutes) -> list[ClockEvent]:
    """Whatever the clock accepts, at minutes that may lie in the night, on a Sunday or in Tết."""
    whole_minutes = [each for each in TERMS if each.amount * minutes.standard_day % 1 == 0]
    minute, term = chance.randrange(LATEST_START), chance.choice(whole_minutes)
    promised_at = time_limit.due_at(instant_of(minute), term, calendar)
    begun = clock_ledger.started(ID, instant_of(minute), OFFICER, term, promised_at, calendar.version)
    events = [clock_ledger.append([], begun)]
    for _ in range(chance.randrange(MOST_EVENTS + 1)):
        allowed = sorted(NEXT[clock_ledger.state(events)], key=lambda kind: kind.value)
        minute += chance.randrange(LONGEST_PAUSE) if chance.random() < 0.9 else 0
        happened = event(chance, chance.choice(allowed), minute, term)
        events.append(clock_ledger.append(events, happened))
    return events


def event(chance: Random, kind: ClockKind, minute: int, term: TimeLimit) -> ClockEvent:
    at = instant_of(minute)
    match kind:
        case ClockKind.PAUSED:
            return clock_ledger.paused(ID, at, OFFICER, chance.choice([*PauseReason]), "căn cứ")
        case ClockKind.EXTENDED:
            own = term.unit is not TimeUnit.SAME_DAY and chance.random() < 0.5
            unit = term.unit if own else TimeUnit.WORKING_DAY
            by = TimeLimit(Decimal(1 if unit is TimeUnit.MONTH else chance.randrange(1, 6)), unit)
            return clock_ledger.extended(ID, at, OFFICER, by, "căn cứ", "12/GH")
        case ClockKind.RESTARTED:
            return clock_ledger.restarted(ID, at, OFFICER, "căn cứ")
        case ClockKind.REAPPOINTED:
            return clock_ledger.reappointed(ID, at, OFFICER, instant_of(minute + 5 * DAY), "căn cứ", f"act-{minute}")
        case ClockKind.REOPENED:
            return clock_ledger.reopened(ID, at, OFFICER, "căn cứ")
    return ClockEvent(ID, kind, at, OFFICER)


def both(number: int) -> tuple[list[ClockEvent], Reading, Simulator]:
    """Life number so-and-so, read by the product and lived by the simulator."""
    chance = Random(number)
    calendar, minutes = PLACES[number % len(PLACES)]
    mode = chance.choice([*SupplementClock])
    events = random_ledger(chance, calendar, minutes)
    simulator = Simulator(minutes, mode)
    simulator.live(events)
    return events, clock_reading.read(events, calendar, supplement_clock=mode), simulator


@pytest.mark.parametrize("block", range(BLOCKS))
def test_ledger_and_simulator_agree_on_due_date_time_used_and_verdict(block: int) -> None:
    for number in range(block, LIVES, BLOCKS):
        events, reading, simulator = both(number)
        now = minute_of(events[-1].at) + 700
        due_at = reading.due_at()
        assert due_at is not None
        assert minute_of(due_at) == simulator.due, f"life {number}"
        assert reading.consumed(instant_of(now)) == timedelta(minutes=simulator.used(now)), f"life {number}"
        assert reading.late(instant_of(now)) == simulator.late(now), f"life {number}"
        assert on_time(events, reading) == finished_by(events, simulator.due), f"life {number}"
        assert clock_audit.verify(events, head=events[-1].hash) == [], f"life {number}"


def on_time(events: Sequence[ClockEvent], reading: Reading) -> bool | None:
    due_at = reading.due_at()
    return events[-1].at <= due_at if events[-1].kind is ClockKind.FINISHED and due_at else None


def finished_by(events: Sequence[ClockEvent], due: int) -> bool | None:
    return minute_of(events[-1].at) <= due if events[-1].kind is ClockKind.FINISHED else None


def test_the_lives_are_as_varied_as_they_should_be() -> None:
    lives = [both(number)[0] for number in range(0, LIVES, 20)]
    seen = {each.kind for events in lives for each in events}
    units = {events[0].term.unit for events in lives}
    assert seen == {*ClockKind}
    assert units == {*TimeUnit} - {TimeUnit.NONE}
    assert sum(events[-1].kind is ClockKind.FINISHED for events in lives) > 50


def test_the_simulator_would_notice_a_day_that_is_always_eight_hours_long() -> None:
    """The agreement proves something only where disagreement is possible."""
    calendar, minutes = PLACES[3]
    wrong = Minutes(seven_and_a_half_hours, 480)
    term = time_limit.parse("3 working_day")
    start = clock_ledger.started(ID, instant_of(8 * 60), OFFICER, term, None, calendar.version)
    due = [minute_of(found) for found in [clock_reading.read([start], calendar).due_at()] if found]
    for table, expected in ((minutes, True), (wrong, False)):
        simulator = Simulator(table, SupplementClock.PAUSE_RESUME)
        simulator.live([start])
        assert (due == [simulator.due]) is expected
