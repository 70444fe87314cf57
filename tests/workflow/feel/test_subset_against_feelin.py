"""The quick path and feelin must never tell two different stories about one expression."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.workflow.feel import feelin, subset
from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.logic import OutsideSubsetError

NAMES = ["a", "b", "số_ngày", "hồ_sơ", "xa"]
LITERALS = ["0", "1", "2", "2.5", "10", "0.1", "007", '"a"', '"b"', '"B"', '""', '"ngọc"', "true", "false", "null"]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from([2**53 - 1, 2**53, 1e300, 0.1, -0.0]),
    st.sampled_from(["a", "b", "B", "", "10", "ngọc", "2026-01-01", "\U0001f600", "\uffee"]),
)
contexts = st.fixed_dictionaries(
    {"a": st.integers(-3, 3), "b": scalars},
    optional={
        "số_ngày": st.floats(-3, 3),
        "hồ_sơ": st.one_of(st.none(), st.dictionaries(st.sampled_from(["x", "y"]), scalars)),
        "xa": st.lists(scalars, max_size=3),
    },
)

atoms = st.one_of(
    st.sampled_from(LITERALS),
    st.sampled_from(NAMES),
    st.sampled_from(["hồ_sơ.x", "hồ_sơ.y", "xa.x", "b.x"]),
    st.sampled_from(["a", "b", "1", "2.5", '"b"', "true"]),
)


SIGNS = ("+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=")
SHAPES = [
    *(f"{{}}{space}{sign}{space}{{}}" for sign in SIGNS for space in ("", " ", "\t")),
    "{} and {}", "{} or {}", "({})", "not({})", "-{}", "if {} then {} else {}", "{} between {} and {}",
    "{} in [{}..{}]", "{} in [{}..{})", "{} in []", "{} in [{}, {}]", "{} in ({}, {})", "{} in ({})",
    *(f"{{}} in {name}" for name in NAMES),
]


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(atoms)
    shape = draw(st.sampled_from(SHAPES))
    return shape.format(*(draw(expressions(depth - 1)) for _ in range(shape.count("{}"))))


@st.composite
def cells(draw: st.DrawFn) -> str:
    shapes = ["{}", "{}", "< {}", ">= {}", "[{}..{}]", "[{}..{})", "-{}", "{} + {}", "({})"]
    tests = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=3))
    text = ", ".join(shape.format(*(draw(atoms) for _ in range(shape.count("{}")))) for shape in tests)
    return f"not({text})" if draw(st.booleans()) else text


def of_feelin(operation: str, text: str, variables: dict[str, Any]) -> str:
    try:
        return json.dumps(feelin.call(operation, text, json.dumps(variables)))
    except FeelError as error:
        return error.code


def of_the_quick_path(text: str, variables: dict[str, Any]) -> str | None:
    """The answer, or None when the expression or the values are left to feelin."""
    expression = subset.expression(text)
    try:
        return json.dumps(expression.evaluate(variables)) if expression else None
    except OutsideSubsetError:
        return None


@settings(max_examples=300, deadline=None)
@given(expressions(), contexts)
def test_the_quick_path_agrees_with_feelin_or_leaves_the_expression_to_it(text: str, variables: dict[str, Any]) -> None:
    quick = of_the_quick_path(text, variables)
    assert quick is None or quick == of_feelin("evaluate", text, variables)


@pytest.mark.parametrize("listed", [None, 1, "a", True, [], [1], [1, None], [[1]], {"x": 1}])
@pytest.mark.parametrize("text", ["1 in b", "1 in (b)", "null in (b)", "1 in (b, b)", "1 in [b]", "b != b"])
def test_membership_of_odd_values_is_as_feelin_says(text: str, listed: Any) -> None:
    quick = of_the_quick_path(text, {"b": listed})
    assert quick is None or quick == of_feelin("evaluate", text, {"b": listed})


@settings(max_examples=300, deadline=None)
@given(cells(), scalars, contexts)
def test_the_quick_cell_agrees_with_feelin_or_is_left_to_it(text: str, value: Any, variables: dict[str, Any]) -> None:
    cell = subset.cell(text)
    assume(cell is not None)
    try:
        quick = cell.accepts(value, variables)
    except OutsideSubsetError:
        return
    assert json.dumps(quick) == of_feelin("unary", text, {**variables, "?": value})


@settings(max_examples=300, deadline=None)
@given(expressions())
def test_both_read_the_same_names_and_what_the_quick_path_takes_has_no_traps(text: str) -> None:
    expression = subset.expression(text)
    assume(expression is not None)
    assert feelin.call("review", text) == {"names": sorted(expression.names), "problems": []}


@pytest.mark.parametrize(
    "text",
    [
        'a = 1 and b != "x"', "not(a > 1) or b", "(a in [1..5]) and true", 'a in ("x", "y")', "a between 1 and 2",
        "if a > 1 then -a else a * 2 / 3", "hồ_sơ.x.y + 1", "xa.x = null",
    ],
)
def test_what_diagrams_usually_say_takes_the_quick_path(text: str) -> None:
    assert subset.expression(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a in [1..5] and b", "count(a)", "a ** 2", "a[1]", "{a: 1}", "date(a)", "a // b", "a\nand b", "a = b = c",
        "1e5", '"a\\n"', "some x in a satisfies x", "a in (not(b))", "1" * 20, "a b", "", "(" * 50 + "a" + ")" * 50,
    ],
)
def test_what_is_not_certain_is_left_to_feelin(text: str) -> None:
    assert subset.expression(text) is None
