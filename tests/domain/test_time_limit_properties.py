"""Laws that every term obeys in every calendar, and a simulator that counts minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.domain import time_limit
from engine.domain.calendar import (
    STANDARD_SESSIONS,
    VIETNAM,
    CalendarDay,
    DayKind,
    Season,
    Session,
    WorkingCalendar,
    weekly_hours,
)
from engine.domain.time_limit import AppointmentGranularity, TimeLimit, TimePolicy, TimeUnit

FIRST = date(2026, 1, 5)     # a Monday
MINUTE = timedelta(minutes=1)
ALL_DAY_KINDS = st.sampled_from([*DayKind])

calendars = st.builds(
    lambda days: WorkingCalendar(days=tuple(CalendarDay(FIRST + timedelta(days=n), kind) for n, kind in days.items())),
    st.dictionaries(st.integers(0, 40), ALL_DAY_KINDS, max_size=15))
SUMMER = weekly_hours((Session(time(6, 30), time(10)), Session(time(14), time(17))))     # six and a half hours
seasonal = st.builds(
    lambda calendar, first, length: replace(calendar, seasons=(
        Season(FIRST + timedelta(days=first), FIRST + timedelta(days=first + length), SUMMER),)),
    calendars, st.integers(0, 25), st.integers(0, 20))
instants = st.integers(0, 28 * 24 * 60).map(
    lambda minutes: datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=VIETNAM) + minutes * MINUTE)
whole_days = st.integers(0, 12).map(lambda n: TimeLimit(Decimal(n), TimeUnit.WORKING_DAY))
quarter_days = st.integers(0, 24).map(lambda n: TimeLimit(Decimal(n) / 4, TimeUnit.WORKING_DAY))
working_hours = st.integers(0, 60).map(lambda n: TimeLimit(Decimal(n) / 2, TimeUnit.WORKING_HOUR))
other_terms = st.builds(
    lambda n, unit: TimeLimit(Decimal(n), unit), st.integers(0, 20),
    st.sampled_from([TimeUnit.HOUR, TimeUnit.CALENDAR_DAY])) | st.builds(
    lambda n: TimeLimit(Decimal(n), TimeUnit.MONTH), st.integers(0, 3)) | st.just(
    TimeLimit(Decimal(1), TimeUnit.SAME_DAY))
terms = whole_days | quarter_days | working_hours | other_terms
policies = st.builds(TimePolicy, cutoff_shifts_start=st.booleans(),
                     appointment_granularity=st.sampled_from([*AppointmentGranularity]))


def due(start: datetime, term: TimeLimit, calendar: WorkingCalendar,
        policy: TimePolicy = time_limit.DEFAULT_POLICY) -> datetime:
    found = time_limit.due_at(start, term, calendar, policy)
    assert found is not None
    return found


def working_minutes(start: datetime, calendar: WorkingCalendar) -> list[datetime]:
    """The beginning of each working minute of the next weeks, straight from the sessions of each date."""
    found = []
    for number in range(90):
        on = start.date() + timedelta(days=number)
        for session in calendar.sessions(on):
            minute = datetime.combine(on, session.opens, VIETNAM)
            while minute.time() < session.closes:
                found.append(minute)
                minute += MINUTE
    return [minute for minute in found if minute >= start]


def in_session(at: datetime, calendar: WorkingCalendar) -> bool:
    return any(session.opens <= at.time() <= session.closes for session in calendar.sessions(at.date()))


@given(instants, instants, terms, calendars | seasonal, policies)
def test_who_came_later_is_never_served_by_an_earlier_date(
        one: datetime, other: datetime, term: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> None:
    earlier, later = sorted([one, other])

    assert due(earlier, term, calendar, policy) <= due(later, term, calendar, policy)


@given(instants, terms, calendars | seasonal, policies)
def test_no_term_ends_in_a_time_of_rest_or_before_it_began(
        start: datetime, term: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> None:
    found = due(start, term, calendar, policy)

    assert in_session(found, calendar)
    assert found >= start


@given(instants, whole_days, whole_days, calendars | seasonal)
def test_working_days_may_be_counted_in_one_go_or_in_two(
        start: datetime, first: TimeLimit, second: TimeLimit, calendar: WorkingCalendar) -> None:
    together = TimeLimit(first.amount + second.amount, TimeUnit.WORKING_DAY)
    stepwise = due(due(start, first, calendar), second, calendar)

    assert abs(calendar.working_between(stepwise, due(start, together, calendar))) <= 2 * timedelta.resolution


@given(instants, working_hours, working_hours, calendars)
def test_working_hours_add_up_over_sessions(
        start: datetime, first: TimeLimit, second: TimeLimit, calendar: WorkingCalendar) -> None:
    together = TimeLimit(first.amount + second.amount, TimeUnit.WORKING_HOUR)
    stepwise = due(due(start, first, calendar), second, calendar)

    assert calendar.working_between(stepwise, due(start, together, calendar)) == timedelta()


@given(instants, quarter_days | working_hours, calendars)
def test_the_working_time_until_the_due_date_is_the_term(
        start: datetime, term: TimeLimit, calendar: WorkingCalendar) -> None:
    hours = 8 if term.unit is TimeUnit.WORKING_DAY else 1

    assert calendar.working_between(start, due(start, term, calendar)) == timedelta(hours=float(term.amount) * hours)


@given(instants, quarter_days | working_hours, calendars)
def test_terms_in_working_time_agree_with_a_clock_that_ticks_minute_by_minute(
        start: datetime, term: TimeLimit, calendar: WorkingCalendar) -> None:
    needed = int(term.amount * (480 if term.unit is TimeUnit.WORKING_DAY else 60))
    assume(needed > 0)
    last = working_minutes(start, calendar)[needed - 1] + MINUTE

    assert calendar.working_between(due(start, term, calendar), last) == timedelta()
    assert due(start, term, calendar) >= last


@given(instants, whole_days)
def test_whole_working_days_keep_the_clock_time_in_a_calendar_of_equal_days(start: datetime, term: TimeLimit) -> None:
    calendar = WorkingCalendar(days=(CalendarDay(date(2026, 1, 14), DayKind.HOLIDAY),))
    begin = calendar.next_working_instant(start)

    assert due(start, term, calendar).time() == begin.time()


@given(instants, st.integers(0, 20), calendars)
def test_a_term_in_calendar_days_ends_on_the_first_working_day_from_its_last_day_on(
        start: datetime, days: int, calendar: WorkingCalendar) -> None:
    last = calendar.next_working_instant(start).date() + timedelta(days=days)
    found = due(start, TimeLimit(Decimal(days), TimeUnit.CALENDAR_DAY), calendar)

    assert found.date() >= last
    assert not any(calendar.is_working_day(last + timedelta(days=n)) for n in range((found.date() - last).days))
    assert found.time() == calendar.sessions(found.date())[-1].closes


@given(instants, terms, calendars, st.sampled_from([-11, 0, 9]))
def test_the_zone_in_which_an_instant_is_written_changes_nothing(
        start: datetime, term: TimeLimit, calendar: WorkingCalendar, hours: int) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=hours)))
    found = due(elsewhere, term, calendar)

    assert found == due(start, term, calendar)
    assert found.utcoffset() == timedelta(hours=7)


@given(instants, instants, calendars)
def test_working_time_between_agrees_with_the_ticking_clock(
        one: datetime, other: datetime, calendar: WorkingCalendar) -> None:
    earlier, later = sorted([one, other])
    ticks = sum(minute < later for minute in working_minutes(earlier, calendar))

    assert calendar.working_between(earlier, later) == ticks * MINUTE


def test_the_simulator_itself_counts_eight_hours_a_day() -> None:
    monday = datetime(2026, 1, 5, tzinfo=VIETNAM)
    ticks = [minute for minute in working_minutes(monday, WorkingCalendar()) if minute.date() == monday.date()]

    assert len(ticks) == 480
    assert ticks[0].time() == STANDARD_SESSIONS[0].opens
