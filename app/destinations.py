"""Where to go after an action: addresses of this service only, and a first page that fits the role."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for

from app.security import may_enter

LANDINGS = ("worklist.tasks", "monitor.overview", "studio.procedures", "worklist.dossiers", "portal.own_dossiers")


def safe_path(wanted: str | None) -> str | None:
    """The address when it stays on this service, otherwise nothing: a link from outside must not redirect away."""
    if not wanted or not wanted.isprintable() or "\\" in wanted:
        return None
    try:
        parts = urlsplit(wanted)
    except ValueError:  # such as the brackets of an address that is none
        return None
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if ours else None


def landing() -> str:
    """The first page of whoever has just signed in."""
    return url_for(next((each for each in LANDINGS if may_enter(each)), "portal.home"))
