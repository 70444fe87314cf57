"""Sequence flows: both ends in one container, conditions only where they are looked at."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import GATEWAYS, Flow, Node

SPLITTERS = GATEWAYS | {"startEvent"}
DECIDERS = frozenset({"exclusiveGateway", "inclusiveGateway"})


def flows_have_two_ends(subject: Subject) -> Iterator[Finding]:
    for scope in subject.diagram.scopes():
        for flow in scope.flows:
            missing = [end for end in (flow.source, flow.target) if end not in scope.nodes]
            if not missing:
                continue
            elsewhere = all(end in subject.diagram.nodes for end in missing)
            yield found("FLOW_CROSSES" if elsewhere else "FLOW_DANGLING", flow.element, end=missing[0] or "?")


def flows_respect_events(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.tag in ("startEvent", "boundaryEvent") and node.incoming:
            yield found("FLOW_INTO_START", node.incoming[0].element, end=node.id)
        if node.tag == "endEvent" and node.outgoing:
            yield found("FLOW_OUT_OF_END", node.outgoing[0].element, end=node.id)


def only_gateways_split(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.tag not in SPLITTERS and len(node.outgoing) > 1:
            yield found("FLOW_FROM_TASK_SPLITS", node.element, count=len(node.outgoing))


def conditions_leave_gateways(subject: Subject) -> Iterator[Finding]:
    for flow, source in _with_source(subject):
        if flow.condition is not None and source.tag not in DECIDERS:
            yield found("FLOW_CONDITION_IGNORED", flow.element, source=source.id)


def no_flow_is_drawn_twice(subject: Subject) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for flow, _ in _with_source(subject):
        if (flow.source, flow.target) in seen:
            yield found("FLOW_DUPLICATE", flow.element, source=flow.source, target=flow.target)
        seen.add((flow.source, flow.target))


def _with_source(subject: Subject) -> Iterator[tuple[Flow, Node]]:
    for flow in subject.diagram.flows():
        if flow.source in subject.diagram.nodes:
            yield flow, subject.diagram.nodes[flow.source]


RULES = (flows_have_two_ends, flows_respect_events, only_gateways_split, conditions_leave_gateways,
         no_flow_is_drawn_twice)
