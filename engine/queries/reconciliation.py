"""The books of the gateway against ours, day by day, and money that still waits for a person. Names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.domain.errors import NotFound
from engine.domain.payment import GatewayTransaction, MoneyOutcome
from engine.domain.reconciliation import SETTLED, Compared, Match
from engine.queries.paging import Page, page_of
from engine.store.dossier_tables import dossier
from engine.store.fee_rows import as_transaction
from engine.store.fee_tables import gateway_transaction, payment, reconciliation_item, reconciliation_run
from engine.store.tables import account


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison. `open` differences wait for an explanation."""

    id: str
    day: date
    filename: str
    counts: Mapping[Match, int]
    run_at: datetime
    run_by: str
    open: int


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a comparison, and what somebody said about it."""

    id: str
    compared: Compared
    dossier_code: str
    resolved_at: datetime | None
    resolved_by: str
    resolution: str

    @property
    def open(self) -> bool:
        """True while somebody has to look."""
        return self.compared.match not in SETTLED and self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Money that the gateway took and that pays for nothing."""

    transaction: GatewayTransaction
    dossier_code: str


def runs(conn: Connection, page: int) -> Page[Run]:
    """Every comparison, the newest first."""
    waiting = (select(reconciliation_item.c.run_id, func.count().label("open"))
               .where(reconciliation_item.c.match.not_in([each.value for each in SETTLED]),
                      reconciliation_item.c.resolved_at.is_(None))
               .group_by(reconciliation_item.c.run_id).subquery())
    asked = (select(reconciliation_run, account.c.name.label("by"), func.coalesce(waiting.c.open, 0).label("open"))
             .outerjoin(account, account.c.id == reconciliation_run.c.run_by)
             .outerjoin(waiting, waiting.c.run_id == reconciliation_run.c.id))
    order = reconciliation_run.c.day.desc(), reconciliation_run.c.run_at.desc()
    rows, total = page_of(conn, asked.order_by(*order), page)
    return Page(tuple(_run(row) for row in rows), total, page)


def run(conn: Connection, run_id: str) -> tuple[Run, tuple[Item, ...]]:
    """One comparison with all its lines, those that differ first. Raises NotFound."""
    row = conn.execute(
        select(reconciliation_run, account.c.name.label("by"))
        .outerjoin(account, account.c.id == reconciliation_run.c.run_by)
        .where(reconciliation_run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(what="reconciliation", id=run_id)
    found = conn.execute(
        select(reconciliation_item, account.c.name.label("by"), dossier.c.code)
        .outerjoin(account, account.c.id == reconciliation_item.c.resolved_by)
        .outerjoin(payment, payment.c.reference == reconciliation_item.c.reference)
        .outerjoin(dossier, dossier.c.id == payment.c.dossier_id)
        .where(reconciliation_item.c.run_id == run_id).order_by(reconciliation_item.c.transaction_id))
    items = sorted((_item(each) for each in found), key=lambda each: not each.open)
    return _run(row, sum(each.open for each in items)), tuple(items)


def unmatched(conn: Connection) -> tuple[Unmatched, ...]:
    """Money nobody has explained yet, the oldest first."""
    rows = conn.execute(
        select(gateway_transaction, dossier.c.code)
        .outerjoin(payment, payment.c.id == gateway_transaction.c.payment_id)
        .outerjoin(dossier, dossier.c.id == payment.c.dossier_id)
        .where(gateway_transaction.c.outcome != MoneyOutcome.APPLIED.value,
               gateway_transaction.c.resolved_at.is_(None))
        .order_by(gateway_transaction.c.paid_at, gateway_transaction.c.id))
    return tuple(Unmatched(as_transaction(row), row.code or "") for row in rows)


def _run(row: Row[Any], waiting: int | None = None) -> Run:
    counts = {Match(name): int(number) for name, number in row.counts.items()}
    return Run(row.id, row.day, row.filename, counts, row.run_at, row.by or "",
               int(row.open) if waiting is None else waiting)


def _item(row: Row[Any]) -> Item:
    compared = Compared(row.transaction_id, row.reference, row.ours, row.theirs, Match(row.match))
    return Item(row.id, compared, row.code or "", row.resolved_at, row.by or "", row.resolution)
