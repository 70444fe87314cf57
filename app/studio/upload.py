"""From uploaded files to a package.

A zip is a whole package. Loose files are changes: what is not among them comes from the version in force.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from app.studio.archive import unpack
from app.studio.refusal import UploadRefused
from engine.domain.review import Package
from engine.queries.studio import VersionContent

MAX_FILE = 5_000_000
"""The gate reads no larger diagram either."""

MAX_ARCHIVE = 20_000_000
MAX_FILES = 60
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
KEY = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
FACTS = ("procedure.yaml", "procedure.yml")
SCENARIOS = ("scenarios.yaml", "scenarios.yml")
DIAGRAM_NAMES = (".bpmn", ".bpmn20.xml", ".xml")
ZIP_MAGIC = b"PK"


@dataclass
class _Sorted:
    """The files by what they are for, while they are being sorted."""

    diagrams: dict[str, bytes] = field(default_factory=dict)
    forms: dict[str, bytes] = field(default_factory=dict)
    decisions: dict[str, bytes] = field(default_factory=dict)
    facts: bytes = b""
    scenarios: bytes = b""


def read_package(slug: str, files: Iterable[tuple[str, bytes]], current: VersionContent | None) -> Package:
    """The package that these files make, with what the current version adds to loose files.

    Raises `UploadRefused` for a bad slug, a file of unknown use, no diagram or several, and everything oversized.
    """
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise UploadRefused("bad_slug")
    given = [(name, data) for name, data in files if name]
    archives = [(name, data) for name, data in given if _is_zip(name, data)]
    if archives:
        return _whole(slug, given, archives)
    uploaded = _package(slug, given)
    return uploaded if current is None else _over(current, uploaded)


def _is_zip(name: str, data: bytes) -> bool:
    return name.lower().endswith(".zip") or data.startswith(ZIP_MAGIC)


def _whole(slug: str, given: list[tuple[str, bytes]], archives: list[tuple[str, bytes]]) -> Package:
    if len(given) > 1:
        raise UploadRefused("zip_and_more")
    name, data = archives[0]
    if len(data) > MAX_ARCHIVE:
        raise UploadRefused("file_too_large", file=name, most=MAX_ARCHIVE // 1_000_000)
    return _package(slug, unpack(name, data))


def _package(slug: str, files: list[tuple[str, bytes]]) -> Package:
    if len(files) > MAX_FILES:
        raise UploadRefused("too_many_files", file="", most=MAX_FILES)
    found = _Sorted()
    for name, data in files:
        _place(found, name, data)
    name, diagram = _one_diagram(found)
    return Package(slug, name, diagram, found.forms, found.decisions, found.facts, found.scenarios)


def _place(found: _Sorted, name: str, data: bytes) -> None:
    _refuse_size(name, data)
    lower, stem = name.lower(), PurePosixPath(name).stem
    if lower.endswith(DIAGRAM_NAMES):
        found.diagrams[name] = data
    elif lower.endswith(".json"):
        _keep(found.forms, stem, name, data)
    elif lower.endswith(".dmn"):
        _keep(found.decisions, stem, name, data)
    elif lower in FACTS:
        found.facts = _text(name, data)
    elif lower in SCENARIOS:
        found.scenarios = _text(name, data)
    else:
        raise UploadRefused("unknown_file", file=name)


def _keep(kept: dict[str, bytes], key: str, name: str, data: bytes) -> None:
    if not KEY.fullmatch(key):
        raise UploadRefused("bad_name", file=name)
    if key in kept:
        raise UploadRefused("same_name", file=name)
    kept[key] = _text(name, data)


def _refuse_size(name: str, data: bytes) -> None:
    if not data:
        raise UploadRefused("empty_file", file=name)
    if len(data) > MAX_FILE:
        raise UploadRefused("file_too_large", file=name, most=MAX_FILE // 1_000_000)


def _text(name: str, data: bytes) -> bytes:
    """The same bytes, known to be UTF-8 text: they are stored as text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused("not_utf8", file=name) from error
    if "\0" in text:
        raise UploadRefused("not_text", file=name)
    return text.encode()


def _one_diagram(found: _Sorted) -> tuple[str, bytes]:
    if not found.diagrams:
        raise UploadRefused("no_diagram")
    if len(found.diagrams) > 1:
        raise UploadRefused("several_diagrams", file=", ".join(sorted(found.diagrams)))
    return next(iter(found.diagrams.items()))


def _over(current: VersionContent, uploaded: Package) -> Package:
    """The current version with the uploaded files in the place of their namesakes."""
    return replace(
        uploaded,
        forms={key: text.encode() for key, text in current.forms.items()} | uploaded.forms,
        decisions={key: text.encode() for key, text in current.decisions.items()} | uploaded.decisions,
        facts_yaml=uploaded.facts_yaml or _yaml(current),
        scenarios_yaml=uploaded.scenarios_yaml or current.scenarios.encode(),
    )


def _yaml(current: VersionContent) -> bytes:
    """JSON is YAML; the reader of procedure.yaml sees the same mapping again."""
    return json.dumps(current.facts, ensure_ascii=False, indent=1).encode()
