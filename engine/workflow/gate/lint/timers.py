"""Timers as every tool writes them: ISO 8601 without quotes, or FEEL after `=`, or our working-time `term`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node, text_of
from engine.workflow.iso8601 import parse_cycle, parse_duration, parse_moment
from engine.workflow.xml import bpmn

SPELLINGS = ("timeDate", "timeDuration", "timeCycle")
READERS: dict[str, Callable[[str], object]] = {
    "timeDate": parse_moment, "timeDuration": parse_duration, "timeCycle": parse_cycle,
}
MONTHS = re.compile(r"P[^T]*\d[YM]")
CRON = re.compile(r"(?:\S+\s+){4,6}\S+")


def timers_say_when(subject: Subject) -> Iterator[Finding]:
    for node, definition in timers(subject):
        said = [s for s in SPELLINGS if definition.find(bpmn(s)) is not None] + ["term"] * ("term" in node.facts)
        if not said or not (node.facts.get("term") or _expression(definition)):
            yield found("TIMER_EMPTY", node.element)
        elif len(said) > 1:
            yield found("TIMER_TWICE", node.element, spellings=", ".join(said))


def timers_can_be_read(subject: Subject) -> Iterator[Finding]:
    for node, definition in timers(subject):
        for spelling in SPELLINGS:
            text = "".join(text_of(e) for e in definition.findall(bpmn(spelling)))
            if text and not text.startswith("="):
                yield from _literal(node, spelling, text)


def cycles_stand_on_side_branches(subject: Subject) -> Iterator[Finding]:
    for node, definition in timers(subject):
        side_branch = node.tag == "boundaryEvent" and not node.interrupting
        if definition.find(bpmn("timeCycle")) is not None and not side_branch:
            yield found("TIMER_CYCLE_POSITION", node.element)


def _literal(node: Node, spelling: str, text: str) -> Iterator[Finding]:
    if spelling == "timeCycle" and CRON.fullmatch(text):
        yield found("TIMER_CRON", node.element, text=text)
    elif not is_readable(spelling, text.strip("\"'")):
        yield found("TIMER_INVALID", node.element, text=text, spelling=spelling)
    elif spelling != "timeDate" and MONTHS.search(text):
        yield found("TIMER_MONTH", node.element, text=text)


def is_readable(spelling: str, text: str) -> bool:
    """Whether the runtime can reckon with it."""
    try:
        READERS[spelling](text)
    except (ValueError, OverflowError):
        return False
    return True


def timers(subject: Subject) -> Iterator[tuple[Node, etree._Element]]:
    """Every timer event with its definition."""
    for node in subject.diagram.nodes.values():
        for event in node.events:
            if event.kind == "timer":
                yield node, event.element


def _expression(definition: etree._Element) -> str:
    return "".join(text_of(e) for s in SPELLINGS for e in definition.findall(bpmn(s)))


RULES = (timers_say_when, timers_can_be_read, cycles_stand_on_side_branches)
