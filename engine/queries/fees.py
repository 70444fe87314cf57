"""What is owed, what was paid and against which receipts; nothing here changes anything.

Officers see the money of the units they hold a role at; an applicant sees that of his own dossiers through the portal,
which asks for the dossier first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from engine.domain import procedure, tariff
from engine.domain.actor import Actor, Role
from engine.domain.dossier import Dossier
from engine.domain.errors import NotFound
from engine.domain.fee import FeeLine, FeeState
from engine.domain.payment import FeeReceipt, Payment, PaymentMethod, PaymentOrder, PaymentState
from engine.domain.tariff import Evaluator, Exemption, Quote, Tariff
from engine.domain.wording import Channel
from engine.queries.counter import offered_procedure
from engine.queries.paging import Page, page_of
from engine.store.dossier_rows import as_dossier
from engine.store.dossier_tables import dossier
from engine.store.fee_rows import SqlFeeRows, as_line, as_payment, as_receipt
from engine.store.fee_tables import fee_line, fee_receipt, payment, payment_line
from engine.store.tables import account, unit, version

COLLECTORS = (Role.CASHIER, Role.RECEPTION_OFFICER, Role.CENTRE_HEAD)
"""Whose units' money is shown in the list of what is to be collected."""


@dataclass(frozen=True, slots=True)
class Owing:
    """A dossier that owes money, or to whose payer some is to be given back (`excess`). In đồng."""

    dossier: Dossier
    amount: int
    excess: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about the money of one dossier."""

    dossier: Dossier
    receiving_name: str
    lines: tuple[FeeLine, ...]
    receipts: tuple[FeeReceipt, ...]
    charges: tuple[Tariff, ...]

    def exemptions(self, line: FeeLine) -> tuple[Exemption, ...]:
        """Who need not pay a line; nobody is exempt from an obligation."""
        return next((each.exemptions for each in self.charges if each.key == line.key), ())

    def receipt(self, line_id: str) -> FeeReceipt | None:
        """The receipt of a line that was paid."""
        return next((each for each in self.receipts if each.line_id == line_id), None)


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """A receipt with everything that is printed on it."""

    receipt: FeeReceipt
    line: FeeLine
    dossier: Dossier
    method: PaymentMethod
    unit_name: str
    unit_code: str
    unit_address: str
    collector: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as whoever pays sees it; names nobody."""

    payment: Payment
    dossier_code: str
    version_id: str
    procedure_name: str
    unit_name: str
    lines: tuple[FeeLine, ...]


def lines_of(conn: Connection, dossier_id: str) -> tuple[FeeLine, ...]:
    """What the dossier owes and owed, oldest first."""
    return tuple(SqlFeeRows(conn).lines(dossier_id))


def account_of(conn: Connection, actor: Actor, dossier_id: str) -> Account:
    """The money of a dossier that one of the actor's units received. Raises NotFound."""
    row = conn.execute(
        select(dossier, unit.c.name.label("receiving_name"), version.c.facts)
        .join(unit, unit.c.id == dossier.c.received_by).join(version, version.c.id == dossier.c.version_id)
        .where(dossier.c.id == dossier_id)).one_or_none()
    if row is None or not _sees_money(actor, row.received_by):
        raise NotFound(what="dossier", id=dossier_id)
    receipts = conn.execute(select(fee_receipt).where(fee_receipt.c.dossier_id == dossier_id)
                            .order_by(fee_receipt.c.issued_at, fee_receipt.c.series, fee_receipt.c.number))
    return Account(as_dossier(row), row.receiving_name, lines_of(conn, dossier_id),
                   tuple(as_receipt(each) for each in receipts), procedure.from_mapping(row.facts).charges)


def owing(conn: Connection, actor: Actor, wanted: str, page: int) -> Page[Owing]:
    """Dossiers whose money is open at the actor's units, the longest first; `wanted` is part of a code or a name."""
    owed = (select(fee_line.c.dossier_id, _sum(FeeState.DUE).label("amount"), _sum(FeeState.EXCESS).label("excess"),
                   func.min(fee_line.c.created_at).label("since"))
            .where(fee_line.c.state.in_([FeeState.DUE.value, FeeState.EXCESS.value]))
            .group_by(fee_line.c.dossier_id).subquery())
    asked = (select(dossier, owed.c.amount, owed.c.excess, owed.c.since)
             .join(owed, owed.c.dossier_id == dossier.c.id)
             .where(dossier.c.received_by.in_(_units(actor))))
    if wanted:
        asked = asked.where(or_(dossier.c.code.contains(wanted, autoescape=True),
                                dossier.c.owner_name.icontains(wanted, autoescape=True)))
    return page_of(conn, asked.order_by(owed.c.since, dossier.c.id), page, lambda row: Owing(
        as_dossier(row), int(row.amount), int(row.excess), row.since))


def taken(conn: Connection, actor: Actor, since: datetime, until: datetime) -> Mapping[PaymentMethod, int]:
    """What the actor's units took in a time, by method; what was given back is not in it."""
    rows = conn.execute(
        select(payment.c.method, func.sum(fee_receipt.c.amount).label("amount"))
        .join(payment, payment.c.id == fee_receipt.c.payment_id)
        .where(fee_receipt.c.unit_id.in_(_units(actor)), fee_receipt.c.issued_at >= since,
               fee_receipt.c.issued_at < until, fee_receipt.c.revoked_at.is_(None))
        .group_by(payment.c.method))
    return {PaymentMethod(row.method): int(row.amount) for row in rows}


