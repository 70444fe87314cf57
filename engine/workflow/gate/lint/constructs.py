"""Constructs that SpiffWorkflow does not execute, or executes otherwise than BPMN says (spiff.md 1.6, 1.7, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import CHOREOGRAPHY
from engine.workflow.xml import BPMN, bpmn, local_name

MAX_NODES = 200
REFUSED = {
    "complexGateway": "GATEWAY_COMPLEX",
    "adHocSubProcess": "SUBPROCESS_ADHOC",
    "transaction": "SUBPROCESS_TRANSACTION",
    "task": "TASK_UNTYPED",
    "dataStore": "DATA_STORE",
    "dataStoreReference": "DATA_STORE",
    "dataInputAssociation": "DATA_ASSOCIATION",
    "dataOutputAssociation": "DATA_ASSOCIATION",
    "ioSpecification": "DATA_IO",
    "correlationSubscription": "CORRELATION_OWN",
    "correlationKey": "CORRELATION_OWN",
    "correlationProperty": "CORRELATION_OWN",
} | dict.fromkeys(CHOREOGRAPHY, "CHOREOGRAPHY")


def only_what_runs_is_drawn(subject: Subject) -> Iterator[Finding]:
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        code = REFUSED.get(local_name(element))
        if code:
            yield found(code, _speaking(element), tag=local_name(element))


def _speaking(element: etree._Element) -> etree._Element:
    """The element, or the step it belongs to when it has no id that a modeller shows."""
    parent = element.getparent()
    part = local_name(element).endswith(("Association", "Specification", "Subscription"))
    return parent if part and parent is not None else element


def no_event_subprocess(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.is_event_subprocess():
            yield found("SUBPROCESS_EVENT", node.element)


def no_compensation(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.element.get("isForCompensation") == "true":
            yield found("COMPENSATION", node.element)


def loops_are_bounded(subject: Subject) -> Iterator[Finding]:
    """A standard loop needs a condition or a maximum, or SpiffWorkflow refuses the file."""
    for loop in subject.diagram.root.iter(bpmn("standardLoopCharacteristics")):
        if not loop.get("loopMaximum") and not (loop.findtext(bpmn("loopCondition")) or "").strip():
            yield found("LOOP_UNBOUNDED", loop.getparent())


def processes_fit_the_parser(subject: Subject) -> Iterator[Finding]:
    """SpiffWorkflow's parser recurses along the flows; longer chains end in a RecursionError."""
    for scope in subject.diagram.scopes():
        if len(scope.nodes) > MAX_NODES:
            yield found("PROCESS_TOO_LONG", scope.element, count=len(scope.nodes), most=MAX_NODES)


RULES = (only_what_runs_is_drawn, no_event_subprocess, no_compensation, loops_are_bounded,
         processes_fit_the_parser)
