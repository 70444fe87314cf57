"""A form ready to be drawn: each question with its words in the reader's language, its value and what is wrong with it.

The template only chooses the component. Ids are the field keys with a prefix, so that an error can lead to its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from app.filters import day
from app.language import in_language
from engine.domain.amount_words import in_digits
from engine.forms.answers import AnswerProblem, choices
from engine.forms.schema import Field, FieldType, Form, Group, Item, Words

Problems = Mapping[str, AnswerProblem]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One input. `value` is text as it stands in the box; of the type `told` it is only read."""

    id: str
    name: str
    type: str
    label: str
    hint: str
    value: str
    options: tuple[Option, ...]
    error: str
    optional: bool

    @property
    def ticks(self) -> list[dict[str, Any]]:
        """The choices as GOV.UK radios and checkboxes want them."""
        return [{"value": each.value, "text": each.text, "checked": each.chosen} for each in self.options]

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The choices of a drop-down list, which begins with none."""
        choices = [{"value": each.value, "text": each.text, "selected": each.chosen} for each in self.options]
        return [{"value": "", "text": gettext("form.choose")}, *choices]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions and words under a heading; the heading of loose questions is empty."""

    heading: str
    parts: tuple[Question | str, ...]


def sections(form: Form, values: Mapping[str, Any], problems: Problems,
             known: Mapping[str, Any]) -> tuple[Section, ...]:
    """The form in the order of reading; loose questions between groups make sections without a heading."""
    drawn: list[Section] = []
    loose: list[Question | str] = []
    for item in form.items:
        if isinstance(item, Group):
            if loose:
                drawn.append(Section("", tuple(loose)))
                loose = []
            drawn.append(Section(in_language(item.label), _parts(item.items, values, problems, known)))
        else:
            loose.extend(_parts((item,), values, problems, known))
    return (*drawn, Section("", tuple(loose))) if loose else tuple(drawn)


def error_list(form: Form, problems: Problems) -> list[tuple[str, str]]:
    """(field id, sentence) in the order of the form, for the summary on top."""
    return [(field_id(each.key), _sentence(each, problems[each.key])) for each in form.fields if each.key in problems]


def field_id(key: str) -> str:
    """The id of the first input of a question."""
    return f"field-{key}"


def answer_text(asked: Field, value: Any, known: Mapping[str, Any]) -> str:
    """An answer as it is read: the words of a choice, a Vietnamese date, a number in groups, yes or no."""
    if value in (None, "", []):
        return ""
    if asked.type is FieldType.CHECKBOX:
        return str(gettext("form.yes") if value else gettext("form.no"))
    if asked.type in (FieldType.SELECT, FieldType.RADIO, FieldType.CHECKLIST):
        chosen = value if isinstance(value, list) else [value]
        names = {choice.value: in_language(choice.label) for choice in choices(asked, known)}
        return ", ".join(names.get(each, str(each)) for each in chosen)
    numeric = asked.type is FieldType.NUMBER and isinstance(value, int | float)
    return in_digits(value) if numeric else _box(asked, value)


def _parts(items: tuple[Item, ...], values: Mapping[str, Any], problems: Problems,
           known: Mapping[str, Any]) -> tuple[Question | str, ...]:
    parts: list[Question | str] = []
    for item in items:
        if isinstance(item, Group):
            parts.extend(_parts(item.items, values, problems, known))
        elif isinstance(item, Words):
            parts.append(in_language(item.text))
        elif not (item.readonly and item.hide and values.get(item.key) in (None, "", [])):  # nothing to tell yet
            parts.append(_question(item, values, problems, known))
    return tuple(parts)


def _question(asked: Field, values: Mapping[str, Any], problems: Problems, known: Mapping[str, Any]) -> Question:
    value = values.get(asked.key, asked.default)
    if asked.readonly:
        return Question(field_id(asked.key), asked.key, "told", in_language(asked.label), "",
                        answer_text(asked, value, known) or "–", (), "", optional=False)
    chosen = value if isinstance(value, list) else [value]
    return Question(
        id=field_id(asked.key), name=asked.key, type=asked.type.value, label=in_language(asked.label),
        hint=_hint(asked), value=_box(asked, value),
        options=tuple(Option(each.value, in_language(each.label), each.value in chosen)
                      for each in choices(asked, known)),
        error=_sentence(asked, problems[asked.key]) if asked.key in problems else "",
        optional=(not asked.required or bool(asked.hide)) and not asked.required_when)


def _hint(asked: Field) -> str:
    words = [in_language(asked.description)]
    if asked.type is FieldType.DATE:
        words.append(gettext("form.date_hint"))
    if asked.hide:
        words.append(gettext("form.if_it_applies"))
    return " ".join(word for word in words if word)


def _box(asked: Field, value: Any) -> str:
    if value is None or isinstance(value, bool | list):
        return "on" if value is True else ""
    if asked.type is FieldType.DATE:
        return _vietnamese(str(value))
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _vietnamese(text: str) -> str:
    """A stored ISO date as people write it; what was typed wrongly stays as it was typed."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _sentence(asked: Field, problem: AnswerProblem) -> str:
    return str(gettext(f"form.problem.{problem.code}")) % {"label": in_language(asked.label), **problem.facts}
