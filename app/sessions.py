"""Sign-in sessions: a signed cookie that ends after eight idle hours or when the account's epoch is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from app.wiring import current_engine
from engine.domain.actor import Actor
from engine.queries.people import account_by_id

IDLE_LIMIT = timedelta(hours=8)
EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login asks of a user, around the engine's actor."""

    id: str
    actor: Actor


def init_app(app: Flask) -> None:
    """Sessions are permanent cookies renewed by every request, so that the limit counts idle time."""
    app.config.update(PERMANENT_SESSION_LIFETIME=IDLE_LIMIT, SESSION_REFRESH_EACH_REQUEST=True)
    logins = LoginManager(app)
    logins.session_protection = None    # officers move between networks; the epoch ends sessions instead
    logins.user_loader(_load)


def begin(account_id: str, session_epoch: int) -> None:
    """Starts a fresh session, so that nothing planted before sign-in survives it."""
    account = current_engine().read(account_by_id, account_id)
    assert account is not None, "the engine has just let this account in"
    session.clear()
    session.permanent = True
    session[EPOCH] = session_epoch
    login_user(SignedIn(account_id, account.actor))


def end() -> None:
    """Forgets who is signed in and everything else in the session."""
    logout_user()
    session.clear()


def _load(account_id: str) -> SignedIn | None:
    engine = current_engine()
    account = engine.read(account_by_id, account_id, engine.today())
    if account is None or not account.active or account.session_epoch != session.get(EPOCH):
        return None
    return SignedIn(account_id, account.actor)
