"""Every endpoint says who may enter, where its decorators stand, and has an address that can be read aloud."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import name_of, python_files, tree_of

ROUTES = {"get", "post", "put", "patch", "delete", "route"}
DOORS = {"public", "signed_in", "for_citizens", "requires"}
SEGMENT = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?|<(?:\w+(?:\([^)]*\))?:)?\w+>)", re.ASCII)


def views() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the app that a route leads to."""
    for path in python_files("app"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and any(map(_is_route, node.decorator_list)):
                yield path, node


def test_every_endpoint_declares_who_may_enter():
    silent = [f"{name_of(path)}:{view.lineno} {view.name}" for path, view in views()
              if sum(_name(each) in DOORS for each in view.decorator_list) != 1]
    assert not silent, f"give each exactly one of {sorted(DOORS)}: {silent}"


def test_the_door_stands_nearest_to_the_view():
    """Another decorator between the two would answer before the guard's mark is read."""
    wrong = [f"{name_of(path)}:{view.lineno} {view.name}" for path, view in views()
             if _name(view.decorator_list[-1]) not in DOORS]
    assert not wrong, wrong


def test_addresses_are_lower_case_words_joined_by_hyphens():
    wrong = [f"{name_of(path)}: {address}" for path, view in views() for address in _addresses(view)
             if not all(SEGMENT.fullmatch(part) for part in address.strip("/").split("/") if part)]
    assert not wrong, wrong


def test_no_address_is_taken_twice_for_the_same_method():
    taken = [(_name(each), address) for _, view in views() for each in view.decorator_list if _is_route(each)
             for address in [_address(each)]]
    assert len(taken) == len(set(taken)), sorted({each for each in taken if taken.count(each) > 1})


def _is_route(decorator: ast.expr) -> bool:
    return (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr in ROUTES and getattr(decorator.func.value, "id", "") == "blueprint")


def _name(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _addresses(view: ast.FunctionDef) -> list[str]:
    return [_address(each) for each in view.decorator_list if _is_route(each)]


def _address(route: ast.expr) -> str:
    assert isinstance(route, ast.Call) and isinstance(route.args[0], ast.Constant)
    return str(route.args[0].value)
