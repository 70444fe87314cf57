"""The national calendar agrees with what civil servants really had off, 2018-2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain import time_limit
from engine.domain.calendar import DayKind, WorkingCalendar
from engine.gateways import calendar_seed
from tests.domain.days import at, instant

YEARS = range(2018, 2028)
CALENDAR = WorkingCalendar(days=calendar_seed.national_days(YEARS))

WEEKDAYS_OFF = {
    2018: "01-01 02-14 02-15 02-16 02-19 02-20 04-25 04-30 05-01 09-03 12-31",
    2019: "01-01 02-04 02-05 02-06 02-07 02-08 04-15 04-29 04-30 05-01 09-02",
    2020: "01-01 01-23 01-24 01-27 01-28 01-29 04-02 04-30 05-01 09-02",
    2021: "01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03",
    2022: "01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02",
    2023: "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
"""Every weekday on which the counters were closed, as announced each year."""

SATURDAYS_WORKED = {2019: ["01-05", "05-04"], 2024: ["05-04"], 2025: ["04-26"], 2026: ["01-10", "08-22"]}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_the_weekdays_off_are_those_announced(year: int) -> None:
    off = [day for day in days_of(year) if day.weekday() < 5 and not CALENDAR.is_working_day(day)]

    assert " ".join(day.strftime("%m-%d") for day in off) == WEEKDAYS_OFF[year]


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_the_weekend_days_worked_are_those_announced(year: int) -> None:
    worked = [day for day in days_of(year) if day.weekday() >= 5 and CALENDAR.is_working_day(day)]

    assert [day.strftime("%m-%d") for day in worked] == SATURDAYS_WORKED.get(year, [])


def test_each_swapped_day_off_is_made_up_for_and_names_its_document() -> None:
    days = list(calendar_seed.official_days())
    kinds = [day.kind for day in days]

    assert kinds.count(DayKind.SWAPPED_OFF) == kinds.count(DayKind.SWAPPED_WORKDAY) == 6
    assert all(day.legal_basis and day.name for day in days)
    assert all((day.on.weekday() == 5) == (day.kind is DayKind.SWAPPED_WORKDAY) for day in days)


def test_a_compensatory_day_is_told_from_the_holiday_it_stands_for() -> None:
    kinds = {day.on: day.kind for day in calendar_seed.national_days([2026])}

    assert kinds[date(2026, 4, 26)] is DayKind.HOLIDAY             # Hùng Kings' day, a Sunday
    assert kinds[date(2026, 4, 27)] is DayKind.COMPENSATORY_OFF    # the Monday after


def test_only_the_years_asked_for_are_given() -> None:
    assert {day.on.year for day in calendar_seed.national_days([2018])} == {2018}
    assert {day.on.year for day in calendar_seed.national_days([2019])} == {2019}


def test_the_cultural_day_is_a_day_off_unless_it_is_switched_off() -> None:
    without = calendar_seed.national_days([2026], culture_day=False)

    assert not CALENDAR.is_working_day(date(2026, 11, 24))
    assert WorkingCalendar(days=without).is_working_day(date(2026, 11, 24))


@pytest.mark.parametrize(("start", "term", "expected"), [
    ("Fri 2026-02-13 09:00", "3 working_day", "Wed 2026-02-25 09:00"),
    ("Fri 2026-08-21 09:00", "1 working_day", "Sat 2026-08-22 09:00"),
    ("Fri 2026-08-28 09:00", "1 working_day", "Thu 2026-09-03 09:00"),
    ("Wed 2025-12-31 15:30", "same_day", "Mon 2026-01-05 17:00"),
    ("Fri 2026-01-09 09:00", "1 working_day", "Sat 2026-01-10 09:00"),
    ("Mon 2026-11-23 10:00", "1 working_day", "Wed 2026-11-25 10:00"),
    ("Mon 2025-12-22 10:00", "15 working_day", "Tue 2026-01-13 10:00"),
])
def test_terms_over_the_holidays(start: str, term: str, expected: str) -> None:
    found = time_limit.due_at(at(start), time_limit.parse(term), CALENDAR)

    assert found is not None
    assert instant(found) == expected
