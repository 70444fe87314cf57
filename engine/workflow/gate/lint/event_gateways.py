"""Event-based gateways: what follows must wait, and each wait belongs to one gateway only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node

WAITS = {"message", "signal", "timer"}


def event_gateways_choose(subject: Subject) -> Iterator[Finding]:
    for gateway in _gateways(subject):
        if gateway.element.get("instantiate") == "true" or gateway.element.get("eventGatewayType") == "Parallel":
            yield found("EVENT_GATEWAY_STARTS", gateway.element)
        if len(gateway.outgoing) < 2:
            yield found("EVENT_GATEWAY_SINGLE", gateway.element)


def event_gateways_lead_to_waits(subject: Subject) -> Iterator[Finding]:
    for gateway in _gateways(subject):
        for target in _targets(gateway):
            if not _waits(target):
                yield found("EVENT_GATEWAY_TARGET", target.element, gateway=gateway.name or gateway.id)
            elif len(target.incoming) > 1:
                yield found("EVENT_GATEWAY_SHARED", target.element, gateway=gateway.name or gateway.id)


def event_gateways_wait_for_different_messages(subject: Subject) -> Iterator[Finding]:
    for gateway in _gateways(subject):
        seen: set[str] = set()
        for target in _targets(gateway):
            name = subject.diagram.message_name(target)
            if name and name in seen:
                yield found("EVENT_GATEWAY_SAME_MESSAGE", target.element, message=name)
            seen.add(name or "")


def _waits(node: Node) -> bool:
    if node.tag == "receiveTask":
        return not node.boundaries
    return node.tag == "intermediateCatchEvent" and node.kinds() <= WAITS


def _gateways(subject: Subject) -> Iterator[Node]:
    return (node for node in subject.diagram.nodes.values() if node.tag == "eventBasedGateway")


def _targets(gateway: Node) -> Iterator[Node]:
    return (gateway.scope.nodes[f.target] for f in gateway.outgoing if f.target in gateway.scope.nodes)


RULES = (event_gateways_choose, event_gateways_lead_to_waits, event_gateways_wait_for_different_messages)
