"""Citizens and businesses: what procedures there are, and where a dossier is."""

from __future__ import annotations

from app.portal import tracking
from app.portal.views import blueprint

__all__ = ["blueprint", "tracking"]
