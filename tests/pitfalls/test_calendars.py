"""Mistakes that other products made with working time. Each test shows the wrong answer beside ours.

1. Tân Dân loads holidays from today on, or of one year: a due date counted again in February forgets New Year.
2. OpenCPS keeps the working hours in a static field: two agencies counted at once get each other's.
3. OpenCPS takes a day for eight hours and rounds to quarters of an hour.
4. Jmix (#790): one day in the business calendar is twenty-four business hours.
20. UPYOG (#973): a step with an allotment of 0 has no defined meaning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from engine import bootstrap
from engine.domain import time_limit
from engine.domain.calendar import (
    VIETNAM,
    CalendarDay,
    DayKind,
    Session,
    WorkingCalendar,
    weekly_hours,
)
from engine.domain.urgency import Urgency, standing
from tests.domain.days import at, instant

SEVEN_AND_A_HALF = (Session(time(7, 30), time(11, 30)), Session(time(13), time(16, 30)))
ROUNDS = 10_000


def due(start: str, term: str, calendar: WorkingCalendar) -> datetime:
    found = time_limit.due_at(at(start), time_limit.parse(term), calendar)
    assert found is not None
    return found


# ------------------------------------------------------------------ 1
def holidays_from(day: date) -> WorkingCalendar:
    """The peer's mistake: what lies behind today is not loaded."""
    whole = bootstrap.national_calendar()
    return replace(whole, days=tuple(each for each in whole.days if each.on >= day))


@pytest.mark.parametrize("term", ["15 working_day", "40 working_day"])
def test_1_a_due_date_over_new_year_and_tet_is_the_same_when_counted_again_in_february(term: str) -> None:
    received = "Sat 2025-12-20 09:00"
    promised = due(received, term, holidays_from(date(2025, 12, 1)))
    assert due(received, term, bootstrap.national_calendar()) == promised
    assert due(received, term, holidays_from(date(2026, 2, 25))) < promised, "the mistake would show"


def test_1_one_year_of_holidays_is_not_enough() -> None:
    whole = bootstrap.national_calendar()
    this_year = replace(whole, days=tuple(each for each in whole.days if each.on.year == 2025))
    received, term = "Mon 2025-12-22 09:00", "15 working_day"
    assert due(received, term, this_year) < due(received, term, whole)


# ------------------------------------------------------------------ 2
class SharedHours:
    """The peer's mistake: whoever asked last decides for everybody."""

    hours = weekly_hours(SEVEN_AND_A_HALF)

    def due(self, calendar: WorkingCalendar, start: datetime, meanwhile: Callable[[], None]) -> datetime:
        type(self).hours = calendar.hours
        meanwhile()
        return WorkingCalendar(hours=type(self).hours).add_working_days(start, 3)


def test_2_agencies_with_different_hours_are_counted_at_once_without_cross_talk() -> None:
    places = [WorkingCalendar(), WorkingCalendar(hours=weekly_hours(SEVEN_AND_A_HALF))]
    start, term = at("Mon 2026-03-02 08:15"), time_limit.parse("2.5 working_day")
    alone = [time_limit.due_at(start, term, place) for place in places]
    wrong: list[datetime | None] = []

    def count(number: int) -> None:
        for _ in range(ROUNDS // 4):
            found = time_limit.due_at(start, term, places[number])
            if found != alone[number]:
                wrong.append(found)

    threads = [threading.Thread(target=count, args=(number % 2,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert alone[0] != alone[1]
    assert wrong == []


def test_2_the_mistake_would_show() -> None:
    shared, here, there = SharedHours(), WorkingCalendar(), WorkingCalendar(hours=weekly_hours(SEVEN_AND_A_HALF))
    start = at("Mon 2026-03-02 07:05")
    alone = here.add_working_days(start, 3)
    assert shared.due(here, start, lambda: None) == alone
    assert shared.due(here, start, lambda: setattr(SharedHours, "hours", there.hours)) != alone


# ------------------------------------------------------------------ 3
def as_eight_hours(start: datetime, days: float, calendar: WorkingCalendar) -> datetime:
    """The peer's mistake."""
    return calendar.add_working(start, timedelta(hours=8) * days)


def to_the_quarter_before(moment: datetime) -> datetime:
    """The peer's other mistake."""
    return moment - timedelta(minutes=moment.minute % 15)


def test_3_a_day_is_what_the_calendar_says_and_not_eight_hours() -> None:
    short = WorkingCalendar(hours=weekly_hours(SEVEN_AND_A_HALF))
    assert instant(due("Mon 2026-03-02 09:10", "3 working_day", short)) == "Thu 2026-03-05 09:10"
    assert instant(as_eight_hours(at("Mon 2026-03-02 09:10"), 3, short)) != "Thu 2026-03-05 09:10"


def test_3_a_half_day_in_the_calendar_is_half_a_day_of_the_term() -> None:
    calendar = WorkingCalendar(days=(CalendarDay(date(2026, 2, 13), DayKind.HALF_DAY),))
    on_friday = due("Fri 2026-02-13 07:00", "1 working_day", calendar)
    assert instant(on_friday) == "Mon 2026-02-16 10:30"
    assert calendar.working_days_between(at("Fri 2026-02-13 07:00"), on_friday) == 1


@pytest.mark.parametrize("start", ["Mon 2026-03-02 08:07", "Fri 2026-03-06 16:59", "Sat 2026-03-07 03:00"])
@pytest.mark.parametrize("term", ["0.5 working_day", "0.25 working_day", "5 working_hour"])
def test_3_nothing_is_rounded_to_an_earlier_or_a_closed_hour(start: str, term: str) -> None:
    calendar = WorkingCalendar()
    found, limit = due(start, term, calendar), time_limit.parse(term)
    hours = float(limit.amount) * (8 if limit.unit is time_limit.TimeUnit.WORKING_DAY else 1)
    assert calendar.working_between(calendar.next_working_instant(at(start)), found) == timedelta(hours=hours)
    assert calendar.next_working_instant(found) == found
    if found.minute % 15:
        assert to_the_quarter_before(found) < found, "the mistake would show"


# ------------------------------------------------------------------ 4
def test_4_one_working_day_is_one_day_and_not_twenty_four_working_hours() -> None:
    calendar = WorkingCalendar()
    assert instant(due("Mon 2026-03-02 09:00", "1 working_day", calendar)) == "Tue 2026-03-03 09:00"
    assert instant(calendar.add_working(at("Mon 2026-03-02 09:00"), timedelta(hours=24))) == "Thu 2026-03-05 09:00"


# ------------------------------------------------------------------ 20
@pytest.mark.parametrize("term", ["0 working_day", "0 working_hour", "0 hour"])
def test_20_a_term_of_nothing_ends_when_it_begins_and_not_in_a_time_of_rest(term: str) -> None:
    calendar = WorkingCalendar()
    assert instant(due("Mon 2026-03-02 09:00", term, calendar)) == "Mon 2026-03-02 09:00"
    assert instant(due("Sat 2026-03-07 09:00", term, calendar)) == "Mon 2026-03-09 07:00"


def test_20_a_step_of_nothing_is_due_at_once_and_late_a_minute_later() -> None:
    calendar, start = WorkingCalendar(), datetime(2026, 3, 2, 9, tzinfo=VIETNAM)
    found = due("Mon 2026-03-02 09:00", "0 working_day", calendar)
    assert standing(found, start, calendar).urgency is Urgency.DUE_SOON
    assert standing(found, start + timedelta(minutes=1), calendar).urgency is Urgency.OVERDUE
