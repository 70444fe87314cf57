"""Books of the office: papers and results of a dossier, the follow-up book, numbers, seals, and public verification."""

from __future__ import annotations

from app.registers import book, numbers, seals, verification
from app.registers.views import blueprint

__all__ = ["blueprint", "book", "numbers", "seals", "verification"]
