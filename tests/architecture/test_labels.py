"""Every value of the domain that a person might see has a name in both languages."""

import importlib
from enum import Enum

import pytest
from babel.messages.pofile import read_po

from app.labels import label_key
from engine.dispatch import HANDLERS
from tests.architecture.source import ROOT, name_of, python_files

TRANSLATIONS = ROOT / "app" / "translations"


def enums() -> list[type[Enum]]:
    """The enums defined in the domain."""
    found = []
    for path in python_files("engine/domain"):
        name = name_of(path).removesuffix(".py").replace("/", ".")
        module = importlib.import_module(name.removesuffix(".__init__"))
        found += [each for each in vars(module).values()
                  if isinstance(each, type) and issubclass(each, Enum) and each.__module__ == module.__name__]
    return found


def translated(language: str) -> set[str]:
    """Every key with a text, in all catalogues of a language."""
    keys: set[str] = set()
    for path in (TRANSLATIONS / language / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            keys |= {message.id if isinstance(message.id, str) else message.id[0]
                     for message in read_po(file) if message.id and message.string}
    return keys


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_enum_has_a_label(language):
    missing = {label_key(member) for enum in enums() for member in enum} - translated(language)
    assert not missing, f"add to app/translations/{language}: {sorted(missing)}"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_command_has_a_name_for_the_audit_log(language):
    missing = {handler.audit for handler in HANDLERS.values()} - translated(language)
    assert not missing, f"add to app/translations/{language}: {sorted(missing)}"
