"""What a procedure is called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.procedure import Text


def name_of(facts: Mapping[str, Any], slug: str) -> Text:
    """The name that procedure.yaml gives; the slug for a version without facts."""
    name = facts.get("name")
    return Text(name["vi"], name["en"]) if isinstance(name, Mapping) else Text(slug, slug)
