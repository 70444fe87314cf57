"""The papers beside the diagram: procedure.yaml says what is promised, scenarios.yaml how it is rehearsed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain import procedure
from engine.domain.reaction import SPEAKING
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.papers import Unreadable

PROCEDURE = "procedure.yaml"
SCENARIOS = "scenarios.yaml"


def procedure_facts_are_complete(subject: Subject) -> Iterator[Finding]:
    given = subject.papers.procedure
    if isinstance(given, Unreadable):
        yield Finding("PROCEDURE_UNREADABLE", None, {"detail": given.detail}, PROCEDURE, given.line)
    elif given is None:
        if not subject.papers.bare:
            yield Finding("PROCEDURE_MISSING", None, file=PROCEDURE)
    else:
        for problem in procedure.problems_of(given):
            words = {"path": problem.path, "detail": problem.message, "detail_en": problem.message_en}
            yield Finding("PROCEDURE_INVALID", None, words, PROCEDURE)


def the_application_has_a_form(subject: Subject) -> Iterator[Finding]:
    key = subject.papers.application_form
    if key and key not in subject.papers.forms:
        yield Finding("APPLICATION_FORM_UNKNOWN", None, {"form": key}, PROCEDURE)


def what_runs_beside_says_nothing_itself(subject: Subject) -> Iterator[Finding]:
    """The dossier follows its own diagram; a procedure beside it acts on it through delegates only."""
    if not subject.papers.beside_a_dossier:
        return
    for node in subject.diagram.nodes.values():
        for name in sorted(SPEAKING & set(node.facts)):
            yield found("SIDE_SPEAKS", node.element, name=name)


def there_is_a_scenario(subject: Subject) -> Iterator[Finding]:
    given = subject.papers.scenarios
    if isinstance(given, Unreadable):
        yield Finding("SCENARIOS_UNREADABLE", None, {"detail": given.detail}, SCENARIOS, given.line)
    elif not subject.papers.bare and not _count(given):
        yield Finding("SCENARIOS_MISSING", None, file=SCENARIOS)


def _count(given: object) -> int:
    """The number of scenarios: the file is a list of them, or a mapping that holds the list."""
    if isinstance(given, dict):
        given = given.get("scenarios", list(given.values()))
    return len(given) if isinstance(given, (list, dict)) else 0


RULES = (procedure_facts_are_complete, the_application_has_a_form, what_runs_beside_says_nothing_itself,
         there_is_a_scenario)
