"""The national calendar to begin with: public holidays by rule, corrected by what the Prime Minister decided.

The package `holidays` knows the lunar calendar and the compensatory days; `official_days.csv` has the days that were
swapped, year by year, with the document that did it, and overrules the package. For years not decided yet the package
guesses: an administrator enters the decision when it is published. Deadlines are counted from the calendar table,
never from here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources

import holidays

from engine.domain.calendar import CalendarDay, DayKind

LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
OLD_LABOUR_CODE = "Bộ luật Lao động 2012, Điều 115"
NEW_CODE_SINCE = 2021
CULTURE_DAY = (11, 24)
"""Vietnam Cultural Day, a day off since 2026 by Resolution 80 of the Politburo."""


def national_days(years: Iterable[int], *, culture_day: bool = True) -> tuple[CalendarDay, ...]:
    """Every exceptional day of the nation in these years, in order. `culture_day` decides about 24 November."""
    wanted = frozenset(years)
    known = holidays.country_holidays("VN", years=wanted, language="vi")
    off = {on: _day_off(on, known[on]) for on in known}
    worked = {on: CalendarDay(on, DayKind.SWAPPED_WORKDAY, name="Ngày làm bù") for on in known.weekend_workdays}
    days = off | worked | {day.on: day for day in official_days()}
    return tuple(days[on] for on in sorted(days)
                 if on.year in wanted and (culture_day or (on.month, on.day) != CULTURE_DAY))


def official_days() -> Iterator[CalendarDay]:
    """The days swapped by decision, each with its document."""
    text = resources.files("engine.gateways").joinpath("official_days.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield CalendarDay(date.fromisoformat(row["date"]), DayKind(row["kind"]), name=row["name"],
                          legal_basis=row["legal_basis"])


def _day_off(on: date, name: str) -> CalendarDay:
    code = LABOUR_CODE if on.year >= NEW_CODE_SINCE else OLD_LABOUR_CODE
    return CalendarDay(on, _kind(name), name=name, legal_basis=code)


def _kind(name: str) -> DayKind:
    """The package says only in words why a day is off."""
    if "nghỉ bù" in name:
        return DayKind.COMPENSATORY_OFF
    return DayKind.SWAPPED_OFF if "thay cho ngày" in name else DayKind.HOLIDAY
