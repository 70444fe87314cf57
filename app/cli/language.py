"""What the command line says: Vietnamese, or English with MOTCUA_LANG=en. Flask is not running here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from babel.support import Translations

from app.language import LANGUAGES, TRANSLATIONS
from engine.domain.errors import DomainError
from engine.forms.answers import AnswerProblem


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
    parts = (say(f"error.{code}.title") + ".", f"({facts})" if facts else "", say(f"error.{code}.next"))
    return "\n".join([" ".join(part for part in parts if part), *_fields(error.facts.get("problems"))])


def _fields(problems: object) -> list[str]:
    """A line for every field that cannot be used as it is."""
    if not isinstance(problems, Mapping):
        return []
    return [f"  {key}: {_sentence(key, problem)}" for key, problem in problems.items()]


def _sentence(key: str, problem: object) -> str:
    if isinstance(problem, AnswerProblem):
        return say(f"form.problem.{problem.code}", label=key, **problem.facts)
    return str(problem)
