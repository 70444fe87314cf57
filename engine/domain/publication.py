"""Drafts and published versions: how a package becomes an immutable row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.process import Version
from engine.domain.review import Package


@dataclass(frozen=True, slots=True)
class Draft:
    """A package as uploaded, with what the gate said about it."""

    id: str
    package: Package
    problems: tuple[Mapping[str, Any], ...]
    uploaded_at: datetime
    uploaded_by: str
    published_version_id: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version about to become law for new dossiers. `number` is given by the store."""

    id: str
    package: Package
    facts: Mapping[str, Any]
    sha256: str
    warnings: tuple[Mapping[str, Any], ...]
    decision_number: str
    effective_from: date | None
    published_at: datetime
    published_by: str


def content_hash(package: Package) -> str:
    """SHA-256 over everything that decides how a version behaves: diagram, forms, decisions, facts.

    Scenarios are left out: better rehearsals do not make another law.
    """
    content = {
        "diagram": package.diagram.decode("utf-8", "surrogateescape"),
        "forms": {k: v.decode("utf-8", "surrogateescape") for k, v in package.forms.items()},
        "decisions": {k: v.decode("utf-8", "surrogateescape") for k, v in package.decisions.items()},
        "facts": package.facts_yaml.decode("utf-8", "surrogateescape"),
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    return hashlib.sha256(canonical).hexdigest()


def as_version(published: PublishedVersion, number: int) -> Version:
    """The version as the workflow knows it."""
    package = published.package
    return Version(
        id=published.id, slug=package.slug, number=number, sha256=published.sha256, diagram=package.diagram,
        forms=package.forms, decisions=package.decisions, facts=published.facts,
    )
