"""What the diagram viewer in the browser is given: the file and the marks on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

LABELS = {
    "diagram": "diagram.label", "tools": "diagram.tools", "zoom_in": "diagram.zoom_in", "zoom_out": "diagram.zoom_out",
    "fit": "diagram.fit", "active": "diagram.active", "done": "diagram.done", "incident": "diagram.incident",
    "error": "diagram.error", "warning": "diagram.warning", "failed": "diagram.failed",
}
"""The viewer's names of its own words, and their keys in the catalogues. `{count}` is filled in by the viewer."""


def picture(diagram: bytes, *, active: Mapping[str, int] | None = None, done: Iterable[str] = (),
            incidents: Iterable[str] = (), problems: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Marks by element id: tokens that wait with their number, nodes that were passed, nodes in trouble, findings."""
    waiting = dict(active or {})
    return {"xml": diagram_text(diagram), "active": sorted(waiting), "counts": waiting, "done": list(done),
            "incidents": list(incidents), "problems": [dict(each) for each in problems],
            "labels": {name: gettext(key) for name, key in LABELS.items()}}


def diagram_text(diagram: bytes) -> str:
    """The file as text; the gate has taken nothing but UTF-8 and UTF-16."""
    encoding = "utf-16" if diagram[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return diagram.decode(encoding, "replace")
