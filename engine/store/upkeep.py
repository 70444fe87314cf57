"""What a worker writes about its own work, each in a short transaction of its own: claims on timers, heartbeats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.store.database import read_connection
from engine.store.node_name import claim_name
from engine.store.tables import heartbeat, timer
from engine.store.upsert import insert


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`engine.worker.Upkeep`. Claims are leases: a worker that dies loses its claim when the lease ends."""

    engine: sa.Engine

    def claim_name(self, wanted: str) -> tuple[str, Callable[[], None]]:
        """A name that no living worker has, and how to give it back."""
        return claim_name(self.engine, wanted)

    def claim_timers(self, node: str, now: datetime, lease: timedelta, limit: int) -> tuple[str, ...]:
        """Ids of timers that are due and nobody else's, the longest due first."""
        with self.engine.begin() as connection:
            claimed = connection.execute(self._claim(node, now, now + lease, limit)).all()
        return tuple(row.id for row in sorted(claimed, key=lambda row: (row.due_at, row.id)))

    def release_timers(self, node: str) -> None:
        """Gives back what an earlier life of this node had claimed and not fired."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(timer).where(timer.c.claimed_by == node).values(claimed_by=None, claimed_until=None))

    def beat(self, node: str, now: datetime, started_at: datetime) -> None:
        """Says that this node lives."""
        seen = {"at": now, "started_at": started_at}
        with self.engine.begin() as connection:
            row = insert(connection.dialect.name, heartbeat).values(node=node, **seen)
            connection.execute(row.on_conflict_do_update(index_elements=["node"], set_=seen))

    def silent_since(self, instant: datetime) -> tuple[str, ...]:
        """Nodes whose last sign of life is older."""
        with read_connection(self.engine) as connection:
            return tuple(connection.scalars(sa.select(heartbeat.c.node).where(heartbeat.c.at < instant)))

    def bury(self, before: datetime) -> None:
        """Forgets nodes whose last sign of life is older."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(heartbeat).where(heartbeat.c.at < before))

    def _claim(self, node: str, now: datetime, until: datetime, limit: int) -> sa.Update:
        free = sa.or_(timer.c.claimed_until.is_(None), timer.c.claimed_until <= now)
        due = sa.select(timer.c.id).where(timer.c.due_at <= now, free).order_by(timer.c.due_at).limit(limit)
        # SQLite has one writer anyway; on PostgreSQL two workers take different rows instead of waiting.
        due = due.with_for_update(skip_locked=True)
        return (
            sa.update(timer).where(timer.c.id.in_(due.scalar_subquery()))
            .values(claimed_by=node, claimed_until=until, attempts=timer.c.attempts + 1)
            .returning(timer.c.id, timer.c.due_at)
        )
