"""Whether the books balance: what lines say was paid, what receipts were given for, what payments brought in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from engine.domain import fee
from engine.domain.fee import FeeLine, FeeState
from engine.domain.payment import PaymentState
from engine.queries.reconciliation import stuck
from engine.queries.verification import Discrepancy
from engine.store.dossier_tables import dossier
from engine.store.fee_rows import as_line
from engine.store.fee_tables import fee_line, fee_receipt, gateway_transaction, payment, refund


def fee_problems(conn: Connection, now: datetime) -> list[Discrepancy]:
    """Every dossier whose sums differ or whose financial status is not what its lines say, every hole in receipts.

    And money that could not be booked.
    Per dossier: lines paid = receipts that are worth something = payments that succeeded less what was given back.
    """
    lines = defaultdict[str, list[FeeLine]](list)
    for row in conn.execute(select(fee_line)):
        lines[row.dossier_id].append(as_line(row))
    return [*_unbalanced(conn, lines), *_untold(conn, lines), *_holes(conn), *_stuck(conn, now)]


def _unbalanced(conn: Connection, lines: Mapping[str, list[FeeLine]]) -> list[Discrepancy]:
    receipts = _sums(conn, fee_receipt, fee_receipt.c.revoked_at.is_(None))
    payments = _sums(conn, payment, payment.c.state == PaymentState.SUCCEEDED.value)
    refunds = _sums(conn, refund)
    found = []
    for its_id in sorted({*lines, *receipts, *payments}):
        paid = sum(line.amount for line in lines.get(its_id, ()) if line.state is FeeState.PAID)
        if not paid == receipts.get(its_id, 0) == payments.get(its_id, 0) - refunds.get(its_id, 0):
            found.append(Discrepancy(its_id, "fees_unbalanced", "Tổng đã thu, biên lai và thanh toán lệch nhau",
                                     "Lines paid, receipts and payments do not add up to the same"))
    return found


def _untold(conn: Connection, lines: Mapping[str, list[FeeLine]]) -> list[Discrepancy]:
    rows = conn.execute(select(dossier.c.id, dossier.c.financial_status))
    return [Discrepancy(row.id, "fees_status", "Tình trạng tài chính không khớp với các khoản phải nộp",
                        "The financial status is not what the lines say")
            for row in rows if fee.financial_status(lines.get(row.id, ())).value != row.financial_status]


def _holes(conn: Connection) -> list[Discrepancy]:
    series = fee_receipt.c.unit_id, fee_receipt.c.series, fee_receipt.c.year
    rows = conn.execute(select(*series, func.count().label("given"), func.max(fee_receipt.c.number).label("last"))
                        .group_by(*series))
    return [Discrepancy(f"{row.unit_id}:{row.series}:{row.year}", "receipts_hole", "Dãy số biên lai bị khuyết",
                        "Numbers are missing among the receipts")
            for row in rows if row.given != row.last]


def _stuck(conn: Connection, now: datetime) -> list[Discrepancy]:
    rows = conn.scalars(select(gateway_transaction.c.transaction_id).where(
        stuck(now), gateway_transaction.c.resolved_at.is_(None)).order_by(gateway_transaction.c.transaction_id))
    return [Discrepancy(each, "money_unbooked", "Tiền cổng thanh toán báo đã thu mà chưa ghi sổ được",
                        "Money that the gateway told of could not be booked") for each in rows]


def _sums(conn: Connection, table: Table, *where: ColumnElement[bool]) -> Mapping[str, int]:
    columns = table.c
    rows = conn.execute(select(columns.dossier_id, func.sum(columns.amount).label("amount"))
                        .where(*where).group_by(columns.dossier_id))
    return {row.dossier_id: int(row.amount) for row in rows}
