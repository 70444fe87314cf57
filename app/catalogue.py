"""The list of procedures as pages show it: searched without diacritics, grouped by field."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from app.filters import folded
from app.language import in_language
from engine.domain.procedure import Text
from engine.queries.counter import Offered

LONGEST_SEARCH = 200


def matching(procedures: Iterable[Offered], wanted: str) -> list[Offered]:
    """Those whose name, field, code or keywords hold every word that was typed, with or without diacritics."""
    words = folded(wanted[:LONGEST_SEARCH]).split()
    return [each for each in procedures if all(word in _searched(each) for word in words)]


def by_field(procedures: Iterable[Offered]) -> list[tuple[Text, list[Offered]]]:
    """Groups in alphabetical order of the field's name in the reader's language."""
    ordered = sorted(procedures, key=lambda each: (in_language(each.facts.field), in_language(each.facts.name)))
    return [(field, list(group)) for field, group in groupby(ordered, key=lambda each: each.facts.field)]


def _searched(each: Offered) -> str:
    facts = each.facts
    names = (facts.name.vi, facts.name.en, facts.field.vi, facts.field.en, facts.code)
    return folded(" ".join((*names, *facts.keywords)))
