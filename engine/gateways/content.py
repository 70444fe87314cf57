"""Procedures as folders: `bpmn/<slug>/` with its diagram, facts and scenarios, `forms/<slug>/` with its forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.domain.errors import NotFound
from engine.domain.review import Package
from engine.forms import plain_yaml

ROOT = Path(__file__).resolve().parents[2]
"""Beside the packages, in a checkout and in a wheel alike."""


def slugs(root: Path = ROOT) -> tuple[str, ...]:
    """Every procedure that has a diagram."""
    return tuple(sorted(path.parent.name for path in (root / "bpmn").glob("*/process.bpmn")))


def load_package(slug: str, root: Path = ROOT) -> Package:
    """The procedure's files, unread. Raises NotFound for a slug without a diagram."""
    folder = root / "bpmn" / slug
    if slug not in slugs(root):
        raise NotFound(what="procedure", slug=slug)
    return Package(
        slug=slug, diagram_name=f"bpmn/{slug}/process.bpmn", diagram=(folder / "process.bpmn").read_bytes(),
        forms={path.stem: path.read_bytes() for path in sorted((root / "forms" / slug).glob("*.json"))},
        decisions={path.stem: path.read_bytes() for path in sorted(folder.glob("*.dmn"))},
        facts_yaml=_optional(folder / "procedure.yaml"), scenarios_yaml=_optional(folder / "scenarios.yaml"),
    )


def notice_texts(root: Path = ROOT) -> Mapping[str, bytes]:
    """The texts of notices by event, unread."""
    return {path.stem: path.read_bytes() for path in sorted((root / "forms" / "notices").glob("*.yaml"))}


def read_facts(package: Package) -> Mapping[str, Any]:
    """What `procedure.yaml` says, as plain values; nothing for a bare diagram."""
    facts: Mapping[str, Any] = plain_yaml.read(package.facts_yaml) or {}
    return facts


def _optional(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
