"""Slips of the decree: issued with their number at the moment they are due, rendered and signed after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.handler import Handler, only_the_engine
from engine.commands.paper_data import local, snapshot, speaking
from engine.domain import rulepack
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.numbering import Book, Take
from engine.domain.occasion import Happening, Occasion
from engine.domain.paper import ISSUED, NUMBERED, Paper, Print, Slip
from engine.domain.signature import Signatory

HANDED_OVER: Mapping[Occasion, Slip] = {
    Occasion.ACCEPTED: Slip.RECEIPT,
    Occasion.CORRECTED: Slip.RECEIPT,
    Occasion.SUPPLEMENT_REQUESTED: Slip.SUPPLEMENT,
    Occasion.REFUSED: Slip.REFUSAL,
    Occasion.STOPPED: Slip.STOP,
}
"""Which slip the applicant gets on an occasion; those of apologies are issued by their diagrams."""

ASKED_FOR: Mapping[Occasion, Slip] = {**HANDED_OVER, Occasion.RETURNED: Slip.CONTROL}
"""What stays in the office, too."""


@dataclass(frozen=True, slots=True)
class IssueSlip:
    """A diagram hands over a slip, such as the apology. The same `act` issues the same paper again."""

    dossier_id: str
    slip: str
    act: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderPaper:
    """Makes the file of an issued paper and signs it. Harmless when it was made before."""

    paper_id: str


def issue(ctx: Context, dossier: Dossier, slip: str, data: Mapping[str, Any], act: str = "") -> Paper:
    """A paper with its number and its snapshot, in this transaction; its file follows by itself.

    `data` may name `reason`, `missing`, `wrong_fields`, `new_due_at`, `signer`, `signer_title`, `signing_capacity`,
    `responsible`, `stage`, `decision_text`, `money`. Raises InvalidInput for a slip that the dossier's rule pack lacks.
    """
    known = ctx.uow.papers.by_act(act) if act else None
    if known:
        return known
    kind = _kind(slip, dossier)
    act = act or ctx.uow.new_id()
    ordinal, book_year, number = _numbers(ctx, dossier, kind, act)
    paper = Paper(
        id=ctx.uow.new_id(), dossier_id=dossier.id, slip=kind, pack=dossier.rule_pack,
        template=_template(ctx, dossier, kind), agency_id=speaking(dossier, kind), document_type=kind.value,
        year=_year(ctx), number=number, data=snapshot(ctx, dossier, kind, data), act=act, issued_at=ctx.now,
        issued_by=ctx.actor.id)
    paper = replace(paper, data={**paper.data, "number": paper.label, "year": book_year, "ordinal": ordinal})
    ctx.uow.papers.add(paper)
    ctx.uow.papers.replace_earlier(paper)
    ctx.uow.enqueue("render_paper", paper.id, key=f"render-{paper.id}")
    return paper


def listen(ctx: Context, happening: Happening) -> None:
    """Issues what the occasion asks for, where the rule pack has such a slip."""
    slip, dossier = ASKED_FOR.get(happening.occasion), happening.dossier
    if slip is Slip.STOP and dossier.outcome == "refused":
        slip = Slip.REFUSAL  # found ineligible after appraisal (NĐ 61/2018/NĐ-CP Art. 19)
    if slip is None or slip.value not in rulepack.PACKS[dossier.rule_pack].forms:
        return
    if slip is Slip.RECEIPT and dossier.code is None:
        return  # corrected before it was accepted: there is no receipt to replace
    issue(ctx, dossier, slip.value, happening.variables)


def issue_slip(ctx: Context, command: IssueSlip) -> dict[str, Any]:
    """Returns `paper_id` and the printed number. A diagram hands over; what stays in the office is not for it."""
    dossier = ctx.dossier(command.dossier_id)
    if command.slip not in {each.value for each in ISSUED}:
        raise InvalidInput(problems={"slip": "not_in_pack"})
    data = {**_second_phase(ctx, dossier), **command.data} if command.slip == Slip.RECEIPT.value else command.data
    paper = issue(ctx, dossier, command.slip, data, command.act)
    return {"paper_id": paper.id, "number": paper.label}


def rendered(outside: Outside, command: RenderPaper) -> Print | None:
    """Renders and signs before the transaction opens; nothing for a paper that has its file."""
    paper = outside.paper(command.paper_id)
    if paper is None:
        raise NotFound(what="paper")
    if paper.print:
        return None
    signatory = Signatory(paper.data["head"]["unit"], str(paper.data.get("signer") or paper.data["officer"]))
    link = f"{outside.public_url}/tra-cuu/{paper.data['code']}/{paper.data['secret']}" if paper.data["code"] else ""
    pdf = outside.documents.render(paper.template, paper.data, paper.issued_at, link=link)
    file = outside.files.put(outside.signatures.sign(pdf, (signatory,), outside.now))
    return Print(file.path, file.sha256, file.size, signers=(signatory.name,))


def render(ctx: Context, command: RenderPaper) -> dict[str, Any]:
    """Whoever came first made the file; raises NotFound."""
    paper = ctx.uow.papers.get(command.paper_id)
    if paper is None:
        raise NotFound(what="paper")
    if paper.print is None and ctx.prepared:
        ctx.uow.papers.keep_print(paper.id, ctx.prepared)
    made = paper.print or ctx.prepared
    return {"path": made.path, "sha256": made.sha256}


def _kind(slip: str, dossier: Dossier) -> Slip:
    kind = next((each for each in NUMBERED if each.value == slip), None)
    if kind is None or slip not in rulepack.PACKS[dossier.rule_pack].forms:
        raise InvalidInput(problems={"slip": "not_in_pack"})
    return kind


def _numbers(ctx: Context, dossier: Dossier, slip: Slip, act: str) -> tuple[int, int, int]:
    """The dossier's ordinal in the unit's follow-up book with the year of the book, and the paper's own number.

    A receipt enters the dossier in the book; other papers of a dossier that stands in none have the ordinal 0.
    """
    year = _year(ctx)
    own = Take(Book(speaking(dossier, slip), slip.value, year), f"paper:{act}", dossier.id, dossier.received_by)
    entry = f"register:{dossier.id}"
    ordinal = ctx.uow.numbers.known(entry)
    if ordinal is not None:
        return ordinal, ctx.uow.numbers.written(entry)[0], ctx.uow.numbers.take((own,), ctx.now)[0]
    if slip is not Slip.RECEIPT:
        return 0, year, ctx.uow.numbers.take((own,), ctx.now)[0]
    book = Take(Book(dossier.received_by, Slip.REGISTER.value, year), entry, dossier.id, dossier.received_by)
    ordinal, number = ctx.uow.numbers.take((book, own), ctx.now)
    return ordinal, year, number


def _second_phase(ctx: Context, dossier: Dossier) -> dict[str, str]:
    """A receipt that a diagram hands over after acceptance promises the second phase (lines 6 and 7 of form 01)."""
    return {"phase2_received_at": local(ctx.now), "phase2_due_at": local(dossier.appointment_at)}


def _template(ctx: Context, dossier: Dossier, slip: Slip) -> str:
    """A sector may print its own form in the place of the general one (attribute `slips` of the procedure)."""
    own = (ctx.version(dossier.version_id).facts.get("slips") or {}).get(slip.value)
    return f"sector/{own}" if own else f"{dossier.rule_pack}/{slip.value}"


def _year(ctx: Context) -> int:
    return ctx.now.astimezone(VIETNAM).year


HANDLERS: Mapping[type, Handler] = {
    IssueSlip: Handler(issue_slip, only_the_engine, "audit.issue_slip", "dossier_id"),
    RenderPaper: Handler(render, only_the_engine, "audit.render_paper", "paper_id", rendered),
}
