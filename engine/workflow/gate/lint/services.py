"""What the engine does by itself resolves: delegates and decision tables."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.review import Severity
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node
from engine.workflow.gate.papers import Unreadable


def service_tasks_name_a_delegate(subject: Subject) -> Iterator[Finding]:
    for node in _nodes(subject, "serviceTask"):
        delegate = node.facts.get("delegate")
        known = ", ".join(sorted(subject.vocabulary.delegates)) or "—"
        if not delegate:
            yield found("DELEGATE_MISSING", node.element, known=known)
        elif delegate not in subject.vocabulary.delegates:
            yield found("DELEGATE_UNKNOWN", node.element, delegate=delegate, known=known)


def rule_tasks_name_a_decision(subject: Subject) -> Iterator[Finding]:
    severity = Severity.WARNING if subject.papers.bare and not subject.papers.decisions else None
    for node in _nodes(subject, "businessRuleTask"):
        decision = node.facts.get("decision", "").removesuffix(".dmn")
        if not decision:
            yield found("DECISION_MISSING", node.element)
        elif decision not in subject.papers.decisions:
            yield Finding("DECISION_UNKNOWN", node.element, {"decision": decision}, severity=severity)


def rule_tasks_keep_their_result(subject: Subject) -> Iterator[Finding]:
    for node in _nodes(subject, "businessRuleTask"):
        if not node.facts.get("result"):
            yield found("DECISION_RESULT_MISSING", node.element)


def decisions_can_be_read(subject: Subject) -> Iterator[Finding]:
    for name, decision in subject.papers.decisions.items():
        if isinstance(decision, Unreadable):
            words = {"decision": name, "detail": decision.detail}
            yield Finding("DECISION_UNREADABLE", None, words, f"{name}.dmn", decision.line)


def _nodes(subject: Subject, tag: str) -> Iterator[Node]:
    return (node for node in subject.diagram.nodes.values() if node.tag == tag)


RULES = (service_tasks_name_a_delegate, rule_tasks_name_a_decision, rule_tasks_keep_their_result,
         decisions_can_be_read)
