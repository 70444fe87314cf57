"""What a procedure costs can be reckoned from what its applicants are asked, and is collected where it says so."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain import fee, procedure
from engine.domain.errors import InvalidInput
from engine.domain.procedure import ProcedureFacts
from engine.domain.tariff import Rate, Tariff
from engine.workflow.feel import evaluator
from engine.workflow.feel.decision import DecisionTable
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.lint.procedure import PROCEDURE

KNOWN_ANYWAY = frozenset({"channel"})
"""What the engine knows of a dossier beside its application."""


def formulas_can_be_read(subject: Subject) -> Iterator[Finding]:
    for it, text in _expressions(subject):
        for problem in evaluator.check(text):
            words = {"tariff": it.key, "text": text, "detail": problem["detail"]}
            yield Finding("TARIFF_FORMULA", None, words, PROCEDURE)


def tariffs_ask_what_the_application_answers(subject: Subject) -> Iterator[Finding]:
    asked = subject.papers.fields(subject.papers.application_form)
    if asked is None:
        return
    for it, text in (*_expressions(subject), *_inputs(subject)):
        if evaluator.check(text):
            continue
        for name in sorted(evaluator.names(text) - asked - KNOWN_ANYWAY):
            yield Finding("TARIFF_NAME_UNKNOWN", None, {"tariff": it.key, "name": name}, PROCEDURE)


def tariffs_name_a_decision(subject: Subject) -> Iterator[Finding]:
    for it, rate in _rates(subject):
        if rate.decision and rate.decision.removesuffix(".dmn") not in subject.papers.decisions:
            yield Finding("TARIFF_DECISION_UNKNOWN", None, {"tariff": it.key, "decision": rate.decision}, PROCEDURE)


def what_is_collected_is_owed(subject: Subject) -> Iterator[Finding]:
    """Some tariff, a fixed fee of a channel, or an amount that a form of the diagram sets."""
    facts = _facts(subject)
    if facts is None or facts.charges or _sets_obligation(subject):
        return
    for node in subject.diagram.nodes.values():
        if node.facts.get("kind") == "pay":
            yield found("PAY_WITHOUT_TARIFF", node.element)


def _sets_obligation(subject: Subject) -> bool:
    return any(fee.OBLIGATION_AMOUNT in (subject.papers.fields(key) or ()) for key in subject.papers.forms)


def _expressions(subject: Subject) -> Iterator[tuple[Tariff, str]]:
    for it in _tariffs(subject):
        if it.when:
            yield it, it.when
    for it, rate in _rates(subject):
        if rate.formula:
            yield it, rate.formula


def _inputs(subject: Subject) -> Iterator[tuple[Tariff, str]]:
    for it, rate in _rates(subject):
        table = subject.papers.decisions.get(rate.decision.removesuffix(".dmn"))
        if isinstance(table, DecisionTable):
            results = (cell for rule in table.rules for cell in rule.results if cell)
            yield from ((it, text) for text in (*table.inputs, *results))


def _rates(subject: Subject) -> Iterator[tuple[Tariff, Rate]]:
    for it in _tariffs(subject):
        for period in it.periods:
            rates = (period.everywhere,) if period.everywhere else period.by_channel.values()
            yield from ((it, rate) for rate in rates)


def _tariffs(subject: Subject) -> tuple[Tariff, ...]:
    facts = _facts(subject)
    return facts.tariffs if facts else ()


def _facts(subject: Subject) -> ProcedureFacts | None:
    """None where procedure.yaml says less than it must: another rule names what is wrong with it."""
    try:
        return procedure.from_mapping(subject.papers.procedure)
    except InvalidInput:
        return None


RULES = (formulas_can_be_read, tariffs_ask_what_the_application_answers, tariffs_name_a_decision,
         what_is_collected_is_owed)
