"""Slips of people who know another language, which feelin reads without a word and answers with null.

Its parser recovers from what it does not understand: `x == 5` is null, `1e3` is 1. Here they are syntax errors.
"""

from __future__ import annotations

import re

LARGEST_INTEGER = 2**53
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_FOREIGN = re.compile(r"==|<>|=<|&&|\|\||!(?!=)")
_GLUED = re.compile(r"(?<![\w.])\d+(?:\.\d+)?[^\W\d]\w*")
_INTEGER = re.compile(r"(?<![\w.])\d{16,}(?![\w.])")
_VALUE_AS_CONDITION = re.compile(r"\b(?:or|and)\s*(§|-?\d[\d.]*\b|null\b)\s*(?=$|\)|\bor\b|\band\b)")
PLACEHOLDER = "§"


def slip(text: str) -> tuple[str, tuple[int, int]] | None:
    """What is no FEEL although feelin would swallow it, with the offsets of its place; None for a clean text."""
    bare = _blanked(text)
    for pattern in (_FOREIGN, _GLUED, _INTEGER):
        wrong = pattern.search(bare)
        if wrong and not (pattern is _INTEGER and int(wrong[0]) <= LARGEST_INTEGER):
            return f"{wrong[0]} is not FEEL", wrong.span()
    return None


def value_among_conditions(text: str) -> str | None:
    """The text or number that stands where a condition should: the `"b"` of `x = "a" or "b"`."""
    wrong = _VALUE_AS_CONDITION.search(_TEXT.sub(PLACEHOLDER, text))
    return wrong[0].strip() if wrong else None


def _blanked(text: str) -> str:
    """The same length without the inside of texts, so that offsets stay true."""
    return _TEXT.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', text)
