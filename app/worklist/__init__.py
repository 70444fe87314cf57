"""Staff: what waits for me, one task, and the dossier around it."""

from __future__ import annotations

from app.worklist import dossiers, half_written, task
from app.worklist.views import blueprint

__all__ = ["blueprint", "dossiers", "half_written", "task"]
