"""What every page may use besides its own data: menu, language, who is signed in, a key for each form."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Flask

from app.language import LANGUAGES, current_language
from app.navigation import menu
from app.security import may_enter
from app.wiring import current_actor, current_engine, current_settings


def init_app(app: Flask) -> None:
    """Adds them to every template; functions are globals because macros see no context."""
    app.jinja_env.globals.update(form_key=form_key, may_enter=may_enter, files_scanned=files_scanned)
    app.context_processor(_frame)


def form_key() -> str:
    """An idempotency key, drawn into the form: the same page sent twice is one command."""
    return token_hex(12)


def files_scanned() -> bool:
    """False when files are taken without a look by a virus scanner, which every page that takes files then says."""
    return current_engine().scanner.active


def _frame() -> dict[str, Any]:
    return {
        "menu": menu,
        "language": current_language(),
        "languages": LANGUAGES,
        "actor": current_actor(),
        "demo": current_settings().demo,
    }
