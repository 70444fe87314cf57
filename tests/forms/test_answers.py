"""Checking answers: what browsers send becomes JSON, what is wrong is named, nothing hostile gets through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.procedure import Text
from engine.forms import answers, schema
from engine.forms.schema import Choice, Field, FieldType, Form
from engine.workflow.feel import evaluator

T = Text("", "")
COLOURS = (Choice("red", T), Choice("gold", T))


def field(type_: FieldType = FieldType.TEXT, key: str = "it", **rules: Any) -> Field:
    return Field(key=key, type=type_, label=T, description=T, **rules)


def value(asked: Field, given_value: Any) -> Any:
    values, problems = answers.check(Form((asked,)), {"it": given_value})
    return problems["it"].code if problems else values["it"]


@pytest.mark.parametrize(("asked", "given_value", "expected"), [
    (field(), "  Nguyễn Văn A  ", "Nguyễn Văn A"),
    (field(), "Nguye\u0302\u0303n", "Nguyễn"),
    (field(), "   ", None),
    (field(required=True), "", "required"),
    (field(), ["a"], "not_text"),
    (field(), 5, "not_text"),
    (field(), "a\nb", "bad_characters"),
    (field(), "a\x00b", "bad_characters"),
    (field(), "abc\u202egpj.exe", "bad_characters"),
    (field(FieldType.PARAGRAPH), "a\r\nb\tc", "a\nb\tc"),
    (field(FieldType.PARAGRAPH), "a\x1b[31m", "bad_characters"),
    (field(max_length=3), "abcd", "too_long"),
    (field(min_length=3), "ab", "too_short"),
    (field(), "x" * (answers.LONGEST_LINE + 1), "too_long"),
    (field(), "x" * 10_000_000, "too_long"),
    (field(FieldType.PARAGRAPH, max_length=10**9), "x" * (answers.LONGEST_PARAGRAPH + 1), "too_long"),
    (field(pattern="^[0-9]{12}$"), "012345678901", "012345678901"),
    (field(pattern="^[0-9]{12}$"), "12", "pattern"),
    (field(kind="email"), "a@vidu.vn", "a@vidu.vn"),
    (field(kind="email"), "a@b", "not_email"),
    (field(kind="phone"), "0912 345 678", "0912 345 678"),
    (field(kind="phone"), "không có", "not_phone"),
])
def test_text(asked: Field, given_value: Any, expected: Any) -> None:
    assert value(asked, given_value) == expected


@pytest.mark.parametrize(("given_value", "expected"), [
    ("12", 12), ("-3", -3), ("12,5", 12.5), ("12.5", 12.5), ("50.000.000", 50_000_000), ("1.000,5", 1000.5),
    ("1 000", 1000), (7, 7), (7.5, 7.5), ("", None), (None, None), ("abc", "not_number"), ("1e9", "not_number"),
    ("NaN", "not_number"), (float("inf"), "not_number"), (float("nan"), "not_number"), ("١٢", "not_number"),
    ("9" * 400, "not_number"), (10**16, "not_number"), (True, "not_number"), (["1"], "not_number"),
    ("0x10", "not_number"), ("--1", "not_number"), ("1_000", "not_number"),
])
def test_numbers(given_value: Any, expected: Any) -> None:
    assert value(field(FieldType.NUMBER), given_value) == expected


@pytest.mark.parametrize(("rules", "given_value", "expected"), [
    ({"minimum": 1}, "0", "too_small"), ({"maximum": 5}, "6", "too_large"), ({"decimals": 0}, "1,5", "not_integer"),
    ({"decimals": 0}, "1.500", 1500), ({"decimals": 1}, "1,25", "decimals"), ({"decimals": 2}, "1,25", 1.25),
])
def test_numbers_keep_their_limits(rules: dict[str, Any], given_value: str, expected: Any) -> None:
    assert value(field(FieldType.NUMBER, **rules), given_value) == expected


@pytest.mark.parametrize(("given_value", "expected"), [
    ("05/09/2026", "2026-09-05"), ("5/9/2026", "2026-09-05"), ("5-9-2026", "2026-09-05"), ("2026-09-05", "2026-09-05"),
    (" 29/02/2024 ", "2024-02-29"), ("29/02/2026", "not_date"), ("31/04/2026", "not_date"), ("00/01/2026", "not_date"),
    ("01/13/2026", "not_date"), ("01/01/26", "not_date"), ("01/01/1700", "not_date"), ("01/01/9999", "not_date"),
    ("hôm nay", "not_date"), ("2026-09-05T00:00", "not_date"), (20260905, "not_date"), ("", None), (None, None),
    ("٠٥/٠٩/٢٠٢٦", "not_date"), (["05/09/2026"], "not_date"),
])
def test_dates_come_in_as_people_write_them_and_are_kept_as_iso(given_value: Any, expected: Any) -> None:
    assert value(field(FieldType.DATE), given_value) == expected


@pytest.mark.parametrize(("kind", "given_value", "expected"), [
    (FieldType.RADIO, "red", "red"), (FieldType.RADIO, "blue", "not_choice"), (FieldType.RADIO, "", None),
    (FieldType.SELECT, ["red"], "not_choice"), (FieldType.SELECT, {"a": 1}, "not_choice"),
    (FieldType.CHECKLIST, ["gold", "red", "gold"], ["red", "gold"]), (FieldType.CHECKLIST, "red", ["red"]),
    (FieldType.CHECKLIST, ["red", "blue"], "not_choice"), (FieldType.CHECKLIST, [{}], "not_choice"),
    (FieldType.CHECKLIST, None, []), (FieldType.CHECKLIST, {"red": 1}, "not_choice"),
    (FieldType.CHECKBOX, "on", True), (FieldType.CHECKBOX, None, False), (FieldType.CHECKBOX, "maybe", "not_choice"),
    (FieldType.CHECKBOX, True, True),
])
def test_choices_are_taken_from_the_list_alone(kind: FieldType, given_value: Any, expected: Any) -> None:
    assert value(field(kind, choices=COLOURS), given_value) == expected


def test_a_tick_that_is_required_must_be_set() -> None:
    assert value(field(FieldType.CHECKBOX, required=True), None) == "required"
    assert value(field(FieldType.CHECKLIST, required=True, choices=COLOURS), []) == "required"


def test_a_zero_is_an_answer() -> None:
    assert value(field(FieldType.NUMBER, required=True), "0") == 0


def test_keys_that_the_form_does_not_know_are_dropped_and_open_questions_are_answered_with_nothing() -> None:
    form = Form((field(key="name"), field(key="note")))
    values, problems = answers.check(form, {"name": "A", "is_admin": "true", "__class__": "x"})
    assert (values, problems) == ({"name": "A", "note": None}, {})


def test_what_may_not_be_changed_is_not_read() -> None:
    assert answers.check(Form((field(readonly=True),)), {"it": "forged"})[0] == {}


def test_choices_can_differ_by_dossier() -> None:
    asked = field(FieldType.CHECKLIST, choices_key="papers")
    known = {"papers": [{"value": "id_card", "label": "Căn cước"}]}
    assert answers.check(Form((asked,)), {"it": ["id_card"]}, known)[0] == {"it": ["id_card"]}
    assert answers.check(Form((asked,)), {"it": ["other"]}, known)[1]["it"].code == "not_choice"


REASON = field(FieldType.PARAGRAPH, key="reason", required=True, hide=('=decision = "accept"',))
DECISION = field(FieldType.RADIO, key="decision", required=True, choices=(Choice("accept", T), Choice("refuse", T)))


@pytest.mark.parametrize("order", [(DECISION, REASON), (REASON, DECISION)])
def test_a_hidden_question_is_not_asked_wherever_it_stands(order: tuple[Field, ...]) -> None:
    form = Form(order)
    hidden = evaluator.condition
    assert answers.check(form, {"decision": "accept", "reason": "x"}, {}, hidden)[0]["reason"] is None
    assert answers.check(form, {"decision": "refuse"}, {}, hidden)[1]["reason"].code == "required"
    assert answers.check(form, {"decision": "refuse", "reason": "vì"}, {}, hidden)[1] == {}


def test_without_an_evaluator_a_conditional_question_is_never_required() -> None:
    assert answers.check(Form((DECISION, REASON)), {"decision": "refuse"})[1] == {}


def test_a_condition_that_cannot_be_decided_hides_nothing() -> None:
    asked = field(required=True, hide=("=unknown_name > 5",))
    assert answers.check(Form((asked,)), {}, {}, evaluator.condition)[1]["it"].code == "required"


def test_a_browser_sends_lists_for_checklists_and_the_last_value_for_everything_else() -> None:
    form = Form((field(FieldType.CHECKLIST, key="c", choices=COLOURS), field(key="t")))
    assert answers.submitted(form, {"c": ["red", "gold"], "t": ["a", "b"], "x": ["y"]}) == {
        "c": ["red", "gold"], "t": "b"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=5)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(FieldType), sent=ANYTHING)
def test_whatever_is_sent_is_answered_with_a_value_or_a_problem(kind: FieldType, sent: Any) -> None:
    values, problems = answers.check(Form((field(kind, choices=COLOURS),)), {"it": sent})
    assert set(values) == {"it"}
    assert problems or values["it"] is None or isinstance(values["it"], str | int | float | bool | list)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=50))
def test_checking_what_was_checked_changes_nothing(sent: str) -> None:
    once = value(field(), sent)
    if once not in ("bad_characters", "too_long"):
        assert value(field(), once) == once


def test_a_reason_is_asked_only_of_those_who_refuse() -> None:
    form = schema.parse(json.dumps({"components": [
        {"type": "radio", "key": "decision", "label": "Kết quả", "validate": {"required": True},
         "values": [{"label": "Đồng ý", "value": "yes"}, {"label": "Từ chối", "value": "no"}]},
        {"type": "textarea", "key": "reason", "label": "Lý do", "properties": {"required_when": 'decision = "no"'}},
    ]}))
    assert answers.check(form, {"decision": "yes"}, {}, evaluator.condition)[1] == {}
    assert set(answers.check(form, {"decision": "no"}, {}, evaluator.condition)[1]) == {"reason"}
    assert answers.check(form, {"decision": "no", "reason": "Thiếu căn cứ"}, {}, evaluator.condition)[1] == {}
    assert set(answers.check(form, {"decision": "maybe"}, {}, evaluator.condition)[1]) == {"decision"}
