"""The quick path and feelin must never tell two different stories about one expression."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
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


def outcome(text: str, variables: dict[str, Any]) -> str:
    try:
        return json.dumps(feelin.call("evaluate", text, json.dumps(variables)))
    except FeelError as error:
        return error.code


def assert_agreement(text: str, variables: dict[str, Any]) -> bool:
    """Asserts that both agree; False when the quick path leaves this one to feelin."""
    closure = subset.compiled(text)
    if closure is None:
        return False
    try:
        quick = json.dumps(closure(variables))
    except OutsideSubsetError:
        return False
    assert quick == outcome(text, variables), (text, variables)
    return True


@settings(max_examples=400, deadline=None)
@given(expressions(), contexts)
def test_the_quick_path_agrees_with_feelin_or_leaves_the_expression_to_it(text: str, variables: dict[str, Any]) -> None:
    assert_agreement(text, variables)
