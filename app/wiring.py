"""How a view reaches the engine and learns who is asking. Slices import this, never `app`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from flask_login import current_user

from app.config import Settings
from engine.domain.actor import Actor, ActorKind

if TYPE_CHECKING:
    from engine.bootstrap import Engine

ANONYMOUS = Actor(id="anonymous", name="", kind=ActorKind.CITIZEN)
"""Whoever has not signed in: holds no role, so every command that asks for one refuses."""


def init_app(app: Flask, engine: Engine, settings: Settings) -> None:
    """Gives the application the one engine and the one set of settings it will ever have."""
    app.extensions["motcua.engine"] = engine
    app.extensions["motcua.settings"] = settings


def current_engine() -> Engine:
    """The engine of this application."""
    return cast("Engine", current_app.extensions["motcua.engine"])


def current_settings() -> Settings:
    """The settings this application was started with."""
    return cast(Settings, current_app.extensions["motcua.settings"])


def current_actor() -> Actor:
    """Whoever is signed in, with the roles held right now; `ANONYMOUS` otherwise."""
    return cast(Actor, current_user.actor) if current_user.is_authenticated else ANONYMOUS
