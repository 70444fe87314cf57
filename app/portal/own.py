"""My dossiers: where each is, what it wants of me, what came of it, and how it was."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.drawn import paper_name
from app.paging import page_number
from app.portal.apply import PAGES
from app.portal.documents import GIVEN
from app.portal.views import blueprint
from app.security import for_citizens
from app.timeleft import time_left
from app.wiring import current_actor, current_engine
from engine.commands.ratings import LONGEST_COMMENT, RateDossier
from engine.commands.stopping import RequestWithdrawal
from engine.domain.dossier import FINISHED, MOVES, NationalStatus
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.fee import due
from engine.domain.paper import ISSUED
from engine.domain.procedure import Kind
from engine.domain.rating import RatingLevel, RatingReason
from engine.queries import own_dossiers as own
from engine.queries.citizens import drafts_of
from engine.queries.counter import facts_of, offered
from engine.queries.fees import lines_of, receipts_of
from engine.queries.papers import papers_of, results_of
from engine.queries.supplements import open_request

LONGEST_REASON = 2000


@blueprint.get("/cong-dan/ho-so")
@for_citizens
def own_dossiers() -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    drafts = [each for each in engine.read(drafts_of, actor) if each.expires_at > engine.clock.now()]
    names = {each.facts.slug: each.facts.name for each in engine.read(offered, engine.today())} if drafts else {}
    return render_template("portal/own_dossiers.html", names=names, pages=PAGES,
                           drafts=[each for each in drafts if each.slug in names],
                           page=engine.read(own.own_dossiers, actor, page_number()))


@blueprint.get("/cong-dan/ho-so/<dossier_id>")
@for_citizens
def own_dossier(dossier_id: str) -> ResponseReturnValue:
    return _page(dossier_id, [])


@blueprint.post("/cong-dan/ho-so/<dossier_id>/danh-gia")
@for_citizens
def rate(dossier_id: str) -> ResponseReturnValue:
    current_engine().read(own.own_dossier, current_actor(), dossier_id)
    given = RateDossier(dossier_id, request.form.get("level", ""), tuple(request.form.getlist("reasons")),
                        request.form.get("comment", "")[:LONGEST_COMMENT])
    try:
        current_engine().execute(given, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        level = "level" in refused.facts["problems"]
        problem = gettext("portal.rating_level_needed" if level else "portal.rating_reasons_needed")
        return _page(dossier_id, [("level" if level else "reasons", problem)]), 422
    flash(gettext("portal.rated"), "success")
    return redirect(url_for("portal.own_dossier", dossier_id=dossier_id), 303)


@blueprint.get("/cong-dan/ho-so/<dossier_id>/rut")
@for_citizens
def withdrawing(dossier_id: str) -> ResponseReturnValue:
    return _withdrawal_page(dossier_id, [])


@blueprint.post("/cong-dan/ho-so/<dossier_id>/rut")
@for_citizens
def withdraw(dossier_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return _withdrawal_page(dossier_id, [("reason", gettext("portal.withdraw_reason_needed"))]), 422
    current_engine().read(own.own_dossier, current_actor(), dossier_id)
    current_engine().execute(RequestWithdrawal(dossier_id, reason), current_actor(), request.form.get("key"))
    flash(gettext("portal.withdrawal_sent"), "success")
    return redirect(url_for("portal.own_dossier", dossier_id=dossier_id), 303)


def may_withdraw(it: own.OwnDossier) -> bool:
    """Until there is a result, or an end."""
    return NationalStatus.WITHDRAWAL_REQUESTED in MOVES[it.dossier.national_status]


def _withdrawal_page(dossier_id: str, problems: list[tuple[str, str]]) -> str:
    it = current_engine().read(own.own_dossier, current_actor(), dossier_id)
    if not may_withdraw(it):
        raise NotFound(what="withdrawal", id=dossier_id)
    return render_template("portal/withdraw.html", it=it, problems=problems)


def _page(dossier_id: str, problems: list[tuple[str, str]]) -> str:
    engine = current_engine()
    it = engine.read(own.own_dossier, current_actor(), dossier_id)
    dossier = it.dossier
    return render_template(
        "portal/own_dossier.html", it=it, problems=problems, chosen=request.form, levels=RatingLevel,
        left=time_left(dossier.appointment_at, dossier.received_by, dossier.clock), reasons=RatingReason,
        rateable=dossier.national_status in FINISHED and it.rating is None, may_withdraw=may_withdraw(it),
        asked=engine.read(open_request, dossier_id), now=engine.clock.now(),
        petition=engine.read(facts_of, dossier.version_id).kind is Kind.PETITION,
        paper_names={each.key: paper_name(each, dossier.version_id) for each in it.components},
        **_money_and_papers(it))


def _money_and_papers(it: own.OwnDossier) -> dict[str, Any]:
    """Results are there for the applicant once the dossier is completed, and not a moment earlier."""
    engine = current_engine()
    lines = engine.read(lines_of, it.dossier.id)
    papers = [each for each in engine.read(papers_of, it.dossier.id)
              if each.slip in ISSUED and each.replaced_by is None]
    results = engine.read(results_of, it.dossier.id) if it.dossier.national_status in GIVEN else ()
    receipts = {each.line_id: each for each in engine.read(receipts_of, it.dossier.id) if not each.revoked_at}
    return {"fees": lines, "fee_receipts": receipts, "owed": sum(line.amount for line in due(lines)), "papers": papers,
            "results": results}
