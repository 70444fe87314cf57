"""Vietnamese and English. Texts are asked for by key; the catalogues of every slice are read as one.

A key that begins with a slice's name (`worklist.title`) stands in that slice's catalogue, any other in `messages`.
Compile after editing: `pybabel compile -d app/translations -D "messages accounts ..."` (a test compares).
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel, get_locale

from engine.domain.procedure import Text

LANGUAGES = ("vi", "en")
COOKIE = "lang"
TRANSLATIONS = Path(__file__).parent / "translations"
ZONE = "Asia/Ho_Chi_Minh"


def init_app(app: Flask) -> None:
    """Chooses the language by cookie alone: a link shows the same page to everybody who never switched."""
    names = catalogues()
    app.config.update(
        BABEL_DOMAIN=";".join(names),
        BABEL_TRANSLATION_DIRECTORIES=";".join([str(TRANSLATIONS)] * len(names)),
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
        BABEL_DEFAULT_TIMEZONE=ZONE,
    )
    Babel(app, locale_selector=chosen)


def catalogues() -> list[str]:
    """The names of the catalogues, one per slice and one for the frame."""
    return sorted(path.stem for path in (TRANSLATIONS / LANGUAGES[0] / "LC_MESSAGES").glob("*.po"))


def chosen() -> str:
    """The language of the reader's cookie, Vietnamese when there is none or it is not ours."""
    wanted = request.cookies.get(COOKIE, "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def current_language() -> str:
    """`vi` or `en`, as the page's `lang` attribute wants it."""
    return str(get_locale())


def in_language(text: Text) -> str:
    """Words that exist in both languages, in the reader's."""
    return text.en if current_language() == "en" else text.vi
