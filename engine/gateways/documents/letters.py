"""What may stand on a paper: text in NFC with letters that the committed fonts have.

PDF/A refuses a glyph that is not there, and a name must not be able to stop its own receipt. Foreign names stand on
Vietnamese papers in Latin letters; whatever else was typed is shown as a white square.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

UNKNOWN = "\N{WHITE SQUARE}"
SHOWN = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u2010-\u2015\u2018-\u201e"
    "\u2020-\u2022\u2026"
    "\u2030\u2032\u2033\u2039\u203a\u20ab\u20ac\u2116\u2122\u2190-\u2193\u2212\u2260\u2264\u2265\u25a1\u25cf]")
SPACES = re.compile(r"[\t\v\f\r\u0085\u2028\u2029]")
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufe00-\ufe0f\ufeff]")


def printable(value: Any) -> Any:
    """The same JSON value with every text as a paper can show it."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {str(key): printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def _text(text: str) -> str:
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return SHOWN.sub(UNKNOWN, INVISIBLE.sub("", SPACES.sub(" ", composed)))
