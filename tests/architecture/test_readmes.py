"""A folder states its law in ten lines, or nobody reads it."""

import pytest

from tests.architecture.source import ROOT


@pytest.mark.parametrize("folder", ["bpmn", "forms", "engine", "engine/domain", "app", "migrations", "tests"])
def test_the_readme_of_a_folder_has_at_most_ten_lines(folder):
    lines = (ROOT / folder / "README.md").read_text("utf-8").splitlines()
    assert 1 <= len(lines) <= 10, f"{folder}/README.md has {len(lines)} lines"


@pytest.mark.parametrize("folder", ["bpmn", "forms"])
def test_a_content_folder_holds_no_python(folder):
    assert not list((ROOT / folder).rglob("*.py"))
