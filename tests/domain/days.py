"""Dates as the tests write them: `Fri 2026-03-06 09:10`, so that a wrong weekday fails at once."""

from __future__ import annotations

from datetime import date, datetime

from engine.domain.calendar import VIETNAM, CalendarDay, DayKind

FORMAT = "%a %Y-%m-%d %H:%M"


def at(text: str) -> datetime:
    """The instant in the zone of Vietnam; refuses a weekday that does not belong to the date."""
    found = datetime.strptime(text, FORMAT).replace(tzinfo=VIETNAM)
    assert found.strftime(FORMAT) == text, f"{text} is a {found:%A}"
    return found


def instant(moment: datetime) -> str:
    """The instant as the tests write it."""
    return moment.astimezone(VIETNAM).strftime(FORMAT)


def off(day: str) -> CalendarDay:
    """A national holiday."""
    return CalendarDay(date.fromisoformat(day), DayKind.HOLIDAY)
