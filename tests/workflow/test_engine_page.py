"""docs/engine.md promises tests and codes by name; each of them exists."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "engine.md").read_text("utf-8")
TESTS = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests" / "workflow").rglob("test_*.py"))
CODES = json.loads((ROOT / "engine" / "workflow" / "gate" / "problem_texts.json").read_text("utf-8"))


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named
    assert not [name for name in named if f"def {name}(" not in TESTS]


def test_every_code_of_the_gate_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", PAGE))
    assert named
    assert not named - set(CODES)


def test_every_pitfall_has_its_row() -> None:
    assert [int(row) for row in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)] == list(range(1, 30))
