"""Beginnings, ends, and what no token can reach."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import CHOREOGRAPHY, Scope, reached


def there_is_a_process(subject: Subject) -> Iterator[Finding]:
    if not any(process.nodes for process in subject.diagram.processes.values()):
        yield found("PROCESS_MISSING", subject.diagram.root)


def processes_are_executable(subject: Subject) -> Iterator[Finding]:
    for process in _drawn(subject):
        said = process.element.get("isExecutable")
        if said != "true":
            yield found("PROCESS_NOT_EXECUTABLE" if said else "PROCESS_EXECUTABLE_UNSAID", process.element)


def processes_begin_once(subject: Subject) -> Iterator[Finding]:
    for process in _drawn(subject):
        plain = [start for start in process.starts() if not start.events]
        if not process.starts():
            yield found("START_MISSING", process.element)
        for start in plain[1:]:
            yield found("START_SEVERAL", start.element, count=len(plain))


def one_process_begins_by_itself(subject: Subject) -> Iterator[Finding]:
    """A dossier starts the first process that needs no message; the others start by message or by call."""
    called = {node.called for node in subject.diagram.nodes.values()}
    begun = [p for p in _drawn(subject) if p.id not in called and any("message" not in s.kinds() for s in p.starts())]
    if not begun and any(process.starts() for process in _drawn(subject)):
        yield found("START_NOBODY", subject.diagram.root)
    for process in begun[1:]:
        yield found("START_NEVER", process.element, first=begun[0].name or begun[0].id)


def subprocesses_begin_and_end(subject: Subject) -> Iterator[Finding]:
    for scope in subject.diagram.scopes():
        if scope.owner is None or scope.owner.tag == "adHocSubProcess" or scope.owner.is_event_subprocess():
            continue
        if len(scope.starts()) != 1:
            yield found("SUBPROCESS_START", scope.element, count=len(scope.starts()))
        if not scope.ends():
            yield found("SUBPROCESS_END", scope.element)


def processes_end(subject: Subject) -> Iterator[Finding]:
    for process in _drawn(subject):
        if not process.ends():
            yield found("END_MISSING", process.element)


def paths_end_at_end_events(subject: Subject) -> Iterator[Finding]:
    """SpiffWorkflow completes such an instance without its end: no outcome, no data, no end status."""
    for node in subject.diagram.nodes.values():
        special = node.is_event_subprocess() or node.element.get("isForCompensation") == "true"
        if node.tag != "endEvent" and not node.outgoing and not special and node.tag not in CHOREOGRAPHY:
            yield found("END_IMPLICIT", node.element)


def every_node_is_reachable(subject: Subject) -> Iterator[Finding]:
    """SpiffWorkflow drops the others without a word."""
    for scope in subject.diagram.scopes():
        inside = reached(scope.starts())
        for node in scope.nodes.values() if scope.starts() else ():
            special = node.is_event_subprocess() or node.element.get("isForCompensation") == "true"
            if node.id not in inside and not special:
                yield found("NODE_UNREACHABLE", node.element)


def _drawn(subject: Subject) -> Iterator[Scope]:
    """Processes with something in them; an empty one stands for a pool that only exchanges messages."""
    return (process for process in subject.diagram.processes.values() if process.nodes)


RULES = (there_is_a_process, processes_are_executable, processes_begin_once, one_process_begins_by_itself,
         subprocesses_begin_and_end,
         processes_end, paths_end_at_end_events, every_node_is_reachable)
