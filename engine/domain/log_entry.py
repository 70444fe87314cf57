"""One line of the log: who did what to which object, and what the answer was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Audit row and idempotency record in one. `data` is the command without files and secrets."""

    key: str
    kind: str
    actor_id: str
    at: datetime
    subject: str
    data: Mapping[str, Any]
    result: Mapping[str, Any]
