"""How long a procedure or a step may take, as written in the catalogue: `3 working_day`, `same_day`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import Enum

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
    is a day of rest. KEEP_TIME is what a deployed system does: the clock time of acceptance on that day.
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

    def __str__(self) -> str:
        if self.unit in STANDS_ALONE:
            return self.unit.value
        return f"{self.amount.normalize():f} {self.unit.value}"


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
