"""Reading form-js schemas: what can be drawn is read, everything else is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.domain.errors import InvalidInput
from engine.forms import schema
from engine.forms.schema import FieldType, Group, Words


def form(*components: dict[str, Any]) -> bytes:
    return json.dumps({"type": "default", "components": components}).encode()


def field(kind: str = "textfield", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": "name", "label": "Họ tên", **more}


def codes(given: bytes | str) -> list[str]:
    return [each.code for each in schema.problems_of(given)]


def test_a_field_is_read_with_its_words_in_both_languages_and_its_rules() -> None:
    read = schema.parse(form(field(
        description="Như trên giấy tờ", properties={"label_en": "Name", "description_en": "As on your papers"},
        validate={"required": True, "minLength": 2, "maxLength": 40, "pattern": "^[^0-9]+$"}))).fields[0]
    assert (read.type, read.label.vi, read.label.en, read.description.en) == (
        FieldType.TEXT, "Họ tên", "Name", "As on your papers")
    assert (read.required, read.min_length, read.max_length, read.pattern) == (True, 2, 40, "^[^0-9]+$")


def test_english_falls_back_to_vietnamese() -> None:
    assert schema.parse(form(field())).fields[0].label.en == "Họ tên"


def test_groups_and_words_keep_their_place_and_hide_what_is_inside_them() -> None:
    read = schema.parse(form(
        {"type": "text", "text": "Đọc kỹ"},
        {"type": "group", "label": "Cha", "conditional": {"hide": "=no_father"},
         "components": [field(conditional={"hide": "=late"})]}))
    words, group = read.items
    assert isinstance(words, Words) and words.text.vi == "Đọc kỹ"
    assert isinstance(group, Group)
    assert read.fields[0].hide == ("=no_father", "=late")


def test_choices_are_read_or_taken_from_a_variable() -> None:
    fixed = schema.parse(form(field("radio", values=[{"value": "a", "label": "Một", "label_en": "One"}]))).fields[0]
    assert [(each.value, each.label.en) for each in fixed.choices] == [("a", "One")]
    assert schema.parse(form(field("select", valuesKey="papers"))).fields[0].choices_key == "papers"


@pytest.mark.parametrize(("given", "code"), [
    (b"", "not_form"),
    (b"[]", "not_form"),
    (b"{", "not_form"),
    (b'{"components": {}}', "not_form"),
    (b"[" * 100_000, "not_form"),
    (b'{"components": [' + b" " * schema.LARGEST_SCHEMA + b"]}", "not_form"),
    (b"\xff\xfe\x00", "not_form"),
    (form("text"), "not_mapping"),  # type: ignore[arg-type]
    (form(field("iframe", url="https://xau.example")), "not_supported"),
    (form(field("html", content="<script>alert(1)</script>")), "not_supported"),
    (form(field("dynamiclist")), "not_supported"),
    (form(field("datetime", subtype="time")), "not_supported"),
    (form({"type": "group", "label": "G", "path": "a.b", "components": []}), "not_supported"),
    (form({"type": "group", "label": "G"}), "not_list"),
    (form(field("select")), "empty"),
    (form(field("select", values="abc")), "not_list"),
    (form(field("select", values=[{"value": 1}])), "not_list"),
    (form(field("select", valuesExpression="=papers")), "not_supported"),
    (form(field(key="has space")), "not_key"),
    (form(field(key="ten__proto__ ")), "not_key"),
    (form(field(key=None)), "not_key"),
    (form(field(), field()), "not_unique"),
    (form(field(validate={"maxLength": -1})), "not_count"),
    (form(field(validate={"maxLength": True})), "not_count"),
    (form(field("number", validate={"min": "0"})), "not_count"),
    (form(field(validate={"pattern": "(a+)+$"})), "not_safe_pattern"),
    (form(field(conditional={"hide": 1})), "not_text"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_drawn_is_refused_with_its_reason(given: bytes, code: str) -> None:
    assert code in codes(given)


def test_groups_inside_groups_end_somewhere() -> None:
    nested: dict[str, Any] = field()
    for _ in range(schema.DEEPEST_GROUP + 2):
        nested = {"type": "group", "label": "", "components": [nested]}
    assert "not_mapping" in codes(form(nested))


def test_every_problem_is_told_at_once_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        schema.parse(form(field("iframe"), field(key="1")))
    assert [each.path for each in refused.value.facts["problems"]] == ["components[0]", "components[1].key"]
