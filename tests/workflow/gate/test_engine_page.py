"""docs/engine.md promises a test for every row; the promise is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.workflow.findings import texts

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "engine.md").read_text("utf-8")


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE))))
def test_a_test_that_the_page_names_exists(named: str) -> None:
    path, test = named.split("::")
    assert re.search(rf"^def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)


def test_every_code_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`\[?([A-Z]+(?:_[A-Z]+)+)\]?`", PAGE))
    assert named - set(texts()) == set()


def test_every_numbered_weakness_has_a_row_with_a_test() -> None:
    rows = {int(number): rest for number, rest in re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)}
    assert sorted(rows) == list(range(1, 30))
    assert all("`tests/" in rest or "`[" in rest for rest in rows.values())
