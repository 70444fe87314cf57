"""What other languages write is refused, not read as null; what only looks like it is left alone."""

from __future__ import annotations

import pytest

from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.evaluator import check, condition, evaluate

VARIABLES = {"x": 5, "x1": 1, "decision": "approve"}


@pytest.mark.parametrize("text", [
    "x == 5", "x <> 5", "x =< 5", "x = 5 && x1 = 1", "x = 5 || x1 = 1", "!x", "1e3 > 5", "1e400", "5px", "0x10",
    "9007199254740993",
])
def test_a_slip_is_a_syntax_error_with_its_place(text: str) -> None:
    (problem,) = check(text)
    assert problem["code"] == "syntax"
    assert problem["position"] is not None
    with pytest.raises(FeelError):
        evaluate(text, VARIABLES)


@pytest.mark.parametrize(("text", "value"), [
    ('decision = "a == b && c"', False), ("x != 4", True), ("x >= 5", True), ("x1 = 1", True), ("x <= 5.0", True),
    ('decision = "1e3"', False), ("9007199254740991 > x", True), ('decision = "say \\"==\\""', False),
])
def test_what_only_looks_like_a_slip_is_read(text: str, value: bool) -> None:
    assert check(text) == []
    assert condition(text, VARIABLES) is value
