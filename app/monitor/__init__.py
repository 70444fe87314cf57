"""Admins: how everything stands, where each instance is, and what went wrong."""

from __future__ import annotations

from app.monitor import notices, reads
from app.monitor.views import blueprint

__all__ = ["blueprint", "notices", "reads"]
