"""What procedures, steps, milestones and detailed states are called, in both languages.

Diagrams are drawn in Vietnamese; the facts `name_en` and `detailStatus_en` say it in English. What has no English
name keeps the name on the diagram.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.domain.wording import Text
from engine.workflow.facts import node_facts
from engine.workflow.xml import parse_xml


def name_of(facts: Mapping[str, Any], slug: str) -> Text:
    """The name that procedure.yaml gives; the slug for a version without facts."""
    name = facts.get("name")
    return Text(name["vi"], name["en"]) if isinstance(name, Mapping) else Text(slug, slug)


def paper_of(facts: Mapping[str, Any], key: str, written: str) -> Text:
    """What procedure.yaml calls a paper to hand in; `written` for one it does not know."""
    found = (each["name"]["en"] for each in facts.get("components", ()) if each.get("key") == key)
    return Text(written, next(found, written))


def drawn(name: str, facts: Mapping[str, str]) -> Text:
    """The name of something on the diagram that states these facts."""
    return Text(name, facts.get("name_en") or name)


def detail_of(diagram: bytes, written: str) -> Text:
    """A detailed status that the diagram gave to a dossier."""
    return Text(written, _details(diagram).get(written, written))


@lru_cache(maxsize=64)
def _details(diagram: bytes) -> Mapping[str, str]:
    """The English of every detailed status; kept, because a published diagram never changes."""
    stated = node_facts(parse_xml(diagram)).values()
    return {facts["detailStatus"]: facts["detailStatus_en"] for facts in stated
            if "detailStatus" in facts and facts.get("detailStatus_en")}
