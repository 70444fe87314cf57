"""Expressions are FEEL, can be parsed, and avoid the traps that give null without a word."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.feel import evaluator
from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.spelling import value_among_conditions
from engine.workflow.gate.expressions import Expression, assignments, conditions, expressions
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Diagram
from engine.workflow.xml import bpmn

CODES = {"greedy_in": "EXPRESSION_IN_AND", "instance_of": "EXPRESSION_INSTANCE_OF",
         "date_against_text": "EXPRESSION_DATE_TEXT"}
OTHER_LANGUAGES = ("${", "#{", "{{", "<%")


def expressions_can_be_read(subject: Subject) -> Iterator[Finding]:
    for expression in (*expressions(subject.diagram), *computed_units(subject.diagram)):
        if any(mark in expression.text for mark in OTHER_LANGUAGES):
            yield found("EXPRESSION_FOREIGN", expression.element, text=expression.text)
            continue
        for problem in evaluator.check(expression.text):
            yield found(CODES.get(problem["code"], "EXPRESSION_INVALID"), expression.element,
                        text=expression.text, detail=problem["detail"])


def conditions_ask_something(subject: Subject) -> Iterator[Finding]:
    """A condition that is neither true nor false is an incident for every dossier; some never are either."""
    for node in subject.diagram.nodes.values():
        for expression in conditions(node):
            if not evaluator.check(expression.text) and _is_no_condition(expression.text):
                yield found("EXPRESSION_NOT_CONDITION", expression.element, text=expression.text)


def _is_no_condition(text: str) -> bool:
    if value_among_conditions(text):
        return True
    if evaluator.names(text):
        return False
    try:
        evaluator.condition(text, {})
    except FeelError as wrong:
        return wrong.code == "not_boolean"
    return False


def computed_units(diagram: Diagram) -> Iterator[Expression]:
    """Units given by FEEL, each once, on the lane or pool where they are written."""
    node_of = {node.placement.unit: node for node in diagram.nodes.values() if node.placement.unit.startswith("=")}
    for unit, node in node_of.items():
        yield Expression(unit, node, _where(diagram, unit))


def _where(diagram: Diagram, unit: str) -> etree._Element:
    for element in diagram.root.iter(bpmn("lane"), bpmn("participant"), bpmn("process")):
        if any(p.get("name") == "unit" and p.get("value", "").strip() == unit
               for p in element.iterfind("./{*}extensionElements/{*}properties/{*}property")):
            return element
    return diagram.root


def scripts_only_assign(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.tag != "scriptTask":
            continue
        lines = assignments(node)
        if not lines:
            yield found("SCRIPT_EMPTY", node.element)
        for line in lines:
            if line.name is None:
                yield found("SCRIPT_NOT_ASSIGNMENT", node.element, number=line.line, text=line.text, detail=line.detail)


def scripts_are_feel(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        language = node.element.get("scriptFormat", "feel") if node.tag == "scriptTask" else "feel"
        if "feel" not in language.lower():
            yield found("SCRIPT_LANGUAGE", node.element, language=language)


RULES = (expressions_can_be_read, conditions_ask_something, scripts_only_assign, scripts_are_feel)
