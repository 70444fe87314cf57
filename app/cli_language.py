"""What the command line says: Vietnamese, or English with MOTCUA_LANG=en. Flask is not running here."""

from __future__ import annotations

import os
from functools import lru_cache

from babel.support import Translations

from app.language import LANGUAGES, TRANSLATIONS
from engine.domain.errors import DomainError


def language() -> str:
    """`vi` or `en`."""
    wanted = os.environ.get("MOTCUA_LANG", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


@lru_cache(maxsize=4)
def _catalogue(chosen: str) -> Translations:
    texts = Translations()
    for name in ("cli", "messages"):
        loaded = Translations.load(str(TRANSLATIONS), [chosen], name)
        assert isinstance(loaded, Translations), f"the catalogue {name} is not compiled for {chosen}"
        texts.merge(loaded)
    return texts


def say(key: str, **facts: object) -> str:
    """The sentence of a key."""
    text: str = _catalogue(language()).gettext(key)
    return text % facts if facts else text


def explain(error: DomainError) -> str:
    """What a refusal means and what to do about it."""
    known = _catalogue(language())._catalog  # gettext cannot say whether a key exists
    code = error.code if f"error.{error.code}.title" in known else "domain_error"
    facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items() if name != "problems")
    parts = (say(f"error.{code}.title"), f"({facts})" if facts else "", say(f"error.{code}.next"))
    return " ".join(part for part in parts if part)
