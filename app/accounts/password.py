"""One's own password: whoever signs in by one changes it here, knowing the old one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import sessions
from app.accounts.views import LONGEST_PASSWORD, blueprint
from app.errors import said, status_of
from app.security import limiter, signed_in
from app.wiring import current_actor, current_engine
from engine.commands.accounts import ChangePassword
from engine.domain.account import AccountLocked, InvalidCredentials
from engine.domain.errors import InvalidInput, NotFound
from engine.queries.people import account_by_id, duties


@blueprint.get("/mat-khau")
@signed_in
def password() -> ResponseReturnValue:
    return _page({})


@blueprint.post("/mat-khau")
@limiter.limit("10 per 10 minutes")
@signed_in
def change_password() -> ResponseReturnValue:
    old, new, again = (request.form.get(name, "")[:LONGEST_PASSWORD] for name in ("old", "password", "again"))
    if new != again:
        return _page({"again": gettext("accounts.password_differs")}, 422)
    try:
        result = current_engine().execute(ChangePassword(_login(), old, new), current_actor())
    except InvalidInput:
        return _page({"password": gettext("accounts.password_too_short")}, 422)
    except InvalidCredentials:
        return _page({"old": gettext("accounts.password_old_wrong")}, 422)
    except AccountLocked as refusal:
        return _page({"old": said(refusal)}, status_of(refusal))
    sessions.begin(result["account_id"], result["session_epoch"])
    flash(gettext("accounts.password_chosen"), "success")
    return redirect(url_for("accounts.password"), 303)


def _page(problems: dict[str, str], status: int = 200) -> ResponseReturnValue:
    held = current_engine().read(duties, current_actor().id)
    return render_template("accounts/password.html", problems=problems, login=_login(), duties=held), status


def _login() -> str:
    """Asked of the engine and never of the page."""
    found = current_engine().read(account_by_id, current_actor().id)
    if found is None:
        raise NotFound(what="account")
    return found.login
