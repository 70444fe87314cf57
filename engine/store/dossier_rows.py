"""Dossiers, their clocks, papers and numbers as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from engine.domain import clock_ledger
from engine.domain.clock_ledger import ClockEvent, ClockState
from engine.domain.dossier import (
    Attachment,
    DeliveryStatus,
    Dossier,
    DossierComponent,
    FinancialStatus,
    NationalStatus,
    Party,
    SyncStatus,
)
from engine.domain.errors import InstanceBusy
from engine.domain.instance import WorkStatus
from engine.domain.procedure import Channel
from engine.store.dossier_tables import attachment, clock_event, component, dossier
from engine.store.tables import unit, work_item
from engine.store.version_rows import next_value

COLUMNS = (*(column.label(f"dossier_{column.name}") for column in dossier.c), unit.c.code.label("receiving_code"))
"""For queries that read a dossier along with something else; `meet` takes such a row."""

# Written once: building a statement costs as much as running it.
_BY_ID = sa.select(dossier).where(dossier.c.id == sa.bindparam("id"))
_LOCKED = _BY_ID.with_for_update()
_SAVE = sa.update(dossier).where(dossier.c.id == sa.bindparam("it"),
                                 dossier.c.lock_version == sa.bindparam("loaded_version"))


class SqlDossierRows:
    """Implements `ports.DossierRows`. Whoever changes a dossier holds the lock of one of its instances or its row."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._loaded: dict[str, Dossier | None] = {}

    def get(self, dossier_id: str) -> Dossier | None:
        """None where the business key is not a dossier's: the kernel also runs processes without one."""
        if dossier_id not in self._loaded:
            row = self._connection.execute(_BY_ID, {"id": dossier_id}).one_or_none()
            self._loaded[dossier_id] = as_dossier(row) if row else None
        return self._loaded[dossier_id]

    def lock(self, dossier_id: str) -> Dossier | None:
        """The dossier as it is now, and as it stays until this transaction ends unless this one changes it."""
        self._loaded.pop(dossier_id, None)
        row = self._connection.execute(_LOCKED, {"id": dossier_id}).one_or_none()
        self._loaded[dossier_id] = as_dossier(row) if row else None
        return self._loaded[dossier_id]

    def meet(self, row: Any) -> None:
        """Remembers the dossier of a row that has `COLUMNS`, so that it need not be read again."""
        values = {name.removeprefix("dossier_"): value for name, value in row._mapping.items()
                  if name.startswith("dossier_")}
        if values["id"]:
            self._loaded.setdefault(values["id"], as_dossier(SimpleNamespace(**values)))

    def add(self, it: Dossier, components: Sequence[DossierComponent]) -> None:
        """A new dossier with its papers, in the order of the procedure."""
        self._connection.execute(sa.insert(dossier).values(id=it.id, **_as_row(it), lock_version=it.lock_version))
        rows = [{"dossier_id": it.id, "position": n, "key": c.key, "name": c.name, "required": c.required,
                 "originals": c.originals, "copies": c.copies, "state": c.state.value}
                for n, c in enumerate(components)]
        if rows:
            self._connection.execute(sa.insert(component), rows)
        self._loaded[it.id] = it

    def save(self, it: Dossier) -> None:
        """Writes the dossier as it now is. Raises InstanceBusy when another pool of the same dossier wrote it first."""
        changed = self._connection.execute(_SAVE, {
            **_as_row(it), "it": it.id, "loaded_version": it.lock_version, "lock_version": it.lock_version + 1})
        if changed.rowcount != 1:
            raise InstanceBusy(what="dossier", id=it.id)
        self._loaded.pop(it.id, None)

    def clock(self, dossier_id: str) -> Sequence[ClockEvent]:
        """The ledger, in order."""
        rows = self._connection.execute(
            sa.select(clock_event).where(clock_event.c.dossier_id == dossier_id).order_by(clock_event.c.seq))
        return [clock_ledger.from_row(dict(row)) for row in rows.mappings()]

    def open_clocks(self, unit_id: str | None, after: str, most: int) -> list[tuple[Dossier, Sequence[ClockEvent]]]:
        """The next dossiers received at a unit (everywhere for None) whose clocks run or stand, with their ledgers."""
        return open_clocks(self._connection, unit_id, after, most)

    def shift_work(self, dossier_id: str, before: datetime, after: datetime) -> None:
        """Open steps that were due with the whole dossier are due with it again."""
        self._connection.execute(
            sa.update(work_item).where(work_item.c.business_key == dossier_id, work_item.c.due_at == before,
                                       work_item.c.status == WorkStatus.OPEN.value).values(due_at=after))

    def append_clock(self, event: ClockEvent) -> None:
        """The ledger only grows; its primary key refuses a second event with the same number."""
        self._connection.execute(sa.insert(clock_event).values(**clock_ledger.as_row(event)))

    def redate_work(self, dossier_id: str, due_at: datetime | None) -> None:
        """No open step may promise more time than the dossier has left."""
        if due_at is None:
            return
        self._connection.execute(
            sa.update(work_item)
            .where(work_item.c.business_key == dossier_id, work_item.c.status == WorkStatus.OPEN.value,
                   sa.or_(work_item.c.due_at.is_(None), work_item.c.due_at > due_at))
            .values(due_at=due_at))

    def add_attachment(self, it: Attachment) -> None:
        """The bytes were stored before; this row makes them part of the dossier."""
        self._connection.execute(sa.insert(attachment).values(**asdict(it)))

    def next_number(self, name: str) -> int:
        """The next number of a sequence, from 1, without holes: a rollback gives it back."""
        return next_value(self._connection, name)


