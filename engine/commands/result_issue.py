"""What a completed dossier gives: a result per fact of its procedure, with code, number and snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.commands.context import Context
from engine.commands.paper_data import common, signature
from engine.domain import procedure
from engine.domain.amount_words import in_digits
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier
from engine.domain.numbering import Book, Take
from engine.domain.occasion import Happening, Occasion
from engine.domain.paper import Result, Revocation, result_code
from engine.domain.procedure import Given, ProcedureFacts, ResultFact, Text
from engine.domain.tariff import Evaluator
from engine.forms import schema as form_schema
from engine.forms.schema import Field, FieldType

REFUSAL = ResultFact("refusal", Text("Văn bản thông báo không giải quyết hồ sơ", "Notice of refusal"), "")
REOPENED = "reopened"
"""The reason where the counter that found the mistake wrote none."""

LONGEST_TYPE = 40
MOST_FACTS = 40


def listen(ctx: Context, happening: Happening) -> None:
    """COMPLETED issues results; REOPENED takes them back, for the work on them goes on."""
    if happening.occasion is Occasion.COMPLETED:
        issue_results(ctx, happening.dossier, happening.variables)
    if happening.occasion is Occasion.REOPENED:
        reason = str(happening.variables.get("return_note") or REOPENED)[:2000]
        for each in ctx.uow.papers.results(happening.dossier.id):
            if each.revocation is None:
                ctx.uow.papers.revoke(each.id, Revocation(ctx.now, ctx.actor.id, reason))


def issue_results(ctx: Context, dossier: Dossier, variables: Mapping[str, Any]) -> None:
    """Before this moment no result exists, so nobody can see one too early."""
    facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
    earlier = ctx.uow.papers.results(dossier.id)
    units = ctx.uow.papers.units([dossier.received_by, dossier.competent])
    shared = {**common(dossier, units, dossier.competent, ctx.now), **_facts(ctx, dossier, facts, variables)}
    evaluator = ctx.workflow.evaluator(ctx.version(dossier.version_id), ctx.now)
    wanted = results_of_end(facts, dossier.outcome, variables, evaluator)
    for ordinal, fact in enumerate(wanted, start=len(earlier) + 1):
        first = ordinal == len(earlier) + 1
        number, year = _number(ctx, dossier, fact, earlier, variables, first)
        result = _result(ctx, dossier, fact, ordinal, shared, number, year)
        ctx.uow.papers.add_result(result)
        ctx.uow.enqueue("render_result", result.id, key=f"render-{result.id}")


def results_of_end(facts: ProcedureFacts, outcome: str | None, variables: Mapping[str, Any],
                   evaluator: Evaluator) -> Sequence[ResultFact]:
    """The results that this end gives; a condition that cannot be answered withholds nothing from the applicant."""
    if outcome == "refused":
        return [each for each in facts.results if each.given is Given.REFUSED] or [REFUSAL]
    return [each for each in facts.results if each.given is Given.COMPLETED and _asked(each, variables, evaluator)]


def _asked(fact: ResultFact, variables: Mapping[str, Any], evaluator: Evaluator) -> bool:
    try:
        return not fact.when or evaluator.formula(fact.when, variables) is not False
    except ValueError:
        return True


def _result(ctx: Context, dossier: Dossier, fact: ResultFact, ordinal: int, shared: Mapping[str, Any],
            number: int, year: int) -> Result:
    symbol, code = shared["symbol"], result_code(dossier.code or dossier.id, ordinal)
    written = f"{number}/{year}" + (f"/{symbol}" if symbol else "")
    data = {**shared, "name": fact.name.vi, "number": written, "result_code": code}
    return Result(ctx.uow.new_id(), dossier.id, ordinal, code, fact.key, fact.name.vi, dossier.competent,
                  fact.name.vi[:LONGEST_TYPE], year, number, data, ctx.now, ctx.actor.id)


def _number(ctx: Context, dossier: Dossier, fact: ResultFact, earlier: Sequence[Result],
            variables: Mapping[str, Any], first: bool) -> tuple[int, int]:
    """The number that the diagram took (`issue_number`) is the first result's, with the year of its book.

    The others get theirs here.
    """
    taken, year = variables.get("result_number"), ctx.now.astimezone(VIETNAM).year
    if first and isinstance(taken, int) and taken not in {each.number for each in earlier}:
        return taken, int(variables.get("result_year") or year)
    book = Book(dossier.competent, fact.name.vi[:LONGEST_TYPE], year)
    act = f"result:{ctx.uow.new_id()}"
    return ctx.uow.numbers.take((Take(book, act, dossier.id, dossier.received_by),), ctx.now)[0], year


def _facts(ctx: Context, dossier: Dossier, facts: ProcedureFacts, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "procedure_code": dossier.procedure_code, "legal_basis": list(facts.legal_basis),
        "id_number": dossier.owner.id_number, "refused": dossier.outcome == "refused",
        "reason": str(variables.get("reason") or ""), "symbol": str(variables.get("document_symbol") or ""),
        "signer_title": str(variables.get("signer_title") or ""),
        **signature(ctx, dossier, dossier.competent),
        "facts": _answers(ctx, dossier, facts, variables)[:MOST_FACTS],
    }


def _answers(ctx: Context, dossier: Dossier, facts: ProcedureFacts,
             variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers of the application form by their Vietnamese questions."""
    form = form_schema.published(ctx.version(dossier.version_id).forms[facts.application_form])
    told = ((each.label.vi, _words(each, variables.get(each.key))) for each in form.fields)
    return [(label, words) for label, words in told if words]


def _words(field: Field, value: Any) -> str:
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if field.type is FieldType.NUMBER and isinstance(value, int | float):
        return in_digits(value)
    named = {each.value: each.label.vi for each in field.choices}
    if isinstance(value, list | tuple):
        return "; ".join(named.get(str(each), str(each)) for each in value)
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return "/".join(reversed(text.split("-")))
    return named.get(text, text)
