"""Ids: SpiffWorkflow finds our nodes by id, and names its own specs by fixed words and endings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import NODES
from engine.workflow.xml import BPMN, local_name

RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
LONGEST_ID, LONGEST_NAME = 100, 200
NAMED = NODES | {"process", "sequenceFlow"}


def what_runs_has_an_id(subject: Subject) -> Iterator[Finding]:
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        if local_name(element) in NAMED and not element.get("id"):
            yield found("ID_MISSING", element, tag=local_name(element))


def ids_are_unique(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        key = element.get("id")
        if key in seen:
            yield found("ID_DUPLICATE", element, id=key)
        seen.add(key or "")
        seen.discard("")


def ids_are_free(subject: Subject) -> Iterator[Finding]:
    """A start event called `Start` gives an instance without tasks; one called `End` bypasses the end join."""
    scopes = [scope.element for scope in subject.diagram.processes.values()]
    for element in (*scopes, *(node.element for node in subject.diagram.nodes.values())):
        key = element.get("id", "")
        if key in RESERVED or key.endswith(RESERVED_ENDINGS):
            yield found("ID_RESERVED", element, id=key)


def ids_and_names_fit(subject: Subject) -> Iterator[Finding]:
    """What runs is written into rows; PostgreSQL holds every column to its length."""
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        key, name = element.get("id", ""), element.get("name", "")
        if len(key) > LONGEST_ID:
            yield found("ID_TOO_LONG", element, id=f"{key[:40]}…", most=LONGEST_ID)
        if len(name) > LONGEST_NAME:
            yield found("NAME_TOO_LONG", element, name=f"{name[:40]}…", most=LONGEST_NAME)


RULES = (what_runs_has_an_id, ids_are_unique, ids_are_free, ids_and_names_fit)
