"""Signing in and out, and the reader's language."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app import sessions
from app.destinations import landing, safe_path
from app.errors import explain, status_of
from app.language import COOKIE, LANGUAGES
from app.security import limiter, public, signed_in
from app.wiring import ANONYMOUS, current_engine, current_settings
from engine.commands.accounts import SignIn
from engine.domain.account import AccountLocked, InvalidCredentials
from engine.domain.citizen import contact
from engine.domain.errors import DomainError, InvalidInput
from engine.queries.citizens import sample_citizens
from engine.queries.people import demo_accounts

blueprint = Blueprint("accounts", __name__, template_folder="templates")
LANGUAGE_KEPT_FOR = timedelta(days=365)
LONGEST_LOGIN = 80
LONGEST_PASSWORD = 1024
DEMO_PASSWORD = "motcua2026"  # noqa: S105 - printed on the page, and set for the sample accounts alone


@blueprint.get("/dang-nhap")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(landing(), 303)
    return _sign_in_page()


@blueprint.post("/dang-nhap")
@limiter.limit("30 per minute")
@public
def begin_session() -> ResponseReturnValue:
    login = request.form.get("login", "").strip()[:LONGEST_LOGIN]
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    if not login or not password:
        return _sign_in_page(login, [("login" if not login else "password", gettext("accounts.both_needed"))], 422)
    try:
        result = current_engine().execute(SignIn(spelled(login), password), ANONYMOUS)
    except (InvalidCredentials, AccountLocked) as refusal:
        return _sign_in_page(login, [("login", _why(refusal))], status_of(refusal))
    sessions.begin(result["account_id"], result["session_epoch"])
    return redirect(safe_path(request.form.get("next")) or landing(), 303)


@blueprint.post("/dang-xuat")
@signed_in
def sign_out() -> ResponseReturnValue:
    sessions.end()
    flash(gettext("accounts.signed_out"), "success")
    return redirect(url_for("portal.home"), 303)


@blueprint.post("/ngon-ngu")
@public
def language() -> ResponseReturnValue:
    wanted = request.form.get("lang", "")
    answer = redirect(safe_path(request.form.get("next")) or url_for("portal.home"), 303)
    if wanted in LANGUAGES:
        answer.set_cookie(COOKIE, wanted, max_age=LANGUAGE_KEPT_FOR, samesite="Lax", httponly=True,
                          secure=current_settings().https)
    return answer


def spelled(login: str) -> str:
    """A citizen's login is his contact, however he writes it; an officer's is what it is."""
    try:
        return contact(login).value
    except InvalidInput:
        return login


def _why(refusal: DomainError) -> str:
    return " ".join(explain(refusal))


def _sign_in_page(login: str = "", problems: list[tuple[str, str]] | None = None,
                  status: int = 200) -> ResponseReturnValue:
    people = current_engine().read(demo_accounts) if current_settings().demo else ()
    wanted = safe_path(request.values.get("next"))
    sample = current_engine().read(sample_citizens) if current_settings().demo else ()
    page = render_template("accounts/sign_in.html", login=login, problems=problems or [], people=people, next=wanted,
                           sample_citizens=sample, demo_password=DEMO_PASSWORD, provider=current_settings().identity)
    return page, status
