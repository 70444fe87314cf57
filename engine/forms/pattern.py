"""Patterns come from analysts and meet text from anybody, so only those that finish quickly are used.

Python's `re` backtracks and cannot be interrupted. A repeat of varying length inside another, look-around and back
references are refused; what is left tries at most the product of its repeats' lengths.
"""

from __future__ import annotations

import re
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST_PATTERN = 200
LONGEST_TEXT = 200
"""A field with a pattern takes no longer text."""

MOST_TRIES = 100_000
"""For each place of the text where a match may begin: two open repeats are affordable, three are not."""

BRANCH_COST = 2
"""A choice is dearer than another round of a repeat: the matcher keeps a place to come back to."""

_REPEATS = frozenset({code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT})
_SIMPLE = frozenset({code.LITERAL, code.NOT_LITERAL, code.IN, code.ANY, code.AT, code.CATEGORY, code.RANGE})


class _UnsafeError(Exception):
    """The pattern holds something whose cost cannot be bounded."""


def safe(text: str) -> bool:
    """True when matching a text of `LONGEST_TEXT` characters takes well under a second at the worst."""
    if len(text) > LONGEST_PATTERN:
        return False
    try:
        return _tries(parser.parse(text)) <= MOST_TRIES
    except (re.error, RecursionError, OverflowError, _UnsafeError):
        return False


def matches(text: str, value: str) -> bool:
    """Whether the pattern is found in the value, as form-js looks for it in the browser."""
    return len(value) <= LONGEST_TEXT and re.search(text, value) is not None


def _tries(parsed: Any) -> int:
    """How many ways the matcher may have to walk through this sequence."""
    ways = 1
    for kind, argument in parsed:
        ways *= _tries_of(kind, argument)
    return ways


def _tries_of(kind: Any, argument: Any) -> int:
    if kind in _SIMPLE:
        return 1
    if kind is code.SUBPATTERN:
        return _tries(argument[-1])
    if kind is code.BRANCH:
        return BRANCH_COST * sum(_tries(branch) for branch in argument[1])
    if kind in _REPEATS:
        return _tries_of_repeat(*argument)
    raise _UnsafeError


def _tries_of_repeat(least: int, most: Any, repeated: Any) -> int:
    inside, lengths = _tries(repeated), min(int(most), LONGEST_TEXT) - least + 1
    if inside > 1 and int(most) > 1:
        raise _UnsafeError
    return inside * max(lengths, 1)
