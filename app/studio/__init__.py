"""Analysts: procedures and their versions, upload of a diagram, its problems, publication."""

from __future__ import annotations

from app.studio.views import blueprint

__all__ = ["blueprint"]
