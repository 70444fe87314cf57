"""At the counter: who owes money, taking it and giving it back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import said
from app.filters import money
from app.paging import page_number
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.fees import CancelFee, CollectFee, RefundFee
from engine.domain.actor import Role
from engine.domain.calendar import VIETNAM
from engine.domain.errors import DomainError, InvalidInput, NothingDue, NotRefundable
from engine.domain.fee import due
from engine.domain.payment import PaymentMethod
from engine.queries import fees as queries
from engine.queries.fees import Account

blueprint = Blueprint("fees", __name__, template_folder="templates")

COLLECTORS = (Role.CASHIER, Role.RECEPTION_OFFICER)
GIVERS = (Role.CASHIER, Role.CENTRE_HEAD)
READERS = (*COLLECTORS, Role.CENTRE_HEAD, Role.AUDITOR)
METHODS = (PaymentMethod.CASH, PaymentMethod.TRANSFER)
LONGEST_SEARCH, LONGEST_REASON = 100, 500


@blueprint.get("/thu-phi")
@requires(*READERS)
def owing() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    engine, actor = current_engine(), current_actor()
    morning = datetime.combine(engine.today(), time(), VIETNAM)
    return render_template(
        "fees/owing.html", page=engine.read(queries.owing, actor, wanted, page_number()), wanted=wanted,
        taken=engine.read(queries.taken, actor, morning, morning + timedelta(days=1)))


@blueprint.get("/thu-phi/<dossier_id>")
@requires(*READERS)
def account(dossier_id: str) -> ResponseReturnValue:
    return _page(_account(dossier_id))


@blueprint.post("/thu-phi/<dossier_id>")
@requires(*COLLECTORS)
def collect(dossier_id: str) -> ResponseReturnValue:
    it = _account(dossier_id)
    chosen = tuple(line.id for line in it.lines if line.id in request.form.getlist("line"))
    if not chosen:
        return _page(it, [("line", gettext("fees.choose_line"))]), 422
    exempt = {line_id: key for line_id in chosen if (key := request.form.get(f"exempt-{line_id}", ""))}
    command = CollectFee(dossier_id, chosen, request.form.get("method", ""), exempt)
    try:
        result = current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        return _page(it, _problems(refused, next(iter(exempt), ""))), 422
    except NothingDue as late:
        return _told(late, dossier_id)
    flash(gettext("fees.collected", amount=money(result["amount"])), "success")
    return redirect(url_for("fees.account", dossier_id=dossier_id), 303)


@blueprint.post("/thu-phi/<dossier_id>/hoan-tra")
@requires(*GIVERS)
def refund(dossier_id: str) -> ResponseReturnValue:
    command = RefundFee(dossier_id, request.form.get("line", ""), _reason())
    return _given_up(command, dossier_id, "fees.refunded")


@blueprint.post("/thu-phi/<dossier_id>/khong-thu")
@requires(*GIVERS)
def cancel(dossier_id: str) -> ResponseReturnValue:
    command = CancelFee(dossier_id, request.form.get("line", ""), _reason())
    return _given_up(command, dossier_id, "fees.cancelled")


def _page(it: Account, problems: list[tuple[str, str]] | None = None) -> str:
    actor, unit_id = current_actor(), it.dossier.received_by
    return render_template(
        "fees/account.html", it=it, problems=problems or [], due=due(it.lines), methods=METHODS,
        may_collect=any(actor.has(role, unit_id) for role in COLLECTORS),
        may_give=any(actor.has(role, unit_id) for role in GIVERS), chosen=request.form.getlist("line"))


def _account(dossier_id: str) -> Account:
    return current_engine().read(queries.account_of, current_actor(), dossier_id)


def _given_up(command: RefundFee | CancelFee, dossier_id: str, told: str) -> ResponseReturnValue:
    if not command.reason:
        flash(gettext("fees.reason_needed"), "warning")
        return redirect(url_for("fees.account", dossier_id=dossier_id), 303)
    try:
        current_engine().execute(command, current_actor(), request.form.get("key"))
    except (NotRefundable, NothingDue) as refused:
        return _told(refused, dossier_id)
    flash(gettext(told), "success")
    return redirect(url_for("fees.account", dossier_id=dossier_id), 303)


def _told(refused: DomainError, dossier_id: str) -> ResponseReturnValue:
    flash(said(refused), "warning")
    return redirect(url_for("fees.account", dossier_id=dossier_id), 303)


def _problems(refused: InvalidInput, exempt: str) -> list[tuple[str, str]]:
    sentences = {"evidence_missing": "fees.evidence_missing"}
    fields = {"exemption": f"exempt-{exempt}"}
    return [(fields.get(field, field), gettext(sentences.get(str(code), "fees.cannot_be_used")))
            for field, code in refused.facts["problems"].items()]


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]
