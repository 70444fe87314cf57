"""Call activities: the called process stands in the same file, can be started, and never calls itself."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Diagram, Node, Scope

MOST_LEVELS = 10


def called_processes_exist(subject: Subject) -> Iterator[Finding]:
    for node in _calls(subject.diagram):
        called = subject.diagram.called(node)
        if not node.called:
            yield found("CALL_TARGET_EMPTY", node.element)
        elif called is None:
            yield found("CALL_TARGET_MISSING", node.element, process=node.called)
        elif [bool(start.events) for start in called.starts()] != [False]:
            yield found("CALL_TARGET_START", node.element, process=node.called)


def calls_do_not_recur(subject: Subject) -> Iterator[Finding]:
    for node in _calls(subject.diagram):
        if node.scope.process.id in calls_below(subject.diagram, node):
            yield found("CALL_RECURSIVE", node.element, process=node.called)


def calls_are_not_nested_too_deep(subject: Subject) -> Iterator[Finding]:
    for node in _calls(subject.diagram):
        levels = [subject.diagram.called(node)]
        for _ in range(MOST_LEVELS):
            levels = [subject.diagram.called(inner) for process in _each_once(levels)
                      for inner in _calls_in(subject.diagram, process)]
        if _each_once(levels):
            yield found("CALL_TOO_DEEP", node.element, most=MOST_LEVELS)


def _each_once(processes: list[Scope | None]) -> list[Scope]:
    return list({process.id: process for process in processes if process is not None}.values())


def calls_below(diagram: Diagram, node: Node) -> set[str]:
    """Ids of every process that a call activity leads to."""
    seen: set[str] = set()
    waiting = [diagram.called(node)]
    while waiting:
        process = waiting.pop()
        if process is None or process.id in seen:
            continue
        seen.add(process.id)
        waiting += [diagram.called(inner) for inner in _calls_in(diagram, process)]
    return seen


def _calls(diagram: Diagram) -> Iterator[Node]:
    return (node for node in diagram.nodes.values() if node.tag == "callActivity")


def _calls_in(diagram: Diagram, process: Scope) -> Iterator[Node]:
    return (n for scope in diagram.scopes_of(process) for n in scope.nodes.values() if n.tag == "callActivity")


RULES = (called_processes_exist, calls_do_not_recur, calls_are_not_nested_too_deep)
