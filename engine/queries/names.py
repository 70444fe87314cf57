"""What procedures, their papers and what stands on their diagrams are called, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.commands.result_issue import REFUSAL
from engine.domain.wording import Text


def name_of(facts: Mapping[str, Any], slug: str) -> Text:
    """The name that procedure.yaml gives; the slug for a version without facts."""
    name = facts.get("name")
    return Text(name["vi"], name["en"]) if isinstance(name, Mapping) else Text(slug, slug)


def paper_of(facts: Mapping[str, Any], key: str, written: str) -> Text:
    """What procedure.yaml calls a paper to hand in; `written` for one it does not know."""
    return _listed(facts.get("components", ()), key, written)


def result_of(facts: Mapping[str, Any], key: str, written: str) -> Text:
    """What procedure.yaml calls a result; the refusal has a name also where no procedure words its own."""
    return REFUSAL.name if key == REFUSAL.key else _listed(facts.get("results", ()), key, written)


def drawn(name: str, facts: Mapping[str, str]) -> Text:
    """Diagrams are drawn in Vietnamese; the fact `name_en` says it in English, and without it the name stands."""
    return Text(name, facts.get("name_en") or name)


def _listed(things: Iterable[Mapping[str, Any]], key: str, written: str) -> Text:
    found = (each["name"]["en"] for each in things if each.get("key") == key)
    return Text(written, next(found, written))
