"""The facts on the diagram are those of the vocabulary, with values that can be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from lxml import etree

from engine.domain import time_limit
from engine.workflow.facts import PROPERTIES_PATH, Fact, vocabulary
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.xml import BPMN, local_name

NAME = re.compile(r"[^\W\d]\w*")


def facts_are_known(subject: Subject) -> Iterator[Finding]:
    for element, name, _ in _stated(subject):
        fact = _fact(name)
        if fact is None:
            yield found("FACT_UNKNOWN", element, name=name, near=_nearest(element, name))
        elif not fact.stands_on(local_name(element)):
            yield found("FACT_MISPLACED", element, name=name, tag=local_name(element))


def values_can_be_used(subject: Subject) -> Iterator[Finding]:
    for element, name, value in _stated(subject):
        fact = _fact(name)
        if fact and fact.stands_on(local_name(element)) and not _usable(fact, value):
            yield found("FACT_VALUE", element, name=name, value=value, wanted=_wanted(fact))


def is_term(text: str) -> bool:
    """A term a step, a pool or a timer may have: an amount of a unit that can be reckoned."""
    return time_limit.problem_of(text) is None and time_limit.parse(text).amount > 0


def _names(value: str) -> bool:
    return all(NAME.fullmatch(part.strip()) for part in value.split(","))


USABLE: dict[str, Callable[[str], bool]] = {
    "term": is_term,
    "status": lambda value: value.isdecimal() and 1 <= int(value) <= 10,
    "flag": lambda value: value in ("true", "false"),
    "name": lambda value: bool(NAME.fullmatch(value)),
    "names": _names,
    "expression": bool,
    "text": bool,
}
WANTED = {"term": "2 working_hour, 0.5 working_day", "status": "1-10", "flag": "true, false", "name": "ten_bien",
          "names": "bien_a, bien_b", "expression": "FEEL", "text": "…"}


def _usable(fact: Fact, value: str) -> bool:
    if fact.type == "choice":
        return value in fact.values
    return USABLE[fact.type](value) if fact.type in USABLE else True


def _wanted(fact: Fact) -> str:
    return ", ".join(sorted(fact.values)) or WANTED[fact.type]


def _fact(name: str) -> Fact | None:
    return next((fact for fact in vocabulary() if fact.names(name)), None)


def _nearest(element: etree._Element, name: str) -> str:
    here = [fact.name for fact in vocabulary() if fact.stands_on(local_name(element))]
    return (get_close_matches(name, here, 1, 0.5) or [", ".join(here)])[0]


def _stated(subject: Subject) -> Iterator[tuple[etree._Element, str, str]]:
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        for stated in element.findall(PROPERTIES_PATH):
            yield element, stated.get("name", "").strip(), stated.get("value", "").strip()


RULES = (facts_are_known, values_can_be_used)
