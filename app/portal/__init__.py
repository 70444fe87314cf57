"""Citizens and businesses: what procedures there are, how to apply, and where a dossier is."""

from __future__ import annotations

from app.portal import apply, documents, own, paying, petitions, rating, samples, store, supplement, tracking
from app.portal.views import blueprint

__all__ = [
    "apply", "blueprint", "documents", "own", "paying", "petitions", "rating", "samples", "store", "supplement",
    "tracking",
]
