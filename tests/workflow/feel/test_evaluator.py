from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.workflow.feel.evaluator import FeelError, check, condition, evaluate, names, unary_test

DOSSIER = {"hồ_sơ": {"loại": "cấp mới", "số_tờ": 12}, "số_ngày": 4, "trống": None, "tên": "Nguyễn Văn Ánh"}
SATURDAY_EVENING = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
"""In Việt Nam it is Sunday, one o'clock in the morning."""


def refusal(expression: str, variables: dict[str, Any], ask: Any = evaluate) -> str:
    with pytest.raises(FeelError) as refused:
        ask(expression, variables)
    return refused.value.code


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('= hồ_sơ.loại = "cấp mới" and số_ngày <= 5', True),
        ("số_ngày in [1..3]", False),
        ("(số_ngày in [1..5]) and true", True),
        ("if số_ngày > 3 then \"dài\" else \"ngắn\"", "dài"),
        ("(0.1 + 0.2) * 10", 3.0000000000000004),
        ("6 / 3", 2),
        ("1 / 0", None),
        ("trống > 3 or true", True),
        ("trống > 3 and true", None),
        ("trống.tên", None),
        ('upper case(tên)', "NGUYỄN VĂN ÁNH"),
        ("count([1, 2, 3])", 3),
        ("some x in [1, 2] satisfies x > 1", True),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
        ('date("2026-02-27") + duration("P1D")', "2026-02-28"),
        ('date and time("2026-11-21T08:00:00")', "2026-11-21T08:00:00+07:00"),
        ('duration("PT90M")', "PT1H30M"),
        ('day of week(date("2026-11-21"))', "Saturday"),
    ],
)
def test_expressions_give_what_the_analysts_tools_give(expression: str, expected: Any) -> None:
    assert evaluate(expression, DOSSIER) == expected


@pytest.mark.parametrize("expression", ["thiếu > 3", "true or thiếu", "hồ_sơ.thiếu", "thiếu(3)", "sum(thiếu)"])
def test_a_name_that_does_not_exist_is_an_error_and_never_null(expression: str) -> None:
    assert refusal(expression, DOSSIER) == "unknown_name"


@pytest.mark.parametrize("expression", ["trống", "số_ngày", '"true"', "trống > 3", "số_ngày in [1..5] and số_ngày > 3"])
def test_a_condition_is_true_or_false_or_an_error(expression: str) -> None:
    assert refusal(expression, DOSSIER, condition) == "not_boolean"
    assert condition("số_ngày = 4", DOSSIER) is True
    assert condition("số_ngày = 5", DOSSIER) is False


def test_adding_a_text_to_a_number_is_an_error() -> None:
    assert refusal("số_ngày + tên", DOSSIER) == "type"


def test_a_range_or_a_function_is_not_a_value() -> None:
    assert refusal("[1..5]", {}) == "type"
    assert refusal("function(a) a + 1", {}) == "type"


def test_a_number_without_end_is_an_error() -> None:
    assert refusal("9 ** 999", {}) == "type"


@pytest.mark.parametrize("value", [Decimal("1.5"), SATURDAY_EVENING, float("nan"), {1, 2}])
def test_variables_must_be_json_data(value: Any) -> None:
    assert refusal("a = 1", {"a": value}) == "type"


def test_any_mapping_serves_as_variables() -> None:
    assert evaluate("a + count([a])", OrderedDict(a=1)) == 2


def test_now_and_today_read_the_clock_that_is_handed_in() -> None:
    assert evaluate("now()", {}, SATURDAY_EVENING) == "2026-11-22T01:00:00+07:00"
    assert evaluate("today()", {}, SATURDAY_EVENING) == "2026-11-22"
    assert evaluate("date(now())", {}, SATURDAY_EVENING) == "2026-11-22"
    assert evaluate('today() = date("2026-11-22")', {}, SATURDAY_EVENING) is True


def test_without_a_clock_the_time_is_refused() -> None:
    assert refusal("now()", {}) == "unknown_name"
    assert refusal("today()", {}) == "unknown_name"


def test_a_zone_the_service_does_not_keep_gives_no_wrong_time() -> None:
    assert evaluate('date and time("2026-01-01T08:00:00@Europe/Paris")', {}) is None


def test_keys_with_spaces_and_signs_are_names_as_feelin_reads_them() -> None:
    assert evaluate("số - 1", {"số - 1": 7, "số": 3}) == 7
    assert evaluate("ngày nộp", {"ngày nộp": 2}) == 2
    assert evaluate("số - 1", {"số": 3}) == 2


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True), ("", 3, True), ("3", 3, True), ("3", "3", False), ("< 5, > 8", 6, False),
        ("< 5, > 8", 9, True), ("[1..5)", 5, False), ('"a", "b"', "b", True), ('not("a", "b")', "b", False),
        ("true", True, True), ("false", False, True), ("false", None, False), ("null", None, True),
        ("> giới_hạn", 6, True), ("? > 5 and ? < 7", 6, True), ('matches(?, "^a+$")', "aa", True),
    ],
)
def test_a_cell_accepts_or_refuses_a_value(cell: str, value: Any, expected: bool) -> None:
    assert unary_test(cell, value, {"giới_hạn": 5}) is expected


def test_names_are_those_an_expression_reads_from_outside() -> None:
    assert names("= a.b > c and count(d) > 1") == {"a", "c", "d"}
    assert names("for x in ds return x + e") == {"ds", "e"}
    assert names("some x in xs, y in x.ys satisfies y > z") == {"xs", "z"}
    assert names("{a: 1, b: a + c}") == {"c"}
    assert names("function(u) u + w") == {"w"}
    assert names("items[price > limit].price") == {"items"}
    assert names("> lim, [a..b]", unary=True) == {"lim", "a", "b"}


def test_names_of_what_cannot_be_read_are_a_syntax_error() -> None:
    with pytest.raises(FeelError) as refused:
        names("a + ")
    assert refused.value.code == "syntax"


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("a in [5..10] and b", "greedy_in"),
        ("a in [1, 2] or b", "greedy_in"),
        ("a in > 5 and b", "greedy_in"),
        ('a > date("2026-01-01")', "date_against_text"),
        ('hồ_sơ.ngày = @"2026-01-01"', "date_against_text"),
        ("a instance of number", "instance_of"),
        ("a b +", "syntax"),
        ("", "syntax"),
        ("a" * 5000, "too_complex"),
    ],
)
def test_traps_are_found_without_running_the_expression(expression: str, code: str) -> None:
    assert [problem["code"] for problem in check(expression)] == [code]


@pytest.mark.parametrize(
    "expression",
    ["(a in [5..10]) and b", "b and a in [5..10]", "a in (1, 2) and b", "a between 1 and 5 and b",
     'date(a) > date("2026-01-01")', "if a in [1..3] then 1 else 2"],
)
def test_what_is_written_well_has_no_problems(expression: str) -> None:
    assert check(expression) == []


def test_a_problem_says_where_it_is() -> None:
    assert check("true and (a in [1..2] and b)")[0]["position"] == (10, 27)


def test_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: evaluate("sum([n, 1])", {"n": n}), range(200)))
    assert answers == list(range(1, 201))
