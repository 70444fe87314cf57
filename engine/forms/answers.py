"""Checks what somebody wrote into a form and turns it into JSON values.

Every question of the form has an answer afterwards: an optional one left open is `None`, because an expression that
names a variable nobody wrote is an incident. Keys the form does not know are dropped.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.domain.procedure import Text
from engine.forms import pattern
from engine.forms.schema import CHOOSING, Choice, Field, FieldType, Form

LONGEST_LINE = 1000
LONGEST_PARAGRAPH = 20_000
LARGEST_NUMBER = 10**15
EARLIEST_YEAR, LATEST_YEAR = 1800, 2200

Hidden = Callable[[str, Mapping[str, Any]], bool]
"""Evaluates a FEEL condition over the answers given so far and the variables of the instance."""

_VIETNAMESE_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,16}([.,]\d{1,10})?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63}){1,4}")
_PHONE = re.compile(r"\+?[0-9]{8,15}", re.ASCII)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with one answer; the sentence of `code` takes its figures from `facts`."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class _AnswerError(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.problem = AnswerProblem(code, facts)


def check(form: Form, given: Mapping[str, Any], known: Mapping[str, Any] | None = None,
          hidden: Hidden | None = None) -> tuple[dict[str, Any], dict[str, AnswerProblem]]:
    """Returns the answers by field key and the problems by field key; with problems the answers must not be used.

    `given` holds texts as a browser sends them, or JSON values; `known` the variables of the instance. A question that
    `hidden` finds hidden is not asked; without `hidden` a question with a condition is asked but never required.
    """
    asked = [each for each in form.fields if not each.readonly]
    answers, problems = _read(asked, given, known or {})
    for each in asked:
        context = {**(known or {}), **answers}
        if is_hidden(each.hide, context, hidden):
            answers[each.key] = _EMPTY.get(each.type)
            problems.pop(each.key, None)
        elif each.key not in problems and _is_missing(each, answers[each.key], _sound(context, problems), hidden):
            problems[each.key] = AnswerProblem("required")
    return answers, problems


def _sound(context: Mapping[str, Any], problems: Mapping[str, AnswerProblem]) -> dict[str, Any]:
    """Without the answers that cannot be used: nothing is asked because of them."""
    return {key: value for key, value in context.items() if key not in problems}


def submitted(form: Form, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A browser's fields (every name with all its values) as `check` wants them: one text, or a list for checklists."""
    return {
        asked.key: list(values) if asked.type is FieldType.CHECKLIST else values[-1]
        for asked in form.fields if (values := fields.get(asked.key))
    }


