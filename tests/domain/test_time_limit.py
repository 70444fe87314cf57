"""When a term is over: the rules of the decree, each with its weekday written out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from engine.domain import time_limit
from engine.domain.calendar import CalendarDay, DayKind, Season, Session, WorkingCalendar, weekly_hours
from engine.domain.errors import InvalidInput
from engine.domain.time_limit import AppointmentGranularity, DayTermsEnd, TimeLimit, TimePolicy, TimeUnit
from tests.domain.days import at, instant, off

CALENDAR = WorkingCalendar(days=(
    *(off(f"2026-02-{day}") for day in range(14, 23)),                    # Tết: Saturday 14 to Sunday 22 February
    CalendarDay(date(2026, 8, 22), DayKind.SWAPPED_WORKDAY),              # a Saturday, worked
    CalendarDay(date(2026, 8, 31), DayKind.SWAPPED_OFF),                  # a Monday, off in exchange
    CalendarDay(date(2026, 3, 7), DayKind.SATURDAY_SESSION),
))


def due(start: str, term: str, policy: TimePolicy = time_limit.DEFAULT_POLICY,
        calendar: WorkingCalendar = CALENDAR) -> str:
    found = time_limit.due_at(at(start), time_limit.parse(term), calendar, policy)
    assert found is not None
    return instant(found)


@pytest.mark.parametrize(("start", "term", "expected"), [
    ("Fri 2026-03-06 09:10", "3 working_day", "Wed 2026-03-11 09:10"),
    ("Mon 2026-03-02 09:10", "3 working_day", "Thu 2026-03-05 09:10"),
    ("Fri 2026-02-13 09:00", "3 working_day", "Wed 2026-02-25 09:00"),
    ("Mon 2026-03-02 07:00", "1 working_day", "Tue 2026-03-03 07:00"),
    ("Mon 2026-03-02 13:30", "1 working_day", "Tue 2026-03-03 13:30"),
    ("Mon 2026-03-02 17:00", "1 working_day", "Tue 2026-03-03 17:00"),
    ("Mon 2026-03-02 07:00", "0.5 working_day", "Mon 2026-03-02 11:00"),
    ("Mon 2026-03-02 09:10", "0.25 working_day", "Mon 2026-03-02 11:10"),
    ("Mon 2026-03-02 10:00", "0.25 working_day", "Mon 2026-03-02 14:00"),
    ("Mon 2026-03-02 13:30", "0.4375 working_day", "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 09:00", "0 working_day", "Mon 2026-03-02 09:00"),
])
def test_working_days_keep_the_clock_time(start: str, term: str, expected: str) -> None:
    assert due(start, term) == expected


@pytest.mark.parametrize(("start", "expected"), [
    ("Mon 2026-03-02 05:59", "Tue 2026-03-03 07:00"),
    ("Mon 2026-03-02 12:15", "Tue 2026-03-03 13:30"),
    ("Mon 2026-03-02 17:01", "Wed 2026-03-04 07:00"),
    ("Sat 2026-03-07 09:00", "Tue 2026-03-10 07:00"),
    ("Sun 2026-03-08 23:59", "Tue 2026-03-10 07:00"),
    ("Tue 2026-02-17 10:00", "Tue 2026-02-24 07:00"),
])
def test_what_is_accepted_in_a_time_of_rest_starts_with_the_next_session(start: str, expected: str) -> None:
    assert due(start, "1 working_day") == expected


@pytest.mark.parametrize(("start", "expected"), [
    ("Mon 2026-03-02 09:10", "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 14:59", "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 15:00", "Tue 2026-03-03 17:00"),
    ("Mon 2026-03-02 15:01", "Tue 2026-03-03 17:00"),
    ("Fri 2026-03-06 15:01", "Mon 2026-03-09 17:00"),
    ("Fri 2026-03-06 18:00", "Mon 2026-03-09 17:00"),
    ("Sat 2026-03-07 09:00", "Mon 2026-03-09 17:00"),
])
def test_same_day_ends_with_the_day_or_after_the_cut_off_with_the_next(start: str, expected: str) -> None:
    assert due(start, "same_day") == expected


def test_a_procedure_without_cut_off_keeps_its_same_day_promise_until_closing_time() -> None:
    assert due("Mon 2026-03-02 16:30", "same_day", TimePolicy(same_day_cutoff=None)) == "Mon 2026-03-02 17:00"


@pytest.mark.parametrize(("start", "term", "expected"), [
    ("Sat 2026-02-28 09:00", "15 calendar_day", "Tue 2026-03-17 17:00"),     # starts on Monday 2 March
    ("Fri 2026-03-06 09:00", "16 calendar_day", "Mon 2026-03-23 17:00"),     # would end on Sunday 22 March
    ("Mon 2026-03-02 09:00", "15 calendar_day", "Tue 2026-03-17 17:00"),
    ("Fri 2026-02-13 09:00", "3 calendar_day", "Mon 2026-02-23 17:00"),      # would end within Tết
    ("Sat 2026-01-31 09:00", "1 month", "Mon 2026-03-02 17:00"),
    ("Fri 2026-05-29 09:00", "1 month", "Mon 2026-06-29 17:00"),
])
def test_a_term_in_days_ends_with_its_last_day_and_moves_out_of_rest(start: str, term: str, expected: str) -> None:
    assert due(start, term) == expected


@pytest.mark.parametrize(("start", "term", "expected"), [
    ("Fri 2025-01-31 09:00", "1 month", "Fri 2025-02-28 17:00"),
    ("Wed 2024-01-31 09:00", "1 month", "Thu 2024-02-29 17:00"),
    ("Mon 2025-06-30 09:00", "20 month", "Mon 2027-03-01 17:00"),            # 28 February 2027 is a Sunday
])
def test_months_clamp_to_the_end_of_a_shorter_month(start: str, term: str, expected: str) -> None:
    assert due(start, term, calendar=WorkingCalendar()) == expected


def test_fifteen_calendar_days_that_end_on_sunday_end_on_monday_at_the_same_hour_where_hours_are_kept() -> None:
    kept = TimePolicy(day_terms_end=DayTermsEnd.KEEP_TIME)

    assert due("Fri 2026-03-06 09:00", "16 calendar_day", kept) == "Mon 2026-03-23 09:00"
    assert due("Mon 2026-03-02 09:00", "15 calendar_day", kept) == "Tue 2026-03-17 09:00"


@pytest.mark.parametrize(("start", "term", "expected"), [
    ("Mon 2026-03-02 09:00", "4 hour", "Mon 2026-03-02 13:30"),              # 13:00 is noon rest
    ("Mon 2026-03-02 15:00", "4 hour", "Tue 2026-03-03 07:00"),
    ("Sat 2026-03-07 09:00", "4 hour", "Mon 2026-03-09 11:00"),              # a rest day starts no clock
    ("Tue 2026-02-17 09:00", "24 hour", "Tue 2026-02-24 07:00"),
    ("Mon 2026-03-02 09:00", "4 working_hour", "Mon 2026-03-02 15:00"),
    ("Mon 2026-03-02 07:00", "8 working_hour", "Mon 2026-03-02 17:00"),
    ("Fri 2026-03-06 16:00", "1.5 working_hour", "Mon 2026-03-09 07:30"),
])
def test_hours_pass_by_the_clock_and_working_hours_in_sessions(start: str, term: str, expected: str) -> None:
    assert due(start, term) == expected


def test_a_swapped_saturday_counts_and_the_day_given_for_it_does_not() -> None:
    assert due("Fri 2026-08-21 09:00", "1 working_day") == "Sat 2026-08-22 09:00"
    assert due("Fri 2026-08-28 09:00", "1 working_day") == "Tue 2026-09-01 09:00"


def test_a_saturday_session_receives_people_but_lets_no_deadline_pass() -> None:
    assert due("Fri 2026-03-06 09:00", "1 working_day") == "Mon 2026-03-09 09:00"


def test_fifteen_working_days_over_new_year_and_tet_do_not_depend_on_when_they_are_counted() -> None:
    calendar = WorkingCalendar(days=(off("2026-01-01"), off("2026-01-02"), *CALENDAR.days))

    assert due("Mon 2025-12-22 10:00", "15 working_day", calendar=calendar) == "Wed 2026-01-14 10:00"
    assert due("Mon 2026-02-02 10:00", "15 working_day", calendar=calendar) == "Mon 2026-03-02 10:00"


@pytest.mark.parametrize(("granularity", "expected"), [
    (AppointmentGranularity.HOUR, "Wed 2026-03-11 09:10"),
    (AppointmentGranularity.HALF_DAY, "Wed 2026-03-11 11:30"),
    (AppointmentGranularity.DAY, "Wed 2026-03-11 17:00"),
])
def test_the_appointment_may_be_rounded_up_to_the_half_day_or_the_day(
        granularity: AppointmentGranularity, expected: str) -> None:
    assert due("Fri 2026-03-06 09:10", "3 working_day", TimePolicy(appointment_granularity=granularity)) == expected


def test_where_the_cut_off_shifts_every_start_a_late_acceptance_counts_from_the_next_morning() -> None:
    shifting = TimePolicy(cutoff_shifts_start=True)

    assert due("Mon 2026-03-02 15:30", "3 working_day", shifting) == "Fri 2026-03-06 07:00"
    assert due("Mon 2026-03-02 15:30", "3 working_day") == "Thu 2026-03-05 15:30"


def test_no_term_is_never_due() -> None:
    assert time_limit.due_at(at("Mon 2026-03-02 09:00"), time_limit.parse("none"), CALENDAR) is None


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        time_limit.due_at(datetime(2026, 3, 2, 9), time_limit.parse("same_day"), CALENDAR)  # noqa: DTZ001


def test_a_shorter_day_is_worth_less_but_a_working_day_of_seven_and_a_half_hours_is_a_whole_one() -> None:
    """Dividing by eight would let three days of 7.5 hours end too early."""
    short = (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17)))
    assert due("Mon 2026-03-02 09:00", "3 working_day", calendar=WorkingCalendar(hours=weekly_hours(short))) \
        == "Thu 2026-03-05 09:00"
    half = WorkingCalendar(days=(CalendarDay(date(2026, 3, 3), DayKind.HALF_DAY),))
    assert due("Mon 2026-03-02 09:00", "1 working_day", calendar=half) == "Tue 2026-03-03 09:00"
    assert due("Mon 2026-03-02 16:00", "1 working_day", calendar=half) == "Wed 2026-03-04 09:30"


def test_across_a_change_of_season_the_time_since_opening_is_kept() -> None:
    summer = weekly_hours((Session(time(6, 30), time(11)), Session(time(13), time(16, 30))))
    calendar = WorkingCalendar(seasons=(Season(date(2026, 4, 16), date(2026, 10, 15), summer),))

    assert due("Wed 2026-04-15 09:10", "1 working_day", calendar=calendar) == "Thu 2026-04-16 08:40"


@pytest.mark.parametrize(("text", "amount", "unit"), [
    ("3 working_day", "3", TimeUnit.WORKING_DAY),
    ("0.5 working_day", "0.5", TimeUnit.WORKING_DAY),
    ("2.5 working_hour", "2.5", TimeUnit.WORKING_HOUR),
    ("15 calendar_day", "15", TimeUnit.CALENDAR_DAY),
    ("8 hour", "8", TimeUnit.HOUR),
    ("1 month", "1", TimeUnit.MONTH),
    ("same_day", "1", TimeUnit.SAME_DAY),
    ("1 same_day", "1", TimeUnit.SAME_DAY),
    ("none", "0", TimeUnit.NONE),
    ("  3   working_day ", "3", TimeUnit.WORKING_DAY),
])
def test_a_term_is_a_number_and_a_unit(text: str, amount: str, unit: TimeUnit) -> None:
    assert time_limit.parse(text) == TimeLimit(Decimal(amount), unit)


@pytest.mark.parametrize("text", ["3 working_day", "0.25 working_day", "10 month", "same_day", "none", "4 hour"])
def test_a_term_written_out_reads_back_the_same(text: str) -> None:
    assert str(time_limit.parse(text)) == text


@pytest.mark.parametrize(("text", "code"), [
    ("", "not_term"), ("3", "not_term"), ("working_day", "not_term"), ("3 days", "not_term"), ("-1 hour", "not_term"),
    ("3working_day", "not_term"), ("NaN working_day", "not_term"), ("1e3 hour", "not_term"), ("２ hour", "not_term"),
    ("2 same_day", "not_term"), ("3 none", "not_term"), ("3 Working_Day", "not_term"), (None, "not_term"),
    (3, "not_term"),
    ("0.5 month", "whole_only"), ("1.5 calendar_day", "whole_only"), ("0.5 hour", "whole_only"),
    ("10000 working_day", "too_long"),
])
def test_anything_else_is_refused_with_a_reason(text: object, code: str) -> None:
    found = time_limit.problem_of(text)

    assert found is not None
    assert found.code == code
    with pytest.raises(InvalidInput):
        time_limit.parse(text)  # type: ignore[arg-type]
