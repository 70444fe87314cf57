"""The counter: choose a procedure, take in a dossier, decide at once, hand over the paper."""

from __future__ import annotations

from app.counter import papers
from app.counter.views import blueprint

__all__ = ["blueprint", "papers"]
