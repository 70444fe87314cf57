"""Both languages are complete, nothing is left over, and no page holds words of its own."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, nodes

import app
import engine.domain
from app.labels import label_key
from app.language import LANGUAGES, TRANSLATIONS, catalogues
from engine.dispatch import HANDLERS
from engine.queries.worklist import Sort, View

ROOT = Path(app.__file__).parent
SLICES = ("accounts", "portal", "counter", "fees", "worklist", "registers", "organisation", "studio", "monitor", "cli")
KEY = re.compile(r"^[a-z_]+(\.[A-Za-z0-9_]+)+$")
BUILT = (
    "label.", "audit.", "notice.", "error.", "language.", "form.problem.", "party.", "time.", "upload.",
    "counter.column_", "counter.decision_", "counter.box_", "counter.told_",
    "portal.next_", "portal.event_", "portal.column_",
    "fees.column_", "fees.receipt_of_", "fees.payment_", "fees.play_", "fees.file_",
    "accounts.channel_", "worklist.column_", "worklist.tab_", "worklist.wish_", "cli.", "studio.", "monitor.",
    "organisation.column_", "organisation.page_", "organisation.kind_", "organisation.level_", "worklist.permit_needs_",
    "registers.column_", "registers.type_", "registers.outcome_", "registers.told_", "registers.problem_",
)
"""Keys that are put together at run time begin with one of these."""

HINT = 'compile with: pybabel compile -d app/translations -D "<catalogue>"'


def read(language: str, name: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        return read_po(file, locale=language)


def entries(language: str, name: str) -> dict[str, tuple[str, ...]]:
    """Key to its texts; a plural has two keys."""
    found = {}
    for message in read(language, name):
        keys = [message.id] if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        found.update(dict.fromkeys(filter(None, keys), strings))
    return found


def texts(file: BinaryIO) -> dict[str, str]:
    """A compiled catalogue without its header, which holds the time of compilation."""
    return {key: text for key, text in vars(Translations(file))["_catalog"].items() if key}


def domain_enums() -> Iterator[type[Enum]]:
    for module in pkgutil.iter_modules(engine.domain.__path__):
        for value in vars(importlib.import_module(f"engine.domain.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Enum) and value.__module__.endswith(module.name):
                yield value


def asked_in_python() -> set[str]:
    """Every literal that looks like a key; many are handed on before a text is asked for."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
                found.add(node.value)
    return found


def asked_in_templates() -> set[str]:
    found = set()
    for _, tree in templates():
        for node in tree.find_all(nodes.Const):
            if isinstance(node.value, str) and KEY.match(node.value):
                found.add(node.value)
    return found


def templates() -> Iterator[tuple[Path, nodes.Template]]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted(ROOT.rglob("templates/**/*.html")):
        yield path, environment.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", catalogues())
def test_both_languages_have_the_same_keys_and_say_something(name: str) -> None:
    vietnamese, english = (entries(language, name) for language in LANGUAGES)
    assert vietnamese.keys() == english.keys()
    empty = [key for texts in (vietnamese, english) for key, strings in texts.items() if not all(strings)]
    assert not empty


@pytest.mark.parametrize("name", catalogues())
def test_both_languages_use_the_same_facts(name: str) -> None:
    vietnamese, english = (entries(language, name) for language in LANGUAGES)
    fact = re.compile(r"%\((\w+)\)")
    differ = [key for key in vietnamese
              if set(fact.findall(" ".join(vietnamese[key]))) != set(fact.findall(" ".join(english[key])))]
    assert not differ


@pytest.mark.parametrize("name", catalogues())
def test_a_key_stands_in_the_catalogue_of_its_slice(name: str) -> None:
    elsewhere = [key for key in entries("vi", name)
                 if (key.split(".")[0] if key.split(".")[0] in SLICES else "messages") != name]
    assert not elsewhere


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", catalogues())
def test_what_is_compiled_is_what_is_written(language: str, name: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, read(language, name))
    compiled.seek(0)
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{name}.mo").open("rb") as file:
        assert texts(file) == texts(compiled), HINT


def test_every_key_that_is_asked_for_has_a_text_and_no_text_is_left_over() -> None:
    known = {key for name in catalogues() for key in entries("vi", name)}
    prefixes = tuple(sorted({key.split(".")[0] for key in known}))
    asked = {key for key in asked_in_python() | asked_in_templates() if key.split(".")[0] in prefixes}
    endpoints = {f"{path.parent.name}.{node.name}" for path in ROOT.glob("*/*.py")
                 for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}
    missing = {key for key in asked - known - endpoints if not key.startswith(BUILT)}
    assert not missing
    assert not {key for key in known - asked if not key.startswith(BUILT)}


def test_every_enum_of_the_domain_has_a_name_for_people() -> None:
    known = entries("vi", "messages").keys()
    wanted = {label_key(member) for each in (*domain_enums(), View, Sort) for member in each}
    assert wanted <= known
    assert {key for key in known if key.startswith("label.")} <= wanted


def test_every_command_has_a_line_for_the_audit_log() -> None:
    known = {key for key in entries("vi", "messages") if key.startswith("audit.")}
    assert known == {handler.audit for handler in HANDLERS.values()}


def test_no_template_holds_words_of_its_own() -> None:
    letters = re.compile(r"[^\W\d_]{2,}")
    found = {path.name: letters.findall(_without_markup(path)) for path, _ in templates()}
    assert not {name: words for name, words in found.items() if words}


def _without_markup(path: Path) -> str:
    """The text nodes of a template's source: everything that is neither Jinja nor a tag."""
    source = re.sub(r"{% block (body_class|width) %}.*?{% endblock %}", "", path.read_text(encoding="utf-8"))
    data = "".join(value for _, kind, value in Environment().lex(source) if kind == "data")
    return re.sub(r"<[^>]*>|&\w+;", " ", data)
