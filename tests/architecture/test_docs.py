"""What an operator may type or set is written down, and what is written down exists."""

import re

import click
import pytest

from app.cli.commands import motcua
from app.config import VARIABLES
from tests.architecture.source import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def test_every_command_is_documented():
    missing = [name for name in motcua.commands if f"`motcua {name}`" not in OPERATIONS]
    assert not missing, f"say in docs/operations.md what these do: {missing}"


def test_every_subcommand_is_named_beside_its_group():
    for group in (each for each in motcua.commands.values() if isinstance(each, click.Group)):
        line = next(line for line in OPERATIONS.splitlines() if f"`motcua {group.name}`" in line)
        missing = [name for name in group.commands if f"`{name}`" not in line]
        assert not missing, f"motcua {group.name}: {missing}"


def test_every_setting_is_documented():
    missing = [name for name in VARIABLES if f"| `{name}` |" not in OPERATIONS]
    assert not missing, f"say in docs/operations.md what these do: {missing}"


def test_no_setting_is_documented_that_does_not_exist():
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))
    assert described == set(VARIABLES)


def test_no_command_is_documented_that_does_not_exist():
    assert set(re.findall(r"^\| `motcua ([a-z]+)` \|", OPERATIONS, re.MULTILINE)) == set(motcua.commands)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(document):
    broken = [target for target in LINK.findall(document.read_text("utf-8")) if not (document.parent / target).exists()]
    assert not broken, broken
