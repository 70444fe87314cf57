"""The books of the gateway against ours, day by day, and money that still waits for a person. Names nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from engine.domain.errors import NotFound
from engine.domain.payment import GatewayTransaction, MoneyOutcome
from engine.domain.reconciliation import BOOKED_WITHIN, SETTLED, Compared, Match, as_now_known, match_now
from engine.queries.paging import Page, page_of
from engine.store.dossier_tables import dossier
from engine.store.fee_rows import as_transaction
from engine.store.fee_tables import gateway_transaction, payment, reconciliation_item, reconciliation_run
from engine.store.tables import account

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison as it stands now. `open` differences wait for an explanation."""

    id: str
    day: date
    filename: str
    counts: Mapping[Match, int]
    run_at: datetime
    run_by: str
    open: int


@dataclass(frozen=True, slots=True)
class Item:
    """One finding of a comparison, and what somebody said about it; `unit_id` is None for money for nobody we know."""

    id: str
    compared: Compared
    dossier_code: str
    unit_id: str | None
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
    unit_id: str | None


def runs(conn: Connection, page: int, now: datetime) -> Page[Run]:
    """Every comparison, the newest first."""
    order = reconciliation_run.c.day.desc(), reconciliation_run.c.run_at.desc()
    found = page_of(conn, _runs().order_by(*order), page, lambda row: row)
    known = _counts(conn, [row.id for row in found.rows], now)
    return found.told(tuple(_run(row, known.get(row.id, {})) for row in found.rows))


def run(conn: Connection, run_id: str, page: int, now: datetime) -> tuple[Run, Page[Item]]:
    """One comparison with what differs, what waits for somebody first. Raises NotFound."""
    row = conn.execute(_runs().where(reconciliation_run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(what="reconciliation", id=run_id)
    asked = (
        select(reconciliation_item, account.c.name.label("by"), dossier.c.code, payment.c.unit_id,
               payment.c.amount.label("asked"), _outcome_at(now))
        .outerjoin(account, account.c.id == reconciliation_item.c.resolved_by)
        .outerjoin(payment, payment.c.reference == reconciliation_item.c.reference)
        .outerjoin(dossier, dossier.c.id == payment.c.dossier_id)
        .outerjoin(gateway_transaction, _SAME_MONEY)
        .where(reconciliation_item.c.run_id == run_id).order_by(_settled_at(now), reconciliation_item.c.transaction_id))
    return _run(row, _counts(conn, [run_id], now).get(run_id, {})), page_of(conn, asked, page, _item)


def unmatched(conn: Connection, now: datetime) -> tuple[Unmatched, ...]:
    """Money nobody has explained yet, the oldest first; of very much the first `MOST_SHOWN`."""
    rows = conn.execute(
        select(gateway_transaction, dossier.c.code, payment.c.unit_id)
        .outerjoin(payment, payment.c.id == gateway_transaction.c.payment_id)
        .outerjoin(dossier, dossier.c.id == payment.c.dossier_id)
        .where(or_(gateway_transaction.c.outcome.not_in(_KNOWN_SINCE), stuck(now)),
               gateway_transaction.c.resolved_at.is_(None))
        .order_by(gateway_transaction.c.paid_at, gateway_transaction.c.id).limit(MOST_SHOWN))
    return tuple(Unmatched(as_transaction(row), row.code or "", row.unit_id) for row in rows)


def stuck(now: datetime) -> ColumnElement[bool]:
    """Money that should have been booked long ago."""
    it = gateway_transaction.c
    return and_(it.outcome == MoneyOutcome.WAITING.value, it.told_at <= now - BOOKED_WITHIN)


_SAME_MONEY = gateway_transaction.c.transaction_id == reconciliation_item.c.transaction_id
_KNOWN_SINCE = (MoneyOutcome.WAITING.value, MoneyOutcome.APPLIED.value)


def _outcome_at(now: datetime) -> ColumnElement[str | None]:
    """None for money that is stuck: as long as nobody books it, only the gateway knows it."""
    return case((stuck(now), None), else_=gateway_transaction.c.outcome).label("outcome")


def _settled_at(now: datetime) -> ColumnElement[int]:
    """1 where nobody has to look any more; the same as `Item.open`, in the words of the database."""
    known = gateway_transaction.c.outcome.in_(_KNOWN_SINCE) & ~stuck(now)
    return case(
        (reconciliation_item.c.resolved_at.is_not(None), 1),
        (reconciliation_item.c.match.in_([each.value for each in SETTLED]), 1),
        ((reconciliation_item.c.match == Match.THEIRS_ONLY.value) & known, 1), else_=0)


def _runs() -> Select[Any]:
    return (select(reconciliation_run, account.c.name.label("by"))
            .outerjoin(account, account.c.id == reconciliation_run.c.run_by))


def _counts(conn: Connection, run_ids: Sequence[str], now: datetime) -> Mapping[str, Mapping[Match | None, int]]:
    """By run: its findings as they stand now, and under None how many of them wait for a person."""
    it, unresolved = reconciliation_item.c, reconciliation_item.c.resolved_at.is_(None)
    findings = (select(it.run_id, it.match, _outcome_at(now), unresolved.label("waits"))
                .outerjoin(gateway_transaction, _SAME_MONEY).where(it.run_id.in_(run_ids)).subquery())
    rows = conn.execute(select(*findings.c, func.count().label("number")).group_by(*findings.c))
    found: dict[str, Counter[Match | None]] = defaultdict(Counter)
    for row in rows:
        match = match_now(Match(row.match), _outcome(row))
        found[row.run_id][match] += row.number
        found[row.run_id][None] += row.number if row.waits and match not in SETTLED else 0
    return found


def _outcome(row: Any) -> MoneyOutcome | None:
    return MoneyOutcome(row.outcome) if row.outcome else None


def _run(row: Row[Any], found: Mapping[Match | None, int]) -> Run:
    """What matched is only counted; everything else is a finding."""
    told = {each: found.get(each, 0) for each in Match} | {Match.MATCHED: int(row.counts.get(Match.MATCHED.value, 0))}
    return Run(row.id, row.day, row.filename, {each: number for each, number in told.items() if number}, row.run_at,
               row.by or "", found.get(None, 0))


def _item(row: Row[Any]) -> Item:
    compared = Compared(row.transaction_id, row.reference, row.ours, row.theirs, Match(row.match))
    return Item(row.id, as_now_known(compared, _outcome(row), row.asked), row.code or "", row.unit_id, row.resolved_at,
                row.by or "", row.resolution)
