"""Drafts with their files, what an online submission says beyond the dossier, and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.application import DeliveryWay, DraftApplication, DraftFile, DraftStep, OnlineFiling
from engine.domain.rating import Rating
from engine.store.citizen_tables import draft_application, draft_file, online_filing, rating


class SqlApplicationRows:
    """Implements `ports.ApplicationRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_draft(self, it: DraftApplication) -> None:
        """An application that was just begun."""
        self._connection.execute(sa.insert(draft_application).values(**_as_row(it)))

    def draft(self, draft_id: str) -> DraftApplication | None:
        """Locked, so that two presses of one button take turns."""
        row = self._connection.execute(
            sa.select(draft_application).where(draft_application.c.id == draft_id).with_for_update()).one_or_none()
        return as_draft(row) if row else None

    def save_draft(self, it: DraftApplication) -> None:
        """The draft as it now is."""
        self._connection.execute(
            sa.update(draft_application).where(draft_application.c.id == it.id).values(**_as_row(it)))

    def drafts_of(self, account_id: str) -> int:
        """How many unsent drafts a citizen has."""
        return int(self._connection.scalar(sa.select(sa.func.count()).select_from(draft_application).where(
            draft_application.c.account_id == account_id, draft_application.c.dossier_id.is_(None))) or 0)

    def drop_drafts(self, *conditions: Any) -> None:
        """Drafts with their files. The bytes stay: the same file may belong to a dossier."""
        doomed = sa.select(draft_application.c.id).where(*conditions)
        self._connection.execute(sa.delete(draft_file).where(draft_file.c.draft_id.in_(doomed)))
        self._connection.execute(sa.delete(draft_application).where(*conditions))

    def drop_draft(self, draft_id: str) -> None:
        """One draft."""
        self.drop_drafts(draft_application.c.id == draft_id)

    def drop_drafts_of(self, account_id: str) -> None:
        """Every draft of one citizen."""
        self.drop_drafts(draft_application.c.account_id == account_id)

    def drop_expired(self, now: datetime) -> None:
        """Drafts that nobody has touched for as long as they are kept."""
        self.drop_drafts(draft_application.c.expires_at <= now)

    def add_file(self, it: DraftFile) -> None:
        """A file of a draft; the bytes were stored before."""
        self._connection.execute(sa.insert(draft_file).values(**asdict(it)))

    def drop_file(self, draft_id: str, file_id: str) -> None:
        """Nothing happens when it is gone already."""
        self._connection.execute(
            sa.delete(draft_file).where(draft_file.c.draft_id == draft_id, draft_file.c.id == file_id))

    def weight_of(self, account_id: str) -> int:
        """Bytes of all files that wait in a citizen's unsent drafts."""
        return int(self._connection.scalar(
            sa.select(sa.func.sum(draft_file.c.size)).select_from(draft_file.join(draft_application)).where(
                draft_application.c.account_id == account_id, draft_application.c.dossier_id.is_(None))) or 0)

    def files_of(self, draft_id: str) -> Sequence[DraftFile]:
        """In the order in which they came."""
        rows = self._connection.execute(
            sa.select(draft_file).where(draft_file.c.draft_id == draft_id)
            .order_by(draft_file.c.added_at, draft_file.c.id))
        return [DraftFile(**row._mapping) for row in rows]

    def add_filing(self, it: OnlineFiling) -> None:
        """What a citizen said when he sent his application."""
        self._connection.execute(sa.insert(online_filing).values(
            **{**asdict(it), "delivery_way": it.delivery_way.value}))

    def filing(self, dossier_id: str) -> OnlineFiling | None:
        """None for a dossier that was not sent online."""
        row = self._connection.execute(
            sa.select(online_filing).where(online_filing.c.dossier_id == dossier_id)).one_or_none()
        return as_filing(row) if row else None

    def rated(self, dossier_id: str) -> bool:
        """True when the dossier has its rating."""
        return self._connection.execute(
            sa.select(rating.c.dossier_id).where(rating.c.dossier_id == dossier_id)).first() is not None

    def add_rating(self, it: Rating) -> None:
        """The primary key refuses a second one."""
        self._connection.execute(sa.insert(rating).values(
            **{**asdict(it), "level": it.level.value, "reasons": [each.value for each in it.reasons]}))


def as_draft(row: Any) -> DraftApplication:
    """A draft from its row."""
    return DraftApplication(**{**row._mapping, "step": DraftStep(row.step)})


def as_filing(row: Any) -> OnlineFiling:
    """An online filing from its row."""
    return OnlineFiling(row.dossier_id, row.reference, DeliveryWay(row.delivery_way), row.delivery_address,
                        row.keep_papers)


def _as_row(it: DraftApplication) -> dict[str, Any]:
    return {**asdict(it), "step": it.step.value, "typed": dict(it.typed)}
