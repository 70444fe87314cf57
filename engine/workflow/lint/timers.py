"""Timers as every tool writes them: ISO 8601 without quotes, or FEEL after `=`, or our working-time `term`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from engine.workflow.findings import Finding, Subject, found
from engine.workflow.graph import Node, text_of
from engine.workflow.xml import bpmn

SPELLINGS = ("timeDate", "timeDuration", "timeCycle")
DURATION = re.compile(r"P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)")
CYCLE = re.compile(r"R(?P<rounds>\d*)/(?:(?P<start>[^P/]+)/)?(?P<every>P[^/]+)")
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
    elif not READERS[spelling](text):
        yield found("TIMER_INVALID", node.element, text=text, spelling=spelling)
    elif spelling == "timeDate" and datetime.fromisoformat(text).tzinfo is None:
        yield found("TIMER_NO_ZONE", node.element, text=text)
    elif spelling != "timeDate" and re.search(r"P[^T]*\d[YM]", text):
        yield found("TIMER_MONTH", node.element, text=text)


def is_duration(text: str) -> bool:
    """A positive ISO duration; SpiffWorkflow takes a bare `P` for zero."""
    return bool(DURATION.fullmatch(text)) and bool(re.search(r"[1-9]", text))


def is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return not text.startswith("P")


def is_cycle(text: str) -> bool:
    parts = CYCLE.fullmatch(text)
    if not parts or parts["rounds"] == "0":
        return False
    return is_duration(parts["every"]) and (parts["start"] is None or is_date(parts["start"]))


READERS = {"timeDate": is_date, "timeDuration": is_duration, "timeCycle": is_cycle}


def timers(subject: Subject) -> Iterator[tuple[Node, etree._Element]]:
    """Every timer event with its definition."""
    for node in subject.diagram.nodes.values():
        for event in node.events:
            if event.kind == "timer":
                yield node, event.element


def _expression(definition: etree._Element) -> str:
    return "".join(text_of(e) for s in SPELLINGS for e in definition.findall(bpmn(s)))


RULES = (timers_say_when, timers_can_be_read, cycles_stand_on_side_branches)
