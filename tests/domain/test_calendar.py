"""When people work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from fractions import Fraction

import pytest

from engine.domain.calendar import (
    STANDARD_SESSIONS,
    CalendarDay,
    DayKind,
    Season,
    Session,
    WorkingCalendar,
    weekly_hours,
)
from engine.domain.errors import NoWorkingTime
from tests.domain.days import at, instant, off

MORNING, AFTERNOON = STANDARD_SESSIONS
FRIDAY = date(2026, 3, 6)


def one_day(kind: DayKind, on: date = FRIDAY, **facts: object) -> WorkingCalendar:
    return WorkingCalendar(days=(CalendarDay(on, kind, **facts),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kind", [DayKind.HOLIDAY, DayKind.COMPENSATORY_OFF, DayKind.SWAPPED_OFF, DayKind.LOCAL_CLOSURE])
def test_nobody_works_on_a_day_off(kind: DayKind) -> None:
    assert one_day(kind).sessions(FRIDAY) == ()
    assert not one_day(kind).is_working_day(FRIDAY)


def test_a_half_day_is_its_morning_unless_it_says_otherwise() -> None:
    assert one_day(DayKind.HALF_DAY).sessions(FRIDAY) == (MORNING,)
    assert one_day(DayKind.HALF_DAY, sessions=(AFTERNOON,)).sessions(FRIDAY) == (AFTERNOON,)


def test_a_swapped_saturday_has_the_hours_of_a_full_weekday() -> None:
    saturday = date(2026, 8, 22)

    assert WorkingCalendar().sessions(saturday) == ()
    assert one_day(DayKind.SWAPPED_WORKDAY, saturday).sessions(saturday) == STANDARD_SESSIONS


def test_a_saturday_session_receives_people_but_counts_only_where_it_is_said_to() -> None:
    saturday = date(2026, 3, 7)
    reception = one_day(DayKind.SATURDAY_SESSION, saturday)
    counting = one_day(DayKind.SATURDAY_SESSION, saturday, counts_for_deadline=True)

    assert reception.open_sessions(saturday) == (MORNING,)
    assert reception.sessions(saturday) == ()
    assert counting.sessions(saturday) == (MORNING,)


def test_a_unit_keeps_the_national_days_and_its_own() -> None:
    storm = CalendarDay(date(2026, 9, 10), DayKind.LOCAL_CLOSURE, scope="commune-centre")
    worked = CalendarDay(date(2026, 9, 2), DayKind.SWAPPED_WORKDAY, scope="commune-centre")
    national = WorkingCalendar(days=(worked, off("2026-09-02"), off("2026-09-01"), storm))
    centre = national.for_unit("commune-centre")

    assert [day for day in (1, 2, 10) if not national.is_working_day(date(2026, 9, day))] == [1, 2]
    assert [day for day in (1, 2, 10) if not centre.is_working_day(date(2026, 9, day))] == [1, 10]
    assert national.for_unit("commune-police").sessions(date(2026, 9, 10)) == STANDARD_SESSIONS


def test_hours_change_with_the_season() -> None:
    summer = weekly_hours((Session(time(6, 30), time(11)), Session(time(13, 30), time(17))))
    calendar = WorkingCalendar(seasons=(Season(date(2026, 4, 16), date(2026, 10, 15), summer),))

    assert instant(calendar.next_working_instant(at("Wed 2026-04-15 05:00"))) == "Wed 2026-04-15 07:00"
    assert instant(calendar.next_working_instant(at("Thu 2026-04-16 05:00"))) == "Thu 2026-04-16 06:30"
    assert instant(calendar.next_working_instant(at("Fri 2026-10-16 05:00"))) == "Fri 2026-10-16 07:00"


@pytest.mark.parametrize(("given", "expected"), [
    ("Mon 2026-03-02 06:59", "Mon 2026-03-02 07:00"),
    ("Mon 2026-03-02 07:00", "Mon 2026-03-02 07:00"),
    ("Mon 2026-03-02 11:30", "Mon 2026-03-02 11:30"),
    ("Mon 2026-03-02 11:31", "Mon 2026-03-02 13:30"),
    ("Mon 2026-03-02 17:00", "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 17:01", "Tue 2026-03-03 07:00"),
    ("Fri 2026-03-06 23:00", "Mon 2026-03-09 07:00"),
])
def test_work_goes_on_with_the_next_session_and_the_closing_time_still_counts(given: str, expected: str) -> None:
    assert instant(WorkingCalendar().next_working_instant(at(given))) == expected


def test_working_time_between_two_instants() -> None:
    calendar, friday, monday = WorkingCalendar(), at("Fri 2026-03-06 16:00"), at("Mon 2026-03-09 09:00")

    assert calendar.working_between(friday, monday) == timedelta(hours=3)
    assert calendar.working_between(monday, friday) == -timedelta(hours=3)
    assert calendar.working_days_between(friday, monday) == Fraction(3, 8)
    assert calendar.working_days_between(monday, friday) == -Fraction(3, 8)
    assert calendar.working_between(at("Sat 2026-03-07 09:00"), at("Sun 2026-03-08 09:00")) == timedelta()


def test_the_end_of_a_session_and_of_a_day() -> None:
    calendar = WorkingCalendar()

    assert instant(calendar.end_of_session(at("Mon 2026-03-02 09:00"))) == "Mon 2026-03-02 11:30"
    assert instant(calendar.end_of_working_day(at("Mon 2026-03-02 09:00"))) == "Mon 2026-03-02 17:00"
    assert instant(calendar.end_of_working_day(at("Sat 2026-03-07 09:00"))) == "Mon 2026-03-09 17:00"


def test_the_version_changes_with_what_decides_dates_and_with_nothing_else() -> None:
    plain = WorkingCalendar(days=(off("2026-09-02"),))
    named = WorkingCalendar(days=(CalendarDay(date(2026, 9, 2), DayKind.HOLIDAY, name="Quốc khánh"),))
    foreign = CalendarDay(date(2026, 9, 10), DayKind.LOCAL_CLOSURE, scope="commune-centre")

    assert plain.version == named.version == WorkingCalendar(days=(*plain.days, foreign)).version
    assert plain.version != WorkingCalendar().version
    assert plain.version != WorkingCalendar(days=(*plain.days, foreign)).for_unit("commune-centre").version
    assert plain.version != WorkingCalendar(hours=weekly_hours((MORNING,)), days=plain.days).version
    summer = Season(date(2026, 4, 16), date(2026, 10, 15), weekly_hours((MORNING,)))
    assert plain.version != WorkingCalendar(seasons=(summer,), days=plain.days).version


def test_a_calendar_without_sessions_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(NoWorkingTime):
        WorkingCalendar(hours=weekly_hours(())).next_working_instant(at("Mon 2026-03-02 09:00"))


@pytest.mark.parametrize(("opens", "closes"), [(time(9), time(9)), (time(9), time(8))])
def test_a_session_opens_before_it_closes(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="must open before"):
        Session(opens, closes)


def test_two_agencies_with_different_hours_counted_at_once_do_not_disturb_each_other() -> None:
    morning, usual = WorkingCalendar(hours=weekly_hours((MORNING,))), WorkingCalendar()
    start = at("Mon 2026-03-02 09:00")

    def ends(number: int) -> str:
        calendar = (morning, usual)[number % 2]
        return instant(calendar.add_working(start, timedelta(hours=4 + number % 7)))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ends, range(2000))) == [ends(number) for number in range(2000)]


def test_a_term_of_hundreds_of_days_is_counted_exactly() -> None:
    assert instant(WorkingCalendar().add_working_days(at("Mon 2026-03-02 09:00"), 500)) == "Mon 2028-01-31 09:00"
