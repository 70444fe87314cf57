"""Messages between pools: every arrow joins a throw and a wait, and the names agree."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.domain.fee import PAYMENT_RECEIVED
from engine.workflow.facts import MessageFlow
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node
from engine.workflow.xml import bpmn

FROM_THE_ENGINE = frozenset({PAYMENT_RECEIVED})
"""Messages that no pool throws, because the engine itself sends them."""

THROWS = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
CATCHES = frozenset({"receiveTask", "intermediateCatchEvent", "startEvent", "boundaryEvent"})


def message_flows_join_events(subject: Subject) -> Iterator[Finding]:
    for flow, element in _flows(subject):
        for end, tags in ((flow.source, THROWS), (flow.target, CATCHES)):
            node = subject.diagram.nodes.get(end)
            known = node is not None or end in _pools(subject)
            if not known or (node is not None and not (node.tag in tags and "message" in node.kinds())):
                yield found("MESSAGE_FLOW_END", element, end=(node.name if node else "") or end or "?")


def message_flows_cross_pools(subject: Subject) -> Iterator[Finding]:
    for flow, element in _flows(subject):
        if flow.source_process and flow.source_process == flow.target_process:
            yield found("MESSAGE_FLOW_SAME_POOL", element)


def message_flows_keep_the_name(subject: Subject) -> Iterator[Finding]:
    for flow, element in _flows(subject):
        names = [_name(subject, end) for end in (flow.source, flow.target)]
        if all(names) and names[0] != names[1]:
            yield found("MESSAGE_FLOW_NAMES", element, thrown=names[0], awaited=names[1])


def messages_start_one_process(subject: Subject) -> Iterator[Finding]:
    """Whoever delivers a message that waits nowhere looks for the one process that it starts."""
    seen: set[str] = set()
    for node in _talking(subject, {"startEvent"}):
        name = subject.diagram.message_name(node) or ""
        if name in seen:
            yield found("MESSAGE_START_DUPLICATE", node.element, message=name)
        seen.add(name)


def awaited_messages_are_thrown(subject: Subject) -> Iterator[Finding]:
    """A warning only, because an agency's own system may send what no pool here throws."""
    thrown = {subject.diagram.message_name(node) for node in _talking(subject, THROWS)}
    for node in _talking(subject, CATCHES):
        name = subject.diagram.message_name(node)
        if name and name not in thrown and name not in FROM_THE_ENGINE and not _with_black_box(subject, node):
            yield found("MESSAGE_NEVER_THROWN", node.element, message=name)


def thrown_messages_are_awaited(subject: Subject) -> Iterator[Finding]:
    awaited = {subject.diagram.message_name(node) for node in _talking(subject, CATCHES)}
    for node in _talking(subject, THROWS):
        name = subject.diagram.message_name(node)
        if name and name not in awaited and not _with_black_box(subject, node):
            yield found("MESSAGE_NEVER_AWAITED", node.element, message=name)


def _with_black_box(subject: Subject, node: Node) -> bool:
    """True when a message flow joins the node to a pool that is drawn empty."""
    ends = [(f.target, f.target_process) for f in subject.diagram.message_flows if f.source == node.id]
    ends += [(f.source, f.source_process) for f in subject.diagram.message_flows if f.target == node.id]
    return any(end in _pools(subject) and not _steps(subject, process) for end, process in ends)


def _steps(subject: Subject, process: str | None) -> bool:
    scope = subject.diagram.processes.get(process or "")
    return bool(scope and scope.nodes)


def _talking(subject: Subject, tags: frozenset[str] | set[str]) -> Iterator[Node]:
    return (n for n in subject.diagram.nodes.values() if n.tag in tags and "message" in n.kinds())


def _name(subject: Subject, end: str) -> str | None:
    node = subject.diagram.nodes.get(end)
    return subject.diagram.message_name(node) if node else None


def _pools(subject: Subject) -> set[str]:
    return {pool.get("id", "") for pool in subject.diagram.root.iter(bpmn("participant"))}


def _flows(subject: Subject) -> Iterator[tuple[MessageFlow, etree._Element]]:
    return zip(subject.diagram.message_flows, subject.diagram.root.iter(bpmn("messageFlow")), strict=True)


RULES = (message_flows_join_events, message_flows_cross_pools, message_flows_keep_the_name, messages_start_one_process,
         awaited_messages_are_thrown, thrown_messages_are_awaited)
