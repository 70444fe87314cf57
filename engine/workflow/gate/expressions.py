"""Every FEEL expression of a diagram, with what it is for and the element to point at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.script import parse_script
from engine.workflow.gate.graph import Diagram, Node, text_of
from engine.workflow.xml import bpmn


@dataclass(frozen=True, slots=True)
class Expression:
    """`node` reads the variables; `element` is where a person mends the text."""

    text: str
    node: Node
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of a script; `name` is None when the line is no assignment, and `detail` says why."""

    line: int
    text: str
    name: str | None
    value: str
    detail: str = ""


def expressions(diagram: Diagram) -> Iterator[Expression]:
    """Conditions, event conditions, script lines, inputs, computed units, FEEL timers, multi-instance expressions."""
    for node in diagram.nodes.values():
        yield from conditions(node)
        yield from own_expressions(node)


def conditions(node: Node) -> Iterator[Expression]:
    if node.tag in ("exclusiveGateway", "inclusiveGateway"):
        for flow in node.outgoing:
            if flow.condition and flow.id != node.default:
                yield Expression(flow.condition, node, flow.element)


def own_expressions(node: Node) -> Iterator[Expression]:
    """What the node itself evaluates when a token arrives."""
    texts = [a.value for a in assignments(node) if a.name]
    texts += other_texts(node)
    for text in texts:
        yield Expression(text, node, node.element)


def other_texts(node: Node) -> list[str]:
    """Its expressions but for the lines of a script, which see each other's results."""
    texts = [value for name, value in sorted(node.facts.items()) if name.startswith("input.") and value]
    return texts + _of_events(node) + _of_loops(node)


def assignments(node: Node) -> list[Assignment]:
    """The lines of a script task; blank lines and comments say nothing."""
    if node.tag != "scriptTask":
        return []
    lines = (node.element.findtext(bpmn("script")) or "").splitlines()
    return [each for number, line in enumerate(lines, 1) for each in _assignments(number, line)]


def _assignments(number: int, line: str) -> list[Assignment]:
    try:
        return [Assignment(number, line.strip(), name, value) for name, value in parse_script(line)]
    except FeelError as error:
        return [Assignment(number, line.strip(), None, "", error.detail)]


def _of_events(node: Node) -> list[str]:
    texts = [text_of(e) for event in node.events if event.kind == "conditional"
             for e in event.element.findall(bpmn("condition"))]
    timers = [text_of(e) for event in node.events if event.kind == "timer" for e in event.element]
    return [t for t in texts if t] + [t for t in timers if t.startswith("=")]


def _of_loops(node: Node) -> list[str]:
    """Cardinality and the standard loop's condition; a completion condition sees the instances and is read apart."""
    loops = [e for e in node.element if str(e.tag).endswith("LoopCharacteristics")]
    texts = [loop.findtext(bpmn(tag)) or "" for loop in loops for tag in ("loopCardinality", "loopCondition")]
    return [text.strip() for text in texts if text.strip()]
