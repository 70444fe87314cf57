"""The domain is plain Python: no library, no clock, no input or output."""

import ast
import sys

import pytest

from tests.architecture.source import imported_modules, name_of, python_files, tree_of

DOMAIN = python_files("engine/domain")
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "monotonic"}
DOORS = {"open", "input", "print", "exec", "eval"}
CLOCK_OWNERS = {"datetime", "date", "time"}


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_it_imports_only_the_standard_library_and_itself(path):
    foreign = {module for module in imported_modules(tree_of(path))
               if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("engine.domain")}
    assert not foreign, f"{name_of(path)} imports {foreign}; hand in what it needs as an argument"


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_it_asks_nobody_for_the_time(path):
    asked = [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call) and _reads_a_clock(node)]
    assert not asked, f"{name_of(path)} reads a clock on lines {asked}; take the instant as an argument"


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_it_opens_nothing_and_prints_nothing(path):
    calls = [node.func.id for node in ast.walk(tree_of(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert not DOORS & set(calls), f"{name_of(path)} uses {DOORS & set(calls)}"


def _reads_a_clock(call: ast.Call) -> bool:
    """`datetime.now()` and its like; a method of one of our own values, such as `moment.now`, is no call of a clock."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in CLOCKS:
        return False
    owner = function.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in CLOCK_OWNERS
