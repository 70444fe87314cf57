"""Notices that did not reach anybody: why, and what to do about each."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.monitor.views import READERS, blueprint
from app.paging import page_number
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.sending import CancelNotice, ResendNotice
from engine.domain.actor import Role
from engine.domain.notice import NoticeStatus
from engine.queries import notices as queries

OWN_SHOWN = 10
"""The newest of what the head of a centre is told himself."""

MENDERS = (Role.PROCESS_ADMIN, Role.CENTRE_HEAD)


@blueprint.get("/giam-sat/thong-bao")
@requires(*READERS, Role.CENTRE_HEAD)
def notices() -> ResponseReturnValue:
    """What failed or came back, unless another state is asked for."""
    engine, actor = current_engine(), current_actor()
    status = request.args.get("status", "")
    status = status if status in {each.value for each in NoticeStatus} else ""
    may_mend = any(actor.has(role) for role in MENDERS)
    return render_template(
        "monitor/notices.html", own=engine.read(queries.for_account, actor.id).rows[:OWN_SHOWN],
        page=engine.read(queries.inbox, actor, status, page_number()), status=status,
        numbers=engine.read(queries.numbers, actor), may_mend=may_mend, monitors=any(map(actor.has, READERS)))


@blueprint.post("/giam-sat/thong-bao/<notice_id>/gui-lai")
@requires(*MENDERS)
def resend(notice_id: str) -> ResponseReturnValue:
    recipient = request.form.get("recipient", "").strip()
    current_engine().execute(ResendNotice(notice_id, recipient), current_actor(), request.form.get("key"))
    flash(gettext("monitor.notice_queued"), "success")
    return redirect(url_for("monitor.notices"), 303)


@blueprint.post("/giam-sat/thong-bao/<notice_id>/bo")
@requires(*MENDERS)
def give_up(notice_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    current_engine().execute(CancelNotice(notice_id, reason), current_actor(), request.form.get("key"))
    flash(gettext("monitor.notice_given_up"), "success")
    return redirect(url_for("monitor.notices"), 303)
