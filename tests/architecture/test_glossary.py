"""One word per idea: the glossary knows every class of the domain."""

import re

from tests.architecture.source import ROOT, classes, name_of, python_files, tree_of

GLOSSARY = ROOT / "docs" / "glossary.md"


def test_the_glossary_contains_every_class_of_the_domain():
    written = set(re.findall(r"`(\w+)`", GLOSSARY.read_text("utf-8")))
    missing = [f"{node.name} ({name_of(path)})" for path in python_files("engine/domain")
               for node in classes(tree_of(path)) if node.name not in written]
    assert not missing, "say in docs/glossary.md what these are: " + ", ".join(missing)


def test_the_glossary_explains_nothing_twice():
    entries = re.findall(r"^\| (?!identifier|---).*\| `(\w+)`", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    assert len(entries) == len(set(entries)), sorted({name for name in entries if entries.count(name) > 1})
