"""Which variables a node sets, and which it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.domain import side
from engine.workflow.feel import evaluator
from engine.workflow.feel.decision import DecisionTable
from engine.workflow.feel.errors import FeelError
from engine.workflow.gate.expressions import assignments, conditions, other_texts
from engine.workflow.gate.findings import Subject
from engine.workflow.gate.graph import HUMAN_TASKS, Node, text_of
from engine.workflow.gate.lint.messages import CATCHES, THROWS
from engine.workflow.gate.lint.multi_instance import item
from engine.workflow.xml import bpmn

GIVEN = frozenset({"received_by", "channel", "dossier_code", "due_at", "accepted_at"})
"""What a dossier hands to its first instance besides the application."""
LOOP = frozenset({"loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})
UNKNOWN = "*"
"""Stands for whatever a setter may set that nobody here can read: a form not at hand, a message from outside."""
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """Variables that a node sets each time, and those that it sets at least sometimes."""

    always: frozenset[str] = NOTHING
    ever: frozenset[str] = NOTHING

    def __or__(self, other: Written) -> Written:
        return Written(self.always | other.always, self.ever | other.ever)


def written(subject: Subject, node: Node) -> Written:
    """What is set when the node completes, its inside left out. A repeated activity may have no instance at all."""
    if node.multi_instance is None:
        return _own(subject, node) | _received(subject, node)
    collected = _always(_output(node.multi_instance))
    answers = NOTHING if item(node.multi_instance, "outputDataItem") else _own(subject, node).ever
    return collected | Written(ever=answers)


def _own(subject: Subject, node: Node) -> Written:
    if node.tag in HUMAN_TASKS or (node.tag == "startEvent" and node.facts.get("form")):
        return _form(subject, node.facts.get("form"))
    if node.tag == "scriptTask":
        return _always({a.name for a in assignments(node) if a.name})
    if node.tag == "serviceTask":
        return _always(_names(node.facts.get("sets"))) if "sets" in node.facts else Written(ever=frozenset({UNKNOWN}))
    if node.tag == "businessRuleTask":
        return _always(_names(node.facts.get("result")))
    return Written()


def started_with(subject: Subject) -> Written:
    """What an instance has from the beginning when a dossier starts it."""
    if subject.papers.beside_a_dossier:
        return _always(GIVEN | set(side.GIVEN))
    application = subject.papers.application_form
    return _always(GIVEN) | (_form(subject, application) if application else Written())


def _form(subject: Subject, key: str | None) -> Written:
    if not key:
        return Written()
    fields = subject.papers.fields(key)
    return Written(ever=frozenset({UNKNOWN})) if fields is None else _always(fields)


def _received(subject: Subject, node: Node) -> Written:
    """What the message brings: the payload of whoever in this file throws it."""
    name = subject.diagram.message_name(node) if node.tag in CATCHES else None
    if name is None:
        return Written()
    payloads = [_names(other.facts.get("payload")) for other in subject.diagram.nodes.values()
                if other.tag in THROWS and subject.diagram.message_name(other) == name]
    if not payloads:
        return Written(ever=frozenset({UNKNOWN}))
    return Written(frozenset.intersection(*payloads), frozenset.union(*payloads))


def _output(loop: etree._Element) -> frozenset[str]:
    return _names(loop.findtext(bpmn("loopDataOutputRef")))


def _always(names: frozenset[str] | set[str]) -> Written:
    return Written(frozenset(names), frozenset(names))


def _names(listed: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (listed or "").split(",") if part.strip())


def local_to(node: Node) -> frozenset[str]:
    """Names that only the instances of a repeated activity see."""
    loop = node.multi_instance
    if loop is None:
        return LOOP if node.element.find(bpmn("standardLoopCharacteristics")) is not None else NOTHING
    return LOOP | ({item(loop, "inputDataItem"), item(loop, "outputDataItem")} - {""})


def uses(subject: Subject, node: Node) -> Iterator[tuple[etree._Element, frozenset[str]]]:
    """The variables read at a node, each set with the element whose text reads it."""
    for condition in conditions(node):
        yield condition.element, _read(condition.text)
    for text in other_texts(node):
        yield node.element, _read(text) - local_to(node)
    yield node.element, _of_script(node) - local_to(node)
    if node.multi_instance is not None:
        yield node.element, _of_loop(node, node.multi_instance)
    if node.tag in HUMAN_TASKS and node.placement.unit.startswith("="):
        yield node.element, _read(node.placement.unit)
    decision = subject.papers.decisions.get(node.facts.get("decision", "").removesuffix(".dmn"))
    if isinstance(decision, DecisionTable):
        yield node.element, frozenset().union(*(_read(each) for each in decision.inputs))


def sent(node: Node) -> frozenset[str]:
    """The variables a message takes along; one that is not set yet travels as null."""
    return _names(node.facts.get("payload")) if node.tag in THROWS else NOTHING


def _of_script(node: Node) -> frozenset[str]:
    """What the lines read, less what earlier lines have set."""
    read, own = NOTHING, NOTHING
    for line in assignments(node):
        read |= _read(line.value) - own
        own |= {line.name or ""}
    return read


def _of_loop(node: Node, loop: etree._Element) -> frozenset[str]:
    collection, completion = loop.find(bpmn("loopDataInputRef")), loop.find(bpmn("completionCondition"))
    names = NOTHING if collection is None else _read(text_of(collection))
    known = local_to(node) | _output(loop)
    return names | (NOTHING if completion is None else _read(text_of(completion)) - known)


def _read(text: str) -> frozenset[str]:
    """The variables of an expression; none of one that cannot be read, which is reported elsewhere."""
    try:
        return evaluator.names(text) if text.strip() else NOTHING
    except FeelError:
        return NOTHING
