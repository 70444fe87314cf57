"""The word of an identity provider while its holder decides whether it shall open an account he had before."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from flask import session

from app.wiring import current_engine
from engine.commands.citizens import EnterByIdentity
from engine.domain.citizen import IdentityRefused

WORD, KEPT_AT = "identity_word", "identity_word_at"
KEPT_FOR = timedelta(minutes=10)


def keep(word: EnterByIdentity) -> None:
    """In the holder's own signed session."""
    born = word.birth_date.isoformat() if word.birth_date else None
    session[WORD] = {**asdict(word), "birth_date": born}
    session[KEPT_AT] = current_engine().clock.now().isoformat()


def kept() -> EnterByIdentity:
    """Raises IdentityRefused when there is none, or it is too old."""
    told = session.get(WORD)
    if not told or current_engine().clock.now() > datetime.fromisoformat(session[KEPT_AT]) + KEPT_FOR:
        raise IdentityRefused()
    born = told["birth_date"]
    return EnterByIdentity(**{**told, "birth_date": date.fromisoformat(born) if born else None})


def taken() -> EnterByIdentity:
    """The word, which serves once. Raises IdentityRefused."""
    word = kept()
    session.pop(WORD)
    return word
