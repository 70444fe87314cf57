"""Staff: what waits for me, one task, and the dossier around it."""

from __future__ import annotations

from app.worklist import batch, corrections, dossiers, half_written, papers, permits, requests, task, term, told
from app.worklist.views import blueprint

__all__ = [
    "batch", "blueprint", "corrections", "dossiers", "half_written", "papers", "permits", "requests", "task", "term",
    "told",
]
