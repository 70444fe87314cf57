"""Multi-instance: over a collection or a number, with an item, and an end condition SpiffWorkflow can see."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node, text_of
from engine.workflow.xml import bpmn


def instances_are_counted(subject: Subject) -> Iterator[Finding]:
    for node, loop in _loops(subject):
        counted = [n for n in ("loopCardinality", "loopDataInputRef") if _text(loop, n)]
        if len(counted) != 1:
            yield found("MULTI_COUNT", node.element)


def instances_know_their_item(subject: Subject) -> Iterator[Finding]:
    for node, loop in _loops(subject):
        if _text(loop, "loopDataInputRef") and not item(loop, "inputDataItem"):
            yield found("MULTI_ITEM", node.element)


def outputs_have_their_own_name(subject: Subject) -> Iterator[Finding]:
    for node, loop in _loops(subject):
        inputs = {item(loop, "inputDataItem"), _text(loop, "loopDataInputRef")} - {""}
        outputs = {item(loop, "outputDataItem"), _text(loop, "loopDataOutputRef")} - {""}
        for name in sorted(inputs & outputs):
            yield found("MULTI_OUTPUT_NAME", node.element, name=name)


def item(loop: etree._Element, tag: str) -> str:
    """The variable name of the input or output item: its name, as the standard says, or else its id."""
    element = loop.find(bpmn(tag))
    return "" if element is None else element.get("name") or element.get("id") or ""


def _text(loop: etree._Element, tag: str) -> str:
    element = loop.find(bpmn(tag))
    return "" if element is None else text_of(element)


def _loops(subject: Subject) -> Iterator[tuple[Node, etree._Element]]:
    for node in subject.diagram.nodes.values():
        loop = node.multi_instance
        if loop is not None:
            yield node, loop


RULES = (instances_are_counted, instances_know_their_item, outputs_have_their_own_name)