def open_clocks(connection: sa.Connection, unit_id: str | None, after: str = "",
                most: int | None = None) -> list[tuple[Dossier, Sequence[ClockEvent]]]:
    """In two statements, however many they are; those whose ids follow `after`, in the order of their ids."""
    going = dossier.c.clock.in_([ClockState.RUNNING.value, ClockState.PAUSED.value]) & (dossier.c.id > after)
    wanted = going if unit_id is None else going & (dossier.c.received_by == unit_id)
    found = list(connection.execute(sa.select(dossier).where(wanted).order_by(dossier.c.id).limit(most)))
    ledgers: dict[str, list[ClockEvent]] = {row.id: [] for row in found}
    if found:
        wanted &= dossier.c.id <= found[-1].id
    for row in connection.execute(
            sa.select(clock_event).join(dossier, dossier.c.id == clock_event.c.dossier_id).where(wanted)
            .order_by(clock_event.c.dossier_id, clock_event.c.seq)).mappings():
        ledgers.setdefault(row["dossier_id"], []).append(clock_ledger.from_row(dict(row)))
    return [(as_dossier(row), ledgers[row.id]) for row in found]


def as_dossier(row: Any) -> Dossier:
    """A dossier from its row."""
    return Dossier(
        id=row.id, tracking_secret=row.tracking_secret, slug=row.slug, procedure_code=row.procedure_code,
        procedure_name=row.procedure_name, version_id=row.version_id, rule_pack=row.rule_pack, term=row.term,
        channel=Channel[row.channel.upper()], owner=Party(**row.owner), assisted_at=row.assisted_at,
        received_by=row.received_by, competent=row.competent, submitted_at=row.submitted_at,
        submitted_by=row.submitted_by, subject=row.subject, submitter=Party(**row.submitter) if row.submitter else None,
        code=row.code, national_status=NationalStatus(row.national_status), detail_status=row.detail_status,
        financial_status=FinancialStatus(row.financial_status), delivery_status=DeliveryStatus(row.delivery_status),
        sync_status=SyncStatus(row.sync_status), outcome=row.outcome, clock=ClockState(row.clock),
        clock_head=row.clock_head, due_at=row.due_at, original_due_at=row.original_due_at,
        accepted_at=row.accepted_at, finished_at=row.finished_at, returned_at=row.returned_at,
        reappointed_at=row.reappointed_at, watch_at=row.watch_at,
        held_status=NationalStatus(row.held_status) if row.held_status else None, lock_version=row.lock_version,
    )


def _as_row(it: Dossier) -> dict[str, Any]:
    return {
        "code": it.code, "tracking_secret": it.tracking_secret, "slug": it.slug, "procedure_code": it.procedure_code,
        "procedure_name": it.procedure_name, "version_id": it.version_id, "rule_pack": it.rule_pack, "term": it.term,
        "channel": it.channel.name.lower(), "owner": asdict(it.owner), "owner_name": it.owner.name,
        "submitter": asdict(it.submitter) if it.submitter else None, "assisted_at": it.assisted_at,
        "received_by": it.received_by, "competent": it.competent, "submitted_at": it.submitted_at,
        "submitted_by": it.submitted_by, "subject": it.subject, "national_status": int(it.national_status),
        "detail_status": it.detail_status, "financial_status": it.financial_status.value,
        "delivery_status": it.delivery_status.value, "sync_status": it.sync_status.value, "outcome": it.outcome,
        "clock": it.clock.value, "clock_head": it.clock_head, "due_at": it.due_at,
        "original_due_at": it.original_due_at,
        "accepted_at": it.accepted_at, "finished_at": it.finished_at, "returned_at": it.returned_at,
        "reappointed_at": it.reappointed_at, "watch_at": it.watch_at,
        "held_status": int(it.held_status) if it.held_status else None,
    }
