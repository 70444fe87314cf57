"""Every look at somebody's data leaves a line: who, when, whose dossier, what part of it. The data itself never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.actor import ActorKind

SAME_LOOK = timedelta(minutes=10)
"""Opening the same page again within this time is the same look."""

STORE, CONSENT = "/kho", "Chủ giấy tờ đồng ý tại quầy"
"""A look into somebody's electronic store, and by what leave."""


@dataclass(frozen=True, slots=True)
class PersonalRead:
    """One line of the log."""

    id: str
    at: datetime
    actor_id: str
    actor_kind: ActorKind
    dossier_id: str
    what: str
    reason: str


def look_key(actor_id: str, dossier_id: str, what: str, at: datetime) -> str:
    """The same for every look of one person at one thing within `SAME_LOOK`."""
    return f"read:{actor_id}:{dossier_id}:{what}:{int(at.timestamp() // SAME_LOOK.total_seconds())}"
