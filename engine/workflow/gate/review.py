"""The publish gate: one door, every problem, never only the first (architecture.md 4).

What cannot be read at all is refused alone. What can be read is judged by every rule; the explorations that need a
whole graph (soundness, data, time) run when its flows join what they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.domain.review import Package, Problem, Severity, Vocabulary
from engine.workflow.gate import collaboration, course, dataflow, intime, soundness
from engine.workflow.gate.findings import Finding, Rule, Subject, as_problem
from engine.workflow.gate.graph import Diagram
from engine.workflow.gate.lint.rules import RULES
from engine.workflow.gate.papers import read_papers
from engine.workflow.xml import UnsafeXml, parse_xml, schema_problems

EXPLORATIONS: tuple[Rule, ...] = (*soundness.RULES, *collaboration.RULES, *dataflow.RULES, *intime.RULES,
                                  *course.RULES)
NOT_A_GRAPH = frozenset({"ID_DUPLICATE", "ID_MISSING", "FLOW_DANGLING", "FLOW_CROSSES", "BOUNDARY_DETACHED",
                         "CALL_RECURSIVE", "CALL_TOO_DEEP", "START_MISSING", "SUBPROCESS_START", "PROCESS_TOO_LONG"})


def review(package: Package, vocabulary: Vocabulary) -> list[Problem]:
    """Every problem of a package, errors first, then in the order of the file.

    A package without an error can be published; warnings are shown to whoever approves it.
    """
    try:
        root = parse_xml(package.diagram, name=package.diagram_name)
    except UnsafeXml as refusal:
        refused = Finding(refusal.code, None, {"detail": refusal.detail}, line=refusal.line)
        return [as_problem(refused, package.diagram_name)]
    problems = [as_problem(finding, package.diagram_name) for finding in findings(root, package, vocabulary)]
    return sorted(dict.fromkeys(problems), key=_order)


def findings(root: etree._Element, package: Package, vocabulary: Vocabulary) -> list[Finding]:
    """What the schema, the lint and the explorations say about a diagram that was read."""
    subject = Subject(Diagram(root), package, vocabulary, read_papers(package))
    linted = [*_schema(root), *lint(subject)]
    if NOT_A_GRAPH & {finding.code for finding in linted}:
        return linted
    return linted + _all(EXPLORATIONS, subject)


def lint(subject: Subject) -> list[Finding]:
    """Every rule that looks at what is drawn, without exploring what may happen."""
    return _all(RULES, subject)


def _all(rules: Iterable[Rule], subject: Subject) -> list[Finding]:
    return [finding for rule in rules for finding in rule(subject)]


def _schema(root: etree._Element) -> Iterator[Finding]:
    for problem in schema_problems(root):
        yield Finding("XSD_INVALID", None, {"detail": problem.detail}, line=problem.line)


def _order(problem: Problem) -> tuple[bool, str, int, str]:
    return problem.severity is Severity.WARNING, problem.file, problem.line or 0, problem.code
