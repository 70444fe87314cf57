"""Which event definition SpiffWorkflow executes where; anywhere else it silently becomes a none event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import EVENTS, Node
from engine.workflow.xml import bpmn

EXECUTED = {
    "startEvent": {"message", "signal", "timer"},
    "intermediateCatchEvent": {"message", "signal", "timer", "conditional"},
    "intermediateThrowEvent": {"message", "signal", "escalation"},
    "boundaryEvent": {"message", "signal", "timer", "conditional", "error", "escalation"},
    "endEvent": {"message", "signal", "error", "escalation", "terminate"},
}
THROWERS = {
    "error": {"subProcess", "callActivity", "serviceTask"},
    "escalation": {"subProcess", "callActivity"},
}
MUST_SAY = {"intermediateCatchEvent", "boundaryEvent"}


def definitions_stand_where_they_run(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        allowed = set() if node.tag == "startEvent" and node.scope.owner else EXECUTED[node.tag]
        for event in node.events:
            if event.kind not in allowed:
                yield found("EVENT_UNSUPPORTED", node.element, kind=event.kind, tag=node.tag)


def one_definition_per_event(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        if len(node.events) > 1 or node.element.get("parallelMultiple") == "true":
            yield found("EVENT_SEVERAL", node.element, count=len(node.events))
        if node.element.find(bpmn("eventDefinitionRef")) is not None:
            yield found("EVENT_SHARED_DEFINITION", node.element)


def catching_events_say_what_they_wait_for(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        if node.tag in MUST_SAY and not node.events and node.element.find(bpmn("eventDefinitionRef")) is None:
            yield found("EVENT_EMPTY", node.element)


def errors_interrupt(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        if node.tag == "boundaryEvent" and "error" in node.kinds() and not node.interrupting:
            yield found("EVENT_ERROR_NOT_INTERRUPTING", node.element)


def business_failures_come_from_somewhere(subject: Subject) -> Iterator[Finding]:
    """Nothing throws an error or an escalation at a human or script task."""
    for node in _events(subject):
        host = node.scope.nodes.get(node.attached_to or "")
        for kind, hosts in THROWERS.items():
            if host is not None and kind in node.kinds() and host.tag not in hosts:
                yield found("BOUNDARY_NEVER_FIRES", node.element, kind=kind, host=host.name or host.id)


def boundaries_are_attached(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        host = node.scope.nodes.get(node.attached_to or "")
        if node.tag == "boundaryEvent" and (host is None or host not in node.scope.activities()):
            yield found("BOUNDARY_DETACHED", node.element, host=node.attached_to or "")


def conditional_events_have_a_condition(subject: Subject) -> Iterator[Finding]:
    for node in _events(subject):
        for event in node.events:
            if event.kind == "conditional" and not (event.element.findtext(bpmn("condition")) or "").strip():
                yield found("EVENT_CONDITION_MISSING", node.element)


def _events(subject: Subject) -> Iterator[Node]:
    return (node for node in subject.diagram.nodes.values() if node.tag in EVENTS)


RULES = (definitions_stand_where_they_run, one_definition_per_event, catching_events_say_what_they_wait_for,
         errors_interrupt, business_failures_come_from_somewhere, boundaries_are_attached,
         conditional_events_have_a_condition)
