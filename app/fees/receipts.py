"""The receipt for a line that was paid: a page to look at, and three copies on paper."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from app import reading
from app.fees.views import blueprint
from app.filters import VIETNAM
from app.labels import label
from app.papers_view import pdf_answer
from app.security import signed_in
from app.wiring import current_actor, current_engine
from engine.domain.amount_words import in_digits, in_words
from engine.queries import fees as queries
from engine.queries.fees import ReceiptPaper


@blueprint.get("/bien-lai/<receipt_id>")
@signed_in
def receipt(receipt_id: str) -> ResponseReturnValue:
    """For the unit that took the money, and for whoever filed the dossier."""
    paper = _paper(receipt_id)
    return render_template("fees/receipt.html", paper=paper, words=in_words(paper.receipt.amount))


@blueprint.get("/bien-lai/<receipt_id>/ban-in")
@signed_in
def receipt_pdf(receipt_id: str) -> ResponseReturnValue:
    """Three copies: one stays in the book, one is for the payer, one for the accountants."""
    paper = _paper(receipt_id)
    pdf = current_engine().documents.render("fee_receipt", receipt_data(paper), paper.receipt.issued_at)
    return pdf_answer(pdf, f"bien-lai-{paper.receipt.label.replace('/', '-')}.pdf")


def receipt_data(paper: ReceiptPaper) -> dict[str, Any]:
    """For `fee_receipt.typ`: in Vietnamese, whatever language its reader has chosen."""
    it, line, dossier = paper.receipt, paper.line, paper.dossier
    revoked = it.revoked_at.astimezone(VIETNAM).isoformat(timespec="minutes") if it.revoked_at else ""
    with force_locale("vi"):
        return {
            "head": {"parent": "", "unit": paper.unit_name, "phone": "", "place": ""}, "address": paper.unit_address,
            "unit_code": paper.unit_code, "series": f"{it.series}/{it.year % 100:02d}", "number": f"{it.number:07d}",
            "kind": gettext(f"fees.receipt_of_{line.kind.value}"), "payer": it.payer,
            "payer_address": dossier.owner.address, "line": line.name.vi, "code": dossier.code or "",
            "procedure": dossier.procedure_name, "amount": in_digits(it.amount), "words": in_words(it.amount),
            "reduction": f"{line.share}% ({line.ground})" if line.share else "", "method": label(paper.method),
            "collector": paper.collector, "revoked_at": revoked,
            "issued_on": it.issued_at.astimezone(VIETNAM).isoformat(timespec="minutes")}


def _paper(receipt_id: str) -> ReceiptPaper:
    paper = current_engine().read(queries.receipt_paper, current_actor(), receipt_id)
    reading.shows(paper.dossier.id, "/bien-lai")
    return paper