def receipt_paper(conn: Connection, actor: Actor, receipt_id: str) -> ReceiptPaper:
    """A receipt of one of the actor's units, or of a dossier that the actor filed. Raises NotFound."""
    row = conn.execute(
        select(fee_receipt, payment.c.method, unit.c.name.label("unit_name"), unit.c.code.label("unit_code"),
               unit.c.address.label("unit_address"), account.c.name.label("collector"))
        .join(payment, payment.c.id == fee_receipt.c.payment_id).join(unit, unit.c.id == fee_receipt.c.unit_id)
        .outerjoin(account, account.c.id == fee_receipt.c.issued_by)
        .where(fee_receipt.c.id == receipt_id)).one_or_none()
    filed = conn.execute(select(dossier).where(dossier.c.id == row.dossier_id)).one() if row else None
    if row is None or filed is None or not (_sees_money(actor, row.unit_id) or filed.submitted_by == actor.id):
        raise NotFound(what="receipt", id=receipt_id)
    line = conn.execute(select(fee_line).where(fee_line.c.id == row.line_id)).one()
    return ReceiptPaper(as_receipt(row), as_line(line), as_dossier(filed), PaymentMethod(row.method), row.unit_name,
                        row.unit_code, row.unit_address, row.collector or "")


def receipts_of(conn: Connection, dossier_id: str) -> tuple[FeeReceipt, ...]:
    """Every receipt of a dossier, revoked ones too."""
    rows = conn.execute(select(fee_receipt).where(fee_receipt.c.dossier_id == dossier_id)
                        .order_by(fee_receipt.c.issued_at, fee_receipt.c.series, fee_receipt.c.number))
    return tuple(as_receipt(row) for row in rows)


def payment_view(conn: Connection, payment_id: str) -> PaymentView:
    """One payment, for whoever holds its address: it cannot be guessed, and says nothing of people. Raises NotFound."""
    row = conn.execute(
        select(payment, dossier.c.code.label("dossier_code"), dossier.c.version_id, dossier.c.procedure_name,
               unit.c.name.label("unit_name"))
        .join(dossier, dossier.c.id == payment.c.dossier_id).join(unit, unit.c.id == payment.c.unit_id)
        .where(payment.c.id == payment_id)).one_or_none()
    if row is None:
        raise NotFound(what="payment", id=payment_id)
    found = conn.execute(
        select(fee_line).join(payment_line, payment_line.c.line_id == fee_line.c.id)
        .where(payment_line.c.payment_id == payment_id).order_by(fee_line.c.position, fee_line.c.id))
    lines = tuple(as_line(each) for each in found)
    return PaymentView(as_payment(row, [line.id for line in lines]), row.dossier_code or "", row.version_id,
                       row.procedure_name, row.unit_name, lines)


def payment_by_reference(conn: Connection, reference: str) -> str | None:
    """The id of the payment that the gateway knows by this reference."""
    return conn.scalar(select(payment.c.id).where(payment.c.reference == reference))


def order_of(conn: Connection, payment_id: str, return_url: str, at: datetime) -> PaymentOrder:
    """What the gateway is asked to collect. Raises NotFound once the payment is no longer open."""
    row = conn.execute(
        select(dossier, unit.c.code.label("unit_code")).join(payment, payment.c.dossier_id == dossier.c.id)
        .join(unit, unit.c.id == payment.c.unit_id)
        .where(payment.c.id == payment_id, payment.c.state == PaymentState.PENDING.value)).one_or_none()
    if row is None:
        raise NotFound(what="payment", id=payment_id)
    seen, it = payment_view(conn, payment_id), as_dossier(row)
    return PaymentOrder(
        reference=seen.payment.reference, amount=seen.payment.amount, purpose=f"{it.code or ''} {it.procedure_name}",
        payer=(it.submitter or it.owner).name, dossier_code=it.code or "", procedure_code=it.procedure_code,
        unit_code=row.unit_code, lines=tuple((line.key, line.name, line.amount) for line in seen.lines),
        return_url=return_url, at=at)


def quote_for(conn: Connection, slug: str, channel: Channel, answers: Mapping[str, Any], on: date,
              evaluator: Callable[[str], Evaluator]) -> Quote:
    """What these answers would cost on that day. Raises NotFound (procedure), FeeUndetermined.

    `evaluator` gives the formulas of a version by its id: `Engine.evaluator`.
    """
    found = offered_procedure(conn, slug, on)
    return tariff.quote(found.facts.charges, channel, answers, on, evaluator(found.version_id))


def _sum(state: FeeState) -> ColumnElement[int]:
    return func.sum(case((fee_line.c.state == state.value, fee_line.c.amount), else_=0))


def _units(actor: Actor) -> list[str]:
    return sorted({m.unit_id for m in actor.memberships if m.role in COLLECTORS})


def _sees_money(actor: Actor, unit_id: str) -> bool:
    return any(actor.has(role, unit_id) for role in COLLECTORS) or actor.has(Role.AUDITOR)
