"""Human steps and waits: who does them, on which form, within which time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.domain.review import Severity
from engine.workflow.facts import facts_of
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import HUMAN_TASKS, Node
from engine.workflow.gate.papers import Unreadable
from engine.workflow.xml import bpmn

UNITS = frozenset({"receiving", "lead"})


def human_tasks_have_a_lane_with_a_role(subject: Subject) -> Iterator[Finding]:
    for node in _human(subject):
        if not node.placement.lane and not node.placement.role:
            yield found("LANE_MISSING", node.element)
        elif not node.placement.role:
            yield found("ROLE_MISSING", node.element, lane=node.placement.lane)


def roles_are_known(subject: Subject) -> Iterator[Finding]:
    for lane in subject.diagram.root.iter(bpmn("lane")):
        role = facts_of(lane).get("role")
        if role and role not in subject.vocabulary.roles:
            yield found("ROLE_UNKNOWN", lane, role=role, known=", ".join(sorted(subject.vocabulary.roles)))


def units_are_known(subject: Subject) -> Iterator[Finding]:
    """An agency is known to the installation or named by the procedure itself."""
    agencies = subject.vocabulary.agencies | subject.papers.agencies
    for element in subject.diagram.root.iter(bpmn("lane"), bpmn("participant"), bpmn("process")):
        unit = facts_of(element).get("unit", "")
        agency = unit.removeprefix("agency:")
        if unit.startswith("agency:") and agency not in agencies:
            yield found("AGENCY_UNKNOWN", element, agency=agency, known=_listed(agencies))
        elif unit and agency == unit and unit not in UNITS and not unit.startswith("="):
            yield found("UNIT_UNKNOWN", element, unit=unit)


def user_tasks_have_a_form(subject: Subject) -> Iterator[Finding]:
    for node in subject.diagram.nodes.values():
        if node.tag == "userTask" and not node.facts.get("form"):
            yield found("FORM_MISSING", node.element)


def forms_exist(subject: Subject) -> Iterator[Finding]:
    """Of a file judged by itself nobody knows the forms, so there it is only a warning."""
    severity = Severity.WARNING if subject.papers.bare else None
    for node in subject.diagram.nodes.values():
        key = node.facts.get("form")
        if key and key not in subject.papers.forms:
            yield Finding("FORM_UNKNOWN", node.element, {"form": key, "known": _listed(subject.papers.forms)},
                          severity=severity)


def forms_can_be_read(subject: Subject) -> Iterator[Finding]:
    for key, form in subject.papers.forms.items():
        for problem in form.problems if isinstance(form, Unreadable) else ():
            words = {"form": key, "detail": problem.message, "detail_en": problem.message_en}
            yield Finding("FORM_UNREADABLE", None, words, f"{key}.json")


def forms_are_used(subject: Subject) -> Iterator[Finding]:
    used = {node.facts.get("form") for node in subject.diagram.nodes.values()} | subject.papers.forms_of_papers
    for key in subject.papers.forms:
        if key not in used:
            yield Finding("FORM_UNUSED", None, {"form": key}, f"{key}.json")


def human_tasks_have_a_time(subject: Subject) -> Iterator[Finding]:
    for node in _human(subject):
        if not node.facts.get("allotment"):
            yield found("ALLOTMENT_MISSING", node.element)


def consultations_have_a_deadline(subject: Subject) -> Iterator[Finding]:
    for node in _human(subject):
        asks = node.facts.get("kind") == "consult"
        if asks and not any("timer" in boundary.kinds() for boundary in node.boundaries):
            yield found("CONSULT_NO_DEADLINE", node.element)


def waits_have_an_owner(subject: Subject) -> Iterator[Finding]:
    """Somebody must notice when a message does not come."""
    for node in subject.diagram.nodes.values():
        waits = node.tag == "receiveTask" or (node.tag == "intermediateCatchEvent" and "message" in node.kinds())
        if (waits or node.tag == "eventBasedGateway") and not node.placement.role:
            yield found("WAIT_NO_OWNER", node.element)


def _human(subject: Subject) -> Iterator[Node]:
    return (node for node in subject.diagram.nodes.values() if node.tag in HUMAN_TASKS)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "—"


RULES = (human_tasks_have_a_lane_with_a_role, roles_are_known, units_are_known, user_tasks_have_a_form, forms_exist,
         forms_can_be_read, forms_are_used, human_tasks_have_a_time, consultations_have_a_deadline,
         waits_have_an_owner)
