"""Coming in without a password: a one-time code to a telephone or an e-mail address, with or without an account."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from app import sessions
from app.accounts.views import blueprint, spelled
from app.destinations import landing, safe_path
from app.errors import explain, status_of
from app.language import current_language
from app.security import limiter, public
from app.wiring import ANONYMOUS, current_engine
from engine.commands.citizens import ConfirmCode, SendCode
from engine.domain.citizen import CodeRefused, TooManyCodes
from engine.domain.errors import InvalidInput

CONTACT = "code_contact"
"""In the session: the contact a code was just sent to."""

ASKED = "code_ids"
"""In the session: the codes this browser asked for; it answers no others."""

MOST_ASKED = 5
LONGEST = 120


def _sender_and_contact() -> str:
    return f"{get_remote_address()} {spelled(request.form.get('contact', '').strip()[:LONGEST])}"


@blueprint.get("/dang-nhap/ma")
@public
def code() -> ResponseReturnValue:
    return _contact_page("")


@blueprint.post("/dang-nhap/ma")
@limiter.limit("10 per 10 minutes")
@limiter.limit("5 per hour", key_func=_sender_and_contact)
@public
def send_code() -> ResponseReturnValue:
    contact = request.form.get("contact", "").strip()[:LONGEST]
    try:
        sent = current_engine().execute(SendCode(contact, current_language()), ANONYMOUS)
    except InvalidInput:
        return _contact_page(contact, gettext("accounts.contact_wrong"), 422)
    except TooManyCodes as refusal:
        return _contact_page(contact, " ".join(explain(refusal)), status_of(refusal))
    mine = session.get(ASKED, []) if session.get(CONTACT) == sent["contact"] else []
    session.update({CONTACT: sent["contact"], ASKED: [*mine, sent["code_id"]][-MOST_ASKED:]})
    return redirect(url_for("accounts.confirm", next=_wanted()), 303)


@blueprint.get("/dang-nhap/ma/xac-nhan")
@public
def confirm() -> ResponseReturnValue:
    if CONTACT not in session:
        return redirect(url_for("accounts.code", next=_wanted()), 303)
    return _confirm_page()


@blueprint.post("/dang-nhap/ma/xac-nhan")
@limiter.limit("30 per 10 minutes")
@public
def confirm_code() -> ResponseReturnValue:
    contact = session.get(CONTACT)
    if contact is None:
        return redirect(url_for("accounts.code", next=_wanted()), 303)
    try:
        typed, asked = request.form.get("code", "")[:LONGEST], tuple(session.get(ASKED, ()))
        result = current_engine().execute(ConfirmCode(contact, typed, asked), ANONYMOUS)
    except CodeRefused as refusal:
        return _confirm_page(" ".join(explain(refusal)), status_of(refusal))
    wanted = _wanted()
    sessions.begin(result["account_id"], result["session_epoch"])
    return redirect(wanted or landing(), 303)


def _wanted() -> str | None:
    return safe_path(request.values.get("next"))


def _contact_page(contact: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    problems = [("contact", problem)] if problem else []
    return render_template("accounts/code.html", contact=contact, problems=problems, next=_wanted()), status


def _confirm_page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    problems = [("code", problem)] if problem else []
    page = render_template("accounts/confirm.html", contact=session[CONTACT], problems=problems, next=_wanted())
    return page, status
