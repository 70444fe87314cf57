"""Messages, signals, errors and escalations are named at the top of the file; events point at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node, Scope

CODES = {"message": "MESSAGE_REF_MISSING", "signal": "SIGNAL_REF_MISSING", "error": "ERROR_REF_MISSING",
         "escalation": "ESCALATION_REF_MISSING"}
CATCHES_ANY = {"error", "escalation"}


def references_resolve(subject: Subject) -> Iterator[Finding]:
    """A boundary event without a reference catches any error or escalation; everything else must name its own."""
    for node in subject.diagram.nodes.values():
        for event in node.events:
            if event.kind not in CODES or (event.kind in CATCHES_ANY and node.attached_to and not event.ref):
                continue
            if not _code(subject, event.kind, event.ref or ""):
                yield found(CODES[event.kind], node.element)
        if node.tag in ("sendTask", "receiveTask") and not node.events:
            yield found("MESSAGE_REF_MISSING", node.element)


def message_names_differ(subject: Subject) -> Iterator[Finding]:
    """The name is what is matched, so two messages of one name are one message."""
    counts = Counter(name for name in subject.diagram.messages.values() if name)
    for element in subject.diagram.root.findall("{*}message"):
        if counts[element.get("name", "")] > 1:
            yield found("MESSAGE_NAME_DUPLICATE", element, message=element.get("name"))


def thrown_errors_are_caught(subject: Subject) -> Iterator[Finding]:
    """An error end event without a catcher leaves the instance in an incident."""
    for node in subject.diagram.nodes.values():
        for event in node.events:
            if node.tag == "endEvent" and event.kind == "error":
                code = _code(subject, "error", event.ref or "")
                if not _caught(subject, node.scope, code, set()):
                    yield found("ERROR_UNCAUGHT", node.element, error=code)


def _caught(subject: Subject, scope: Scope, code: str, seen: set[str]) -> bool:
    """True when an activity around the scope, or around every call of its process, catches the code."""
    if scope.id in seen:
        return True
    hosts = [scope.owner] if scope.owner else subject.diagram.callers(scope)
    return bool(hosts) and all(_catches(subject, host, code) or _caught(subject, host.scope, code, seen | {scope.id})
                               for host in hosts)


def _catches(subject: Subject, host: Node, code: str) -> bool:
    errors = [event for boundary in host.boundaries for event in boundary.events if event.kind == "error"]
    return any(not event.ref or _code(subject, "error", event.ref) == code for event in errors)


def _code(subject: Subject, kind: str, ref: str) -> str:
    """What is matched at run time: the code of an error or escalation, the name of a message or signal."""
    for element in subject.diagram.root.findall(f"{{*}}{kind}"):
        if element.get("id") == ref:
            return element.get(f"{kind}Code", "") if kind in CATCHES_ANY else element.get("name", "")
    return ""


RULES = (references_resolve, message_names_differ, thrown_errors_are_caught)
