"""Reads a form-js schema (Camunda Forms) into frozen values.

What the server cannot draw and check is refused by name, so that a form never loses a field in silence. Values are
flat: every input has a key of its own and groups nest for reading only. English words stand in a component's
`properties` as `label_en` and `description_en`, and in a choice as `label_en`; without them Vietnamese is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem, problem
from engine.domain.procedure import Text
from engine.forms import pattern

LARGEST_SCHEMA = 512 * 1024
DEEPEST_GROUP = 5
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,119}", re.ASCII)


MARKS = frozenset({"reason", "missing", "wrong_fields"})
"""Keys under which every procedure asks why a dossier goes back, and what is missing or wrong in it."""


class FieldType(Enum):
    """The inputs the server draws and checks; values are the type names of form-js."""

    TEXT = "textfield"
    PARAGRAPH = "textarea"
    NUMBER = "number"
    DATE = "datetime"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"


CHOOSING = frozenset({FieldType.SELECT, FieldType.RADIO, FieldType.CHECKLIST})
COMPONENTS, APPLICATION = "components", "application"
OPTION_SOURCES = (COMPONENTS, APPLICATION)
"""Where `properties.options_from` may take choices from: the procedure's papers, its application form's questions."""

DECORATION = frozenset({"separator", "spacer", "button"})
"""Drawn by the page itself, or not at all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed list."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `hide` holds the FEEL conditions of the field and of every group around it.

    `required_when` (`properties.required_when`) is the FEEL condition under which an optional question must be
    answered: the reason of a refusal, which an approval does not need.
    `choices_key` names the variable that lists the choices, as `[{label, value}]`, when they differ by dossier.
    `options_from` (`properties.options_from`) takes them from the procedure instead (`engine.forms.options`).
    """

    key: str
    type: FieldType
    label: Text
    description: Text
    choices: tuple[Choice, ...] = ()
    choices_key: str = ""
    options_from: str = ""
    required: bool = False
    required_when: str = ""
    readonly: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    pattern: str = ""
    kind: str = ""
    default: Any = None
    hide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Text between the questions; form-js Markdown is shown as plain paragraphs."""

    text: Text
    hide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one heading."""

    label: Text
    items: tuple[Item, ...]
    hide: tuple[str, ...] = ()


Item = Field | Words | Group


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form in the order in which it is read."""

    items: tuple[Item, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every question, groups opened."""
        return tuple(_fields(self.items))


@lru_cache(maxsize=512)
def published(schema: bytes) -> Form:
    """A form of a published version, read once: such a form never changes."""
    return parse(schema)


def parse(schema: bytes | str) -> Form:
    """Reads a schema. Raises InvalidInput with every `FieldProblem` in `facts['problems']`."""
    reading = _Reading()
    form = Form(reading.items(_components(schema, reading), "components", (), 0))
    reading.refuse_repeats(form)
    if reading.problems:
        raise InvalidInput(problems=tuple(reading.problems))
    return form


def problems_of(schema: bytes | str) -> tuple[FieldProblem, ...]:
    """Why the schema cannot be used; none when it can. For the publish gate."""
    try:
        parse(schema)
    except InvalidInput as invalid:
        return tuple(invalid.facts["problems"])
    return ()


def _fields(items: tuple[Item, ...]) -> Iterator[Field]:
    for item in items:
        if isinstance(item, Field):
            yield item
        elif isinstance(item, Group):
            yield from _fields(item.items)


def _components(schema: bytes | str, reading: _Reading) -> list[Any]:
    try:
        given = json.loads(schema) if len(schema) <= LARGEST_SCHEMA else None
    except (ValueError, RecursionError):
        given = None
    components = given.get("components") if isinstance(given, dict) else None
    if not isinstance(components, list):
        reading.report("components", "not_form")
        return []
    return components


class _Reading:
    """One pass over a schema that collects every problem."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def report(self, path: str, code: str, **facts: Any) -> None:
        self.problems.append(problem(path, code, **facts))

    def refuse_repeats(self, form: Form) -> None:
        keys = [each.key for each in form.fields]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.report("components", "not_unique", value=key)

    def items(self, components: list[Any], path: str, hide: tuple[str, ...], depth: int) -> tuple[Item, ...]:
        read = (self._item(each, f"{path}[{number}]", hide, depth) for number, each in enumerate(components))
        return tuple(item for item in read if item is not None)

    def _item(self, given: Any, path: str, hide: tuple[str, ...], depth: int) -> Item | None:
        if not isinstance(given, dict) or depth > DEEPEST_GROUP:
            self.report(path, "not_mapping")
            return None
        kind, hide = str(given.get("type")), hide + self._hide(given, path)
        if kind == "group":
            return self._group(given, path, hide, depth)
        if kind == "text":
            return Words(_words(given, "text"), hide)
        if kind in {each.value for each in FieldType}:
            return self._field(given, path, hide)
        if kind not in DECORATION:
            self.report(path, "not_supported", value=kind)
        return None

    def _hide(self, given: dict[str, Any], path: str) -> tuple[str, ...]:
        conditional = given.get("conditional") or {}
        hide = conditional.get("hide") if isinstance(conditional, dict) else ""
        if hide is not None and not isinstance(hide, str):
            self.report(f"{path}.conditional.hide", "not_text")
            return ()
        return (hide,) if hide else ()

    def _group(self, given: dict[str, Any], path: str, hide: tuple[str, ...], depth: int) -> Group | None:
        inner = given.get("components")
        if given.get("path"):
            self.report(f"{path}.path", "not_supported", value="path")
        if not isinstance(inner, list):
            self.report(f"{path}.components", "not_list")
            return None
        return Group(_words(given, "label"), self.items(inner, f"{path}.components", hide, depth + 1), hide)

    def _field(self, given: dict[str, Any], path: str, hide: tuple[str, ...]) -> Field | None:
        key, kind = given.get("key"), FieldType(given["type"])
        if not isinstance(key, str) or not KEY.fullmatch(key):
            self.report(f"{path}.key", "not_key")
            return None
        if kind is FieldType.DATE and given.get("subtype", "date") != "date":
            self.report(f"{path}.subtype", "not_supported", value=given.get("subtype"))
        rules = given["validate"] if isinstance(given.get("validate"), dict) else {}
        return Field(
            key=key, type=kind, hide=hide,
            label=_words(given, "dateLabel" if kind is FieldType.DATE and "dateLabel" in given else "label"),
            description=_words(given, "description"),
            choices=self._choices(given, path) if kind in CHOOSING else (),
            choices_key=str(given.get("valuesKey") or ""), options_from=self._options_from(given, kind, path),
            required=rules.get("required") is True, required_when=self._required_when(given, path),
            readonly=given.get("readonly") is True or given.get("disabled") is True,
            min_length=self._count(rules, "minLength", path), max_length=self._count(rules, "maxLength", path),
            minimum=self._number(rules, "min", path), maximum=self._number(rules, "max", path),
            decimals=self._count(given, "decimalDigits", path),
            pattern=self._pattern(rules, path), kind=str(rules.get("validationType") or ""),
            default=given.get("defaultValue"),
        )

    def _options_from(self, given: dict[str, Any], kind: FieldType, path: str) -> str:
        source = _property(given, "options_from")
        if source is None or (source in OPTION_SOURCES and kind in CHOOSING):
            return str(source or "")
        self.report(f"{path}.properties.options_from", "not_choice", choices=", ".join(OPTION_SOURCES))
        return ""

    def _required_when(self, given: dict[str, Any], path: str) -> str:
        condition = _property(given, "required_when")
        if condition is not None and not isinstance(condition, str):
            self.report(f"{path}.properties.required_when", "not_text")
            return ""
        return condition or ""

    def _choices(self, given: dict[str, Any], path: str) -> tuple[Choice, ...]:
        values = given.get("values", [])
        if given.get("valuesExpression"):
            self.report(f"{path}.valuesExpression", "not_supported", value="valuesExpression")
        well_formed = isinstance(values, list) and all(
            isinstance(each, dict) and isinstance(each.get("value"), str) and each["value"] for each in values)
        if not well_formed:
            self.report(f"{path}.values", "not_list")
            return ()
        if not values and not given.get("valuesKey") and not _property(given, "options_from"):
            self.report(f"{path}.values", "empty")
        return tuple(Choice(each["value"], _choice_label(each)) for each in values)

    def _count(self, given: Mapping[str, Any], name: str, path: str) -> int | None:
        value = given.get(name)
        if value is None or (type(value) is int and value >= 0):
            return value
        self.report(f"{path}.{name}", "not_count")
        return None

    def _number(self, given: Mapping[str, Any], name: str, path: str) -> float | None:
        value = given.get(name)
        if value is None or type(value) in (int, float):
            return value
        self.report(f"{path}.{name}", "not_count")
        return None

    def _pattern(self, rules: Mapping[str, Any], path: str) -> str:
        text = rules.get("pattern") or ""
        if not isinstance(text, str) or not pattern.safe(text):
            self.report(f"{path}.validate.pattern", "not_safe_pattern")
            return ""
        return text


def _property(given: Mapping[str, Any], name: str) -> Any:
    properties = given.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _words(given: Mapping[str, Any], name: str) -> Text:
    vietnamese = str(given.get(name) or "")
    english = _property(given, f"{'label' if name == 'dateLabel' else name}_en")
    return Text(vietnamese, str(english or vietnamese))


def _choice_label(given: Mapping[str, Any]) -> Text:
    vietnamese = str(given.get("label") or given["value"])
    return Text(vietnamese, str(given.get("label_en") or vietnamese))
