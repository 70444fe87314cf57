"""Every way to change the world is a command with a handler, a permission and a line in the audit log."""

import ast
import importlib
import re
from dataclasses import is_dataclass

import pytest

from engine.commands import accounts, citizens
from engine.dispatch import HANDLERS
from tests.architecture.source import ROOT, classes, name_of, python_files, tree_of

MACHINERY = {"__init__.py", "context.py", "advance.py", "filing.py", "handler.py", "happening.py"}
OPEN_TO_ALL = {accounts.SignIn, citizens.SendCode, citizens.ConfirmCode}
"""Whoever comes in has no role yet."""


def written_commands() -> dict[str, str]:
    """Names of the command classes, with their files. A class that is a field of another is a part of it."""
    found, parts = {}, set()
    for path in python_files("engine/commands"):
        if path.name not in MACHINERY:
            tree = tree_of(path)
            found.update({node.name: name_of(path) for node in classes(tree) if not _is_protocol(node)})
            parts |= _names_in_fields(tree)
    return {name: where for name, where in found.items() if name not in parts}


def _is_protocol(node: ast.ClassDef) -> bool:
    """What a function asks of its argument is no command."""
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def _names_in_fields(tree: ast.Module) -> set[str]:
    fields = [field.annotation for node in classes(tree) for field in node.body if isinstance(field, ast.AnnAssign)]
    return {name.id for field in fields for name in ast.walk(field) if isinstance(name, ast.Name)}


def test_every_command_has_a_handler():
    handled = {command.__name__ for command in HANDLERS}
    assert written_commands().keys() == handled, "add it to its module's HANDLERS, the module to MODULES in dispatch"


@pytest.mark.parametrize("command", HANDLERS, ids=lambda command: command.__name__)
def test_every_command_is_a_frozen_value_that_says_what_it_does(command):
    assert is_dataclass(command) and command.__dataclass_params__.frozen and command.__doc__


@pytest.mark.parametrize("command", HANDLERS, ids=lambda command: command.__name__)
def test_every_command_asks_for_permission(command):
    authorise = HANDLERS[command].authorise
    assert callable(authorise)
    assert (authorise is accounts.anybody) == (command in OPEN_TO_ALL)


@pytest.mark.parametrize("command", HANDLERS, ids=lambda command: command.__name__)
def test_every_command_is_named_in_the_audit_log_after_itself(command):
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
    assert HANDLERS[command].audit == f"audit.{snake}"


@pytest.mark.parametrize("command", HANDLERS, ids=lambda command: command.__name__)
def test_every_command_says_what_it_acts_on(command):
    module = importlib.import_module(command.__module__)
    fields = set(command.__dataclass_fields__)
    assert HANDLERS[command].subject in fields or "package" in fields, (module.__name__, fields)


def test_no_command_hides_outside_the_folder_of_commands():
    for command in HANDLERS:
        assert command.__module__.startswith("engine.commands."), command
    assert (ROOT / "engine" / "commands").is_dir()
