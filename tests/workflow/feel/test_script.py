from __future__ import annotations

import pytest

from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.script import parse_script


def test_a_script_is_a_list_of_assignments_in_their_order() -> None:
    text = "# lệ phí\nphí = 2 * số_tờ\n\n// ghi chú\n  tổng= phí + 1  \n"
    assert parse_script(text) == [("phí", "2 * số_tờ"), ("tổng", "phí + 1")]


def test_an_empty_script_assigns_nothing() -> None:
    assert parse_script("\n  \n# nothing\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "import os", "a", "a =", "= 1", "a == 1", "a += 1", "a.b = 1", "a[0] = 1", "a, b = 1", "a = 1; b = 2",
        "a = 1 +", "for x in y: pass", "def f(): return 1", "a = lambda: 1", "__class__ = 1", "__x = 1", "typename = 1",
        "if = 1", "null = 1", "date = 1", "1a = 1", "so-tien = 1", "a = exec('x')()", "a = \"",
    ],
)
def test_anything_else_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(FeelError) as refused:
        parse_script(f"ok = 1\n\n{line}\n")
    assert refused.value.code == "syntax"
    assert refused.value.line == 3


def test_a_script_has_a_bounded_length() -> None:
    with pytest.raises(FeelError) as refused:
        parse_script("a = 1\n" * 500)
    assert refused.value.code == "too_complex"
