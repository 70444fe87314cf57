"""The books: money that waits for a person, and the gateway's file of every day against ours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.fees.views import blueprint
from app.paging import page_number
from app.security import requires, takes_at_most
from app.wiring import current_actor, current_engine
from engine.commands.reconciliation import ResolveDifference, ResolveTransaction, RunReconciliation, keeps_books_of
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput
from engine.domain.reconciliation import Match
from engine.queries import reconciliation as queries

ACCOUNTANTS = (Role.CASHIER, Role.CENTRE_HEAD)
COMPARERS = (*ACCOUNTANTS, Role.SYS_ADMIN)
READERS = (*COMPARERS, Role.AUDITOR)
LARGEST_FILE = 6 * 1024 * 1024
LONGEST_RESOLUTION = 500
LONGEST_DAY = 10


@blueprint.get("/doi-soat")
@requires(*READERS)
def books() -> ResponseReturnValue:
    return _page([])


@blueprint.post("/doi-soat")
@takes_at_most(LARGEST_FILE)
@requires(*COMPARERS)
def reconcile() -> ResponseReturnValue:
    sent, day = request.files.get("file"), _day(request.form.get("day", ""))
    if day is None or sent is None or not sent.filename:
        return _page([("day" if day is None else "file", gettext("fees.file_needed"))]), 422
    command = RunReconciliation(day, sent.filename, sent.read())
    try:
        result = current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        return _page([("file", _wrong(refused))]), 422
    return redirect(url_for("fees.run", run_id=result["run_id"]), 303)


@blueprint.get("/doi-soat/<run_id>")
@requires(*READERS)
def run(run_id: str) -> ResponseReturnValue:
    engine = current_engine()
    it, page = engine.read(queries.run, run_id, page_number(), engine.clock.now())
    return render_template("fees/run.html", run=it, page=page, matches=list(Match), may_resolve=_may_resolve,
                           booking=it.counts.get(Match.BOOKING))


@blueprint.post("/doi-soat/<run_id>/chenh-lech/<item_id>")
@requires(*ACCOUNTANTS)
def resolve_difference(run_id: str, item_id: str) -> ResponseReturnValue:
    _resolve(ResolveDifference(item_id, _resolution()))
    return redirect(url_for("fees.run", run_id=run_id), 303)


@blueprint.post("/doi-soat/giao-dich/<transaction_id>")
@requires(*ACCOUNTANTS)
def resolve_transaction(transaction_id: str) -> ResponseReturnValue:
    _resolve(ResolveTransaction(transaction_id, _resolution()))
    return redirect(url_for("fees.books"), 303)


def _page(problems: list[tuple[str, str]]) -> str:
    engine = current_engine()
    now = engine.clock.now()
    return render_template(
        "fees/books.html", page=engine.read(queries.runs, page_number(), now),
        unmatched=engine.read(queries.unmatched, now), problems=problems, may_resolve=_may_resolve,
        yesterday=engine.today() - timedelta(days=1),
        may_compare=any(current_actor().has(role) for role in COMPARERS),
        day=request.form.get("day", ""), test_gateway=engine.test_gateway() is not None)


def _resolve(command: ResolveDifference | ResolveTransaction) -> None:
    if not command.resolution:
        flash(gettext("fees.reason_needed"), "warning")
        return
    current_engine().execute(command, current_actor(), request.form.get("key"))
    flash(gettext("fees.resolved"), "success")


def _resolution() -> str:
    return request.form.get("resolution", "").strip()[:LONGEST_RESOLUTION]


def _may_resolve(unit_id: str | None) -> bool:
    return keeps_books_of(current_actor(), unit_id)


def _day(text: str) -> date | None:
    """As people write it in Vietnam: 05/09/2026."""
    try:
        return datetime.strptime(text.strip()[:LONGEST_DAY], "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _wrong(refused: InvalidInput) -> str:
    code = refused.facts["problems"].get("file", "not_statement")
    return str(gettext(f"fees.file_{code}", line=refused.facts.get("line", "")))
