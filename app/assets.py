"""Where the bundles of `frontend/` are served: names without a hash, looked up in the manifest of the build."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

MANIFEST = Path(__file__).parent / "static" / "dist" / "manifest.json"


def init_app(app: Flask) -> None:
    """Hashed names never change their content, so that browsers may keep them for a year."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31536000
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of `app.css`, `app.js`, `viewer.js` ..."""
    return url_for("static", filename=f"dist/{_manifest().get(name, name)}")


@cache
def _manifest() -> dict[str, str]:
    return dict(json.loads(MANIFEST.read_text(encoding="utf-8")))
