"""The door to FEEL: what the runtime, the forms and the publish gate ask of an expression.

An expression never yields a silent null for a name that does not exist, and a condition is true, false or an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.workflow.feel import feelin, subset
from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.logic import OutsideSubsetError
from engine.workflow.feel.spelling import slip
from engine.workflow.feel.words import is_plain_name

__all__ = ["FeelError", "check", "condition", "evaluate", "names", "unary_test"]

EXPRESSION_CHARACTERS = 4096
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def evaluate(expression: str, variables: Mapping[str, Any], now: datetime | None = None) -> Any:
    """The value of an expression as JSON data; dates and durations come back as ISO text. A leading `=` is optional.

    `now` (aware) is what `now()` and `today()` read; without it they are refused, so that the same arguments always
    give the same answer. Raises FeelError.
    """
    text = _text(expression)
    quick = subset.expression(text)
    if quick is not None:
        with suppress(OutsideSubsetError):
            return quick.evaluate(variables)
    return feelin.call("evaluate", text, _json(text, variables), now)


def condition(expression: str, variables: Mapping[str, Any], now: datetime | None = None) -> bool:
    """True or False; anything else, null included, is a FeelError `not_boolean`."""
    answer = evaluate(expression, variables, now)
    if isinstance(answer, bool):
        return answer
    raise FeelError("not_boolean", expression, f"gave {json.dumps(answer, ensure_ascii=False)[:80]}")


def unary_test(expression: str, value: Any, variables: Mapping[str, Any]) -> bool:
    """Whether a cell of a decision table accepts `value`; `-` and an empty cell accept everything. Raises FeelError."""
    text = _bounded(expression.strip())
    if text in ("", "-"):
        return True
    quick = subset.cell(text)
    if quick is not None:
        with suppress(OutsideSubsetError):
            return quick.accepts(value, variables)
    return feelin.call("unary", text, _json(text, {**variables, "?": value})) is True


def names(expression: str, *, unary: bool = False) -> frozenset[str]:
    """The variables an expression (or a cell, when `unary`) reads from outside itself; of a dotted name the first part.

    Names between the brackets of a filter are left out: they may be entries of the items. Raises FeelError `syntax`.
    """
    return _review(_text(expression), unary).names


def check(expression: str, *, unary: bool = False) -> list[dict[str, Any]]:
    """Static problems, each with `code`, `detail` and `position` (a pair of character offsets, or None).

    Codes: `syntax`, `too_complex`; `greedy_in` where `x in [1..5] and y` would be read as `x in ([1..5] and y)`;
    `date_against_text` where a variable, which holds text, is compared with a date and would never match;
    `instance_of`, which feelin answers with false whatever the type.
    """
    try:
        return [dict(problem) for problem in _review(_text(expression), unary).problems]
    except FeelError as error:
        return [{"code": error.code, "detail": error.detail, "position": error.position}]


@dataclass(frozen=True, slots=True)
class _Review:
    names: frozenset[str]
    problems: tuple[Mapping[str, Any], ...] = ()


@lru_cache(maxsize=subset.REMEMBERED)
def _review(text: str, unary: bool) -> _Review:
    # What the subset can read holds none of the traps, and a gate that reads a hundred expressions must be quick.
    quick = subset.cell(text) if unary else subset.expression(text)
    if quick is not None:
        return _Review(quick.names)
    answer = feelin.call("review unary" if unary else "review", text)
    problems = tuple({**each, "position": tuple(each["position"])} for each in answer["problems"])
    return _Review(frozenset(answer["names"]), problems)


def _text(expression: str) -> str:
    return _bounded(expression.strip().removeprefix("=").strip())


def _bounded(text: str) -> str:
    if len(text) > EXPRESSION_CHARACTERS:
        raise FeelError("too_complex", text, f"longer than {EXPRESSION_CHARACTERS} characters")
    if not text.isascii() and _HALF_CHARACTER.search(text):
        raise FeelError("syntax", text, "the text holds half a character")
    _refuse_slips(text)
    return text


@lru_cache(maxsize=subset.REMEMBERED)
def _refuse_slips(text: str) -> None:
    wrong = slip(text)
    if wrong:
        raise FeelError("syntax", text, wrong[0], position=wrong[1])


def _json(text: str, variables: Mapping[str, Any]) -> str:
    # feelin looks at every variable before it reads the text: those the text cannot mean stay here.
    try:
        meant = {name: value for name, value in variables.items() if name in text or not is_plain_name(name)}
        return json.dumps(meant, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise FeelError("type", text, f"a variable is not JSON data: {error}") from None
