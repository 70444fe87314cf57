"""How the text of an expression falls into tokens, and which names feelin reads as one word wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.workflow.feel.logic import OutsideSubsetError

MOST_TOKENS = 200

# Letters of the Latin alphabets, Vietnamese included: the names on which Python and feelin cannot differ.
_LETTER = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
_PLAIN = re.compile(f"[{_LETTER}][{_LETTER}0-9]*")
_TOKEN = re.compile(
    rf"[ \t]*(?:(?P<number>[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?)(?![{_LETTER}0-9])"
    rf'|(?P<string>"[^"\\\n\r]*")'
    rf"|(?P<word>{_PLAIN.pattern})"
    r"|(?P<sign><=|>=|!=|\.\.|[<>=()\[\],.+\-]|\*(?!\*)|/(?![/*])))"
)
KEYWORDS = frozenset({"and", "or", "not", "in", "between", "if", "then", "else", "true", "false", "null"})
RESERVED = frozenset({
    "for", "some", "every", "return", "satisfies", "function", "external", "instance", "of", "item", "partial",
    "date", "time", "duration", "years", "days", "get",
})


def tokens_of(text: str) -> list[str]:
    """The tokens of an expression; OutsideSubsetError for any the subset does not have, or too many."""
    tokens: list[str] = []
    position, end = 0, len(text.rstrip(" \t"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) == MOST_TOKENS:
            raise OutsideSubsetError
        tokens.append(match[0].lstrip(" \t"))
        position = match.end()
    return tokens


@lru_cache(maxsize=4096)
def is_plain_name(key: str) -> bool:
    """Whether feelin reads the key as one word wherever it stands."""
    return _PLAIN.fullmatch(key) is not None


def require_plain(context: Mapping[str, Any], keywords: frozenset[str] = frozenset()) -> None:
    """Leaves the expression to feelin when a key, such as `so-luong` or `in`, changes how it falls into names."""
    if not all(map(is_plain_name, context)) or any(word in context for word in keywords):
        raise OutsideSubsetError
