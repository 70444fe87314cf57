"""How long a procedure or a step may take, as written in the catalogue, and when that time is over.

The rules (domain.md 3.2-3.4), each of them checked by `tests/domain/test_time_limit.py`:

- A term starts when work goes on: what is accepted at night, at noon or on a day of rest starts with the next session.
- Working days and hours pass only in sessions. Whole working days keep the clock time: Monday 09:10 + 3 is Thursday
  09:10. Where hours change with the season, the time since opening is kept instead.
- Calendar days and months exclude the first day, clamp to the month's end (31 January + 1 month is 28 February), and
  move forward when the last day is a day of rest.
- Hours pass day and night; a term that ends in a time of rest ends when work begins again.
- Same day is the end of that working day, or of the next one from the cut-off hour on.
"""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem, problem

LONGEST = 9999
"""No term of the national catalogue comes near; the bound keeps dates representable."""

_TERM = re.compile(r"(?:(?P<amount>\d{1,6}(?:\.\d{1,6})?)\s+)?(?P<unit>[a-z_]+)", re.ASCII)


class TimeUnit(Enum):
    """The units found in the national catalogue (domain.md 3.1), plus the two working units of internal steps."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"
    NONE = "none"


STANDS_ALONE = frozenset({TimeUnit.SAME_DAY, TimeUnit.NONE})
"""Units that are whole sentences: `same_day` needs no number."""

DIVISIBLE = frozenset({TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR})
"""Internal processes split working time (0.25 day); nobody promises half a month."""


class DayTermsEnd(Enum):
    """When a term in calendar days or months ends on its last day.

    END_OF_DAY is the Civil Code (2015, Art. 148): at the end of the last day, and of the next working day when the last
    is a day of rest. KEEP_TIME is what a deployed system does: the clock time of acceptance on that day; who came later
    may then be served by an earlier hour of the same day.
    """

    END_OF_DAY = "end_of_day"
    KEEP_TIME = "keep_time"


class AppointmentGranularity(Enum):
    """What the applicant is promised: the exact minute, the end of that half day, or the end of that day."""

    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class TimePolicy:
    """What the law leaves open about terms; provinces settle it (domain.md 3.2-3.3, 15.7).

    `same_day_cutoff`: from this clock time on a same-day promise means the next working day; None where the procedure
    has no such rule. `cutoff_shifts_start`: after the cut-off every other term, too, starts on the next working day.
    """

    same_day_cutoff: time | None = time(15)
    cutoff_shifts_start: bool = False
    day_terms_end: DayTermsEnd = DayTermsEnd.END_OF_DAY
    appointment_granularity: AppointmentGranularity = AppointmentGranularity.HOUR


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """An amount of a unit. `same_day` has the amount 1, `none` the amount 0."""

    amount: Decimal
    unit: TimeUnit

    def by_the_clock(self) -> timedelta:
        """The span of a term in hours."""
        return timedelta(microseconds=int(self.amount * 3_600_000_000))

    def __str__(self) -> str:
        if self.unit in STANDS_ALONE:
            return self.unit.value
        return f"{self.amount.normalize():f} {self.unit.value}"


DEFAULT_POLICY = TimePolicy()
NO_TERM = TimeLimit(Decimal(0), TimeUnit.NONE)


def due_at(start: datetime, limit: TimeLimit, calendar: WorkingCalendar,
           policy: TimePolicy = DEFAULT_POLICY) -> datetime | None:
    """The instant (zone of Vietnam) at which the term ends when it starts at this instant; None for `none`.

    `start` is the valid acceptance, not the submission. Raises NoWorkingTime when the calendar has no sessions.
    """
    if limit.unit is TimeUnit.NONE:
        return None
    return settled(reach(start, limit, calendar, policy), limit, calendar, policy)


def begin(start: datetime, limit: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> datetime:
    """The instant from which the term counts."""
    at = calendar.next_working_instant(start)
    cut = limit.unit is TimeUnit.SAME_DAY or policy.cutoff_shifts_start
    if cut and policy.same_day_cutoff and at.time() >= policy.same_day_cutoff:
        return calendar.next_working_instant(_midnight(at + timedelta(days=1)))
    return at


def reach(start: datetime, limit: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> datetime:
    """The end of the term before it is moved out of rest; the clock ledger shifts this, so that no move adds up."""
    at = begin(start, limit, calendar, policy)
    match limit.unit:
        case TimeUnit.WORKING_DAY:
            return calendar.add_working_days(at, limit.amount)
        case TimeUnit.WORKING_HOUR:
            return calendar.add_working(at, limit.by_the_clock())
        case TimeUnit.HOUR:
            return at + limit.by_the_clock()
        case TimeUnit.CALENDAR_DAY:
            return at + timedelta(days=int(limit.amount))
        case TimeUnit.MONTH:
            return _months_later(at, int(limit.amount))
    return calendar.end_of_working_day(at)


def settled(reached: datetime, limit: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> datetime:
    """The end of the term moved out of rest and rounded up to what the applicant is promised."""
    at = _out_of_rest(reached, limit, calendar, policy)
    match policy.appointment_granularity:
        case AppointmentGranularity.HALF_DAY:
            return calendar.end_of_session(at)
        case AppointmentGranularity.DAY:
            return calendar.end_of_working_day(at)
    return at


def parse(text: str, path: str = "term") -> TimeLimit:
    """Reads a term as it is written in diagrams and in `procedure.yaml`.

    `path` names the field in the problem. Raises InvalidInput with one problem in `facts['problems']`.
    """
    found = problem_of(text, path)
    if found:
        raise InvalidInput(problems=(found,))
    amount, unit = _split(text)
    return TimeLimit(amount, unit)


def problem_of(text: object, path: str = "term") -> FieldProblem | None:
    """Says why the text is not a term; None when it is one."""
    units = ", ".join(unit.value for unit in TimeUnit)
    if not isinstance(text, str):
        return problem(path, "not_term", value=text, units=units)
    try:
        amount, unit = _split(text)
    except ValueError:
        return problem(path, "not_term", value=text, units=units)
    if unit not in DIVISIBLE and amount != amount.to_integral_value():
        return problem(path, "whole_only", unit=unit.value)
    return problem(path, "too_long", most=LONGEST) if amount > LONGEST else None


def _out_of_rest(reached: datetime, limit: TimeLimit, calendar: WorkingCalendar, policy: TimePolicy) -> datetime:
    if limit.unit not in {TimeUnit.CALENDAR_DAY, TimeUnit.MONTH}:
        return calendar.next_working_instant(reached)
    opens = calendar.next_working_instant(_midnight(reached))
    if policy.day_terms_end is DayTermsEnd.END_OF_DAY:
        return calendar.end_of_working_day(opens)
    return calendar.next_working_instant(datetime.combine(opens.date(), reached.time(), VIETNAM))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(0), VIETNAM)


def _months_later(at: datetime, count: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _split(text: str) -> tuple[Decimal, TimeUnit]:
    found = _TERM.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    unit, amount = TimeUnit(found["unit"]), found["amount"]
    natural = {TimeUnit.SAME_DAY: Decimal(1), TimeUnit.NONE: Decimal(0)}.get(unit)
    if natural is None:
        if amount is None:
            raise ValueError(text)
        return Decimal(amount), unit
    if amount is not None and Decimal(amount) != natural:
        raise ValueError(text)
    return natural, unit