def choices(asked: Field, known: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of a question: drawn in the form, or listed by a variable of the dossier."""
    if not asked.choices_key:
        return asked.choices
    listed = known.get(asked.choices_key)
    return tuple(_choice(each) for each in listed) if isinstance(listed, list) else ()


def is_hidden(conditions: Sequence[str], known: Mapping[str, Any], hidden: Hidden | None) -> bool:
    """True when one of the conditions hides what it stands on. One that cannot be decided yet hides nothing."""
    return any(holds(condition, known, hidden) for condition in conditions)


def holds(condition: str, known: Mapping[str, Any], judge: Hidden | None) -> bool:
    """Whether a FEEL condition of a form is true. One that cannot be decided yet is not."""
    if judge is None:
        return False
    try:
        return judge(condition, known)
    except Exception:  # the evaluator's refusals belong to another ring
        return False


def _read(asked: Sequence[Field], given: Mapping[str, Any],
          known: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, AnswerProblem]]:
    answers: dict[str, Any] = {}
    problems: dict[str, AnswerProblem] = {}
    for each in asked:
        try:
            answers[each.key] = _READERS[each.type](each, given.get(each.key), known)
        except _AnswerError as wrong:
            answers[each.key], problems[each.key] = _EMPTY.get(each.type), wrong.problem
    return answers, problems


def _is_missing(asked: Field, value: Any, context: Mapping[str, Any], hidden: Hidden | None) -> bool:
    in_this_case = bool(asked.required_when) and holds(asked.required_when, context, hidden)
    must_be_given = in_this_case or (asked.required and (hidden is not None or not asked.hide))
    return must_be_given and (value is None or value is False or value == [])


def _text(asked: Field, raw: Any, known: Mapping[str, Any]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise _AnswerError("not_text")
    longest = LONGEST_PARAGRAPH if asked.type is FieldType.PARAGRAPH else LONGEST_LINE
    if len(raw) > 2 * longest:
        raise _AnswerError("too_long", most=longest)
    value = unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
    if not value:
        return None
    _refuse_control_characters(value, "\n\t" if asked.type is FieldType.PARAGRAPH else "")
    _refuse_length(asked, value, longest)
    _refuse_pattern(asked, value)
    return value


def _refuse_control_characters(value: str, allowed: str) -> None:
    if any((unicodedata.category(each) in ("Cc", "Cs") and each not in allowed) or each in _BIDI for each in value):
        raise _AnswerError("bad_characters")


def _refuse_length(asked: Field, value: str, longest: int) -> None:
    most = min(longest, asked.max_length or longest)
    if len(value) > most:
        raise _AnswerError("too_long", most=most)
    if asked.min_length and len(value) < asked.min_length:
        raise _AnswerError("too_short", least=asked.min_length)


def _refuse_pattern(asked: Field, value: str) -> None:
    if asked.kind == "email" and not _EMAIL.fullmatch(value):
        raise _AnswerError("not_email")
    if asked.kind == "phone" and not _PHONE.fullmatch(re.sub(r"[ .()-]", "", value)):
        raise _AnswerError("not_phone")
    if asked.pattern and not pattern.matches(asked.pattern, value):
        raise _AnswerError("pattern")


def _number(asked: Field, raw: Any, known: Mapping[str, Any]) -> int | float | None:
    value = _parsed_number(raw)
    if value is None:
        return None
    if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
        raise _AnswerError("not_number")
    if asked.minimum is not None and value < asked.minimum:
        raise _AnswerError("too_small", least=asked.minimum)
    if asked.maximum is not None and value > asked.maximum:
        raise _AnswerError("too_large", most=asked.maximum)
    if asked.decimals == 0 and value != int(value):
        raise _AnswerError("not_integer")
    if asked.decimals is not None and round(value, asked.decimals) != value:
        raise _AnswerError("decimals", most=asked.decimals)
    return int(value) if value == int(value) else value


def _parsed_number(raw: Any) -> int | float | None:
    """Vietnamese writing: dots group thousands, a comma begins the decimals; a lone dot is read as the browser's."""
    if raw is None or (type(raw) in (int, float)):
        return raw  # type: ignore[no-any-return]
    text = raw.replace(" ", "").strip() if isinstance(raw, str) else "?"
    if not text:
        return None
    if _GROUPED.fullmatch(text) and len(text) <= 24:
        return float(text.replace(".", "").replace(",", "."))
    if not _NUMBER.fullmatch(text):
        raise _AnswerError("not_number")
    return float(text.replace(",", ".")) if "," in text or "." in text else int(text)


def _date(asked: Field, raw: Any, known: Mapping[str, Any]) -> str | None:
    """dd/MM/yyyy or ISO in, ISO out."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        value = _parsed_date(str(raw).strip())
    except ValueError:
        raise _AnswerError("not_date") from None
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise _AnswerError("not_date")
    return value.isoformat()


def _parsed_date(text: str) -> date:
    if found := _VIETNAMESE_DATE.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DATE.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError(text)


def _chosen(asked: Field, raw: Any, known: Mapping[str, Any]) -> str | None:
    if raw in (None, ""):
        return None
    if not isinstance(raw, str) or raw not in _values(asked, known):
        raise _AnswerError("not_choice")
    return raw


def _all_chosen(asked: Field, raw: Any, known: Mapping[str, Any]) -> list[str]:
    """In the order of the form, each once."""
    given = [raw] if isinstance(raw, str) and raw else raw or []
    offered = _values(asked, known)
    if not isinstance(given, list) or not all(isinstance(each, str) and each in offered for each in given):
        raise _AnswerError("not_choice")
    return [value for value in offered if value in given]


def _ticked(asked: Field, raw: Any, known: Mapping[str, Any]) -> bool:
    if raw in (None, "", "false", "0", False):
        return False
    if raw in ("true", "on", "1", True):
        return True
    raise _AnswerError("not_choice")


def _values(asked: Field, known: Mapping[str, Any]) -> tuple[str, ...]:
    assert asked.type in CHOOSING
    return tuple(choice.value for choice in choices(asked, known))


def _choice(given: Any) -> Choice:
    value, words = (given.get("value"), given.get("label")) if isinstance(given, dict) else (given, given)
    return Choice(str(value), Text(str(words), str(words)))


_EMPTY: Mapping[FieldType, Any] = {FieldType.CHECKBOX: False, FieldType.CHECKLIST: []}

_READERS: Mapping[FieldType, Callable[[Field, Any, Mapping[str, Any]], Any]] = {
    FieldType.TEXT: _text,
    FieldType.PARAGRAPH: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.SELECT: _chosen,
    FieldType.RADIO: _chosen,
    FieldType.CHECKBOX: _ticked,
    FieldType.CHECKLIST: _all_chosen,
}
