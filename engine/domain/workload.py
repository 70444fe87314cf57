"""How much work waits for somebody: the allotments of the open steps in his hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.domain import time_limit
from engine.domain.time_limit import TimeUnit

HOURS_A_DAY = 8
"""A working day of an internal process (domain.md 3.1)."""

UNALLOTTED = 60
"""Minutes that a step without an allotment counts for, so that it counts at all."""

_MINUTES: Mapping[TimeUnit, int] = {
    TimeUnit.WORKING_DAY: HOURS_A_DAY * 60, TimeUnit.CALENDAR_DAY: HOURS_A_DAY * 60, TimeUnit.WORKING_HOUR: 60,
    TimeUnit.HOUR: 60, TimeUnit.SAME_DAY: HOURS_A_DAY * 60, TimeUnit.MONTH: 22 * HOURS_A_DAY * 60,
}


def minutes(allotment: str) -> Decimal:
    """Working minutes of a step, by its allotment such as `0.5 working_day`."""
    if not allotment or time_limit.problem_of(allotment):
        return Decimal(UNALLOTTED)
    term = time_limit.parse(allotment)
    return term.amount * _MINUTES.get(term.unit, 0) or Decimal(UNALLOTTED)


def least(candidates: Sequence[str], held: Iterable[tuple[str, str]]) -> str | None:
    """Who has the least to do, the first of them where several have; `held` are (account, allotment) of open steps."""
    loads = dict.fromkeys(candidates, Decimal(0))
    for account_id, allotment in held:
        if account_id in loads:
            loads[account_id] += minutes(allotment)
    return min(loads, key=lambda each: loads[each], default=None)
