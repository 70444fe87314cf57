"""Terms in working hours, so that steps and statutory terms can be compared.

A working day is 8 working hours (domain.md 3.1). Terms counted by the calendar have no fixed length in working time;
they are compared by the average of a five-day week, and the gate says so.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

from lxml import etree

from engine.domain import time_limit
from engine.domain.time_limit import TimeUnit
from engine.workflow.gate.graph import Node, text_of
from engine.workflow.iso8601 import Duration, parse_duration
from engine.workflow.xml import bpmn

DAY = Fraction(8)
HOURS = {
    TimeUnit.WORKING_DAY: DAY,
    TimeUnit.WORKING_HOUR: Fraction(1),
    TimeUnit.SAME_DAY: DAY,
    TimeUnit.CALENDAR_DAY: DAY * 5 / 7,
    TimeUnit.HOUR: DAY * 5 / 7 / 24,
    TimeUnit.MONTH: DAY * 5 / 7 * 30,
    TimeUnit.NONE: Fraction(0),
}
EXACT = frozenset({TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR, TimeUnit.SAME_DAY, TimeUnit.NONE})


@lru_cache(maxsize=1024)
def hours(term: str) -> Fraction | None:
    """A term in working hours; None for what is not a term."""
    if time_limit.problem_of(term) is not None:
        return None
    limit = time_limit.parse(term)
    return Fraction(limit.amount) * HOURS[limit.unit]


def is_exact(term: str) -> bool:
    """Whether the comparison in working hours is exact."""
    return time_limit.problem_of(term) is not None or time_limit.parse(term).unit in EXACT


def waited(node: Node) -> Fraction | None:
    """How long a timer event waits, in working hours; None where that is not known from the diagram."""
    if "term" in node.facts:
        return hours(node.facts["term"])
    for event in node.events:
        text = _duration(event.element)
        if event.kind == "timer" and text:
            return _of_iso(text)
    return None


def _duration(definition: etree._Element) -> str:
    element = definition.find(bpmn("timeDuration"))
    return "" if element is None else text_of(element).strip("\"'")


def _of_iso(text: str) -> Fraction | None:
    try:
        duration: Duration = parse_duration(text)
    except (ValueError, OverflowError):
        return None
    days = Fraction(duration.exact // timedelta(seconds=1), 86_400) + 30 * duration.months
    return days * HOURS[TimeUnit.CALENDAR_DAY]


def spoken(amount: Fraction, language: str = "vi") -> str:
    """Working days and hours as a person says them: `2 ngày 4 giờ làm việc`."""
    days, rest = divmod(amount, DAY)
    day, hour, end = {"vi": ("ngày", "giờ", "làm việc"), "en": ("d", "h", "of working time")}[language]
    parts = [f"{days} {day}"] * bool(days) + [f"{_short(rest)} {hour}"] * bool(rest or not days)
    return " ".join([*parts, end])


def _short(amount: Fraction) -> str:
    return f"{float(round(amount, 2)):g}"
