"""Whether the service is well: what `/healthz` and an operator's alarm need to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.store.schema import revision_on
from engine.store.tables import heartbeat, incident, timer

WORKER_SILENT_S = 60
TIMER_LATE_S = 120


@dataclass(frozen=True, slots=True)
class Health:
    """Ages in seconds. `worker_age_s` is None where no worker ever reported, `timer_late_s` where no timer is due."""

    database: str
    revision: str | None
    expected_revision: str | None
    worker_age_s: float | None
    timer_late_s: float | None
    open_incidents: int

    @property
    def ok(self) -> bool:
        """True when people can work and the clock is being watched."""
        alive = self.worker_age_s is not None and self.worker_age_s < WORKER_SILENT_S
        in_time = self.timer_late_s is None or self.timer_late_s < TIMER_LATE_S
        return self.revision == self.expected_revision and alive and in_time


def health(connection: sa.Connection, now: datetime, expected_revision: str | None) -> Health:
    """Reads it all in one snapshot."""
    beat = connection.scalar(sa.select(sa.func.max(heartbeat.c.at)))
    oldest = connection.scalar(sa.select(sa.func.min(timer.c.due_at)).where(timer.c.due_at <= now))
    return Health(
        database=connection.dialect.name, revision=revision_on(connection), expected_revision=expected_revision,
        worker_age_s=(now - beat).total_seconds() if beat else None,
        timer_late_s=(now - oldest).total_seconds() if oldest else None,
        open_incidents=connection.scalar(
            sa.select(sa.func.count()).select_from(incident).where(incident.c.resolved_at.is_(None))) or 0,
    )
