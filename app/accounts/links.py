"""Linking an electronic identity with an account that was there before, and letting it go."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import sessions
from app.accounts import linking
from app.accounts.identity import WANTED, enter, our_provider, to_provider
from app.accounts.views import LONGEST_LOGIN, LONGEST_PASSWORD, blueprint, spelled
from app.destinations import landing
from app.errors import said, status_of
from app.security import for_citizens, limiter, public
from app.wiring import ANONYMOUS, current_actor, current_engine
from engine.commands.accounts import SignIn
from engine.commands.identities import LinkIdentity, UnlinkIdentity
from engine.domain.account import AccountLocked, InvalidCredentials
from engine.domain.actor import SYSTEM
from engine.domain.citizen import IdentityDiffers
from engine.domain.errors import DomainError, NotFound


@blueprint.get("/dang-nhap/dinh-danh/lien-ket")
@public
def link_offer() -> ResponseReturnValue:
    return _offer_page()


@blueprint.post("/dang-nhap/dinh-danh/lien-ket")
@limiter.limit("30 per minute")
@public
def link_by_password() -> ResponseReturnValue:
    word, login = linking.kept(), request.form.get("login", "").strip()[:LONGEST_LOGIN]
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    try:
        result = current_engine().execute(SignIn(spelled(login), password), ANONYMOUS)
        current_engine().execute(LinkIdentity(**asdict(word), account_id=result["account_id"]), SYSTEM)
    except (InvalidCredentials, AccountLocked, IdentityDiffers) as refusal:
        return _offer_page(login, refusal)
    except NotFound:
        return _offer_page(login, InvalidCredentials())
    wanted = session.get(WANTED)
    sessions.begin(result["account_id"], result["session_epoch"])
    flash(gettext("accounts.identity_linked"), "success")
    return redirect(wanted or landing(), 303)


@blueprint.post("/dang-nhap/dinh-danh/tai-khoan-moi")
@public
def enter_unlinked() -> ResponseReturnValue:
    return enter(linking.kept())


@blueprint.get("/tai-khoan/dinh-danh")
@for_citizens
def link() -> ResponseReturnValue:
    return to_provider(None, to_link=True)


@blueprint.get("/tai-khoan/dinh-danh/lien-ket")
@for_citizens
def link_consent() -> ResponseReturnValue:
    return render_template("accounts/link_consent.html", word=linking.kept(), provider=our_provider())


@blueprint.post("/tai-khoan/dinh-danh/lien-ket")
@for_citizens
def link_own() -> ResponseReturnValue:
    word = linking.taken()
    current_engine().execute(LinkIdentity(**asdict(word), account_id=current_actor().id), SYSTEM)
    flash(gettext("accounts.identity_linked"), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/tai-khoan/dinh-danh/huy")
@for_citizens
def unlink() -> ResponseReturnValue:
    current_engine().execute(UnlinkIdentity(current_actor().id, our_provider().issuer), current_actor())
    flash(gettext("accounts.identity_unlinked"), "success")
    return redirect(url_for("accounts.profile"), 303)


def _offer_page(login: str = "", refusal: DomainError | None = None) -> ResponseReturnValue:
    problems = [("login", said(refusal))] if refusal else []
    page = render_template("accounts/link_offer.html", word=linking.kept(), login=login, problems=problems,
                           provider=our_provider())
    return page, status_of(refusal) if refusal else 200
