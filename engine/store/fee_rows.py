"""Fee lines, payments and receipts as rows. Whoever changes one of a dossier holds the lock of the dossier's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.dossier import ComponentState
from engine.domain.errors import NotFound
from engine.domain.fee import FeeLine, FeeState
from engine.domain.payment import (
    FeeReceipt,
    GatewayTransaction,
    MoneyOutcome,
    Payment,
    PaymentMethod,
    PaymentState,
)
from engine.domain.reconciliation import Booked, Compared
from engine.domain.tariff import CollectionPoint, FeeKind
from engine.domain.wording import Text
from engine.store.dossier_tables import component, dossier
from engine.store.fee_tables import (
    fee_line,
    fee_receipt,
    gateway_transaction,
    payment,
    payment_line,
    reconciliation_item,
    reconciliation_run,
    refund,
)
from engine.store.ids import new_id
from engine.store.tables import instance, variable
from engine.store.upsert import insert
from engine.store.version_rows import next_value

CHUNK = 500
"""How many names one question holds."""

_LINES = (sa.select(fee_line).where(fee_line.c.dossier_id == sa.bindparam("dossier"))
          .order_by(fee_line.c.position, fee_line.c.id))
_LOCK = sa.select(dossier.c.id).where(dossier.c.id == sa.bindparam("dossier")).with_for_update()


class SqlFeeRows:
    """Implements `ports.FeeRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def lock(self, dossier_id: str) -> None:
        """Nobody else changes the money of this dossier until the transaction ends. Raises NotFound."""
        if self._connection.execute(_LOCK, {"dossier": dossier_id}).first() is None:
            raise NotFound(what="dossier")

    def lines(self, dossier_id: str) -> Sequence[FeeLine]:
        """Everything the dossier owes or owed, oldest first."""
        return [as_line(row) for row in self._connection.execute(_LINES, {"dossier": dossier_id})]

    def add_lines(self, lines: Sequence[FeeLine]) -> None:
        """New lines. Their acts keep them from being made twice."""
        if lines:
            self._connection.execute(sa.insert(fee_line), [_line_row(each) for each in lines])

    def save_line(self, it: FeeLine) -> None:
        """What became of a line."""
        self._connection.execute(sa.update(fee_line).where(fee_line.c.id == it.id).values(
            state=it.state.value, exemption=it.exemption, evidence=it.evidence, reason=it.reason,
            settled_at=it.settled_at, settled_by=it.settled_by))

    def component_state(self, dossier_id: str, key: str) -> ComponentState | None:
        """What became of one paper of the dossier; None when the procedure does not know it."""
        state = self._connection.scalar(sa.select(component.c.state).where(
            component.c.dossier_id == dossier_id, component.c.key == key))
        return ComponentState(state) if state else None

    def answers(self, dossier_id: str) -> Mapping[str, Any]:
        """What the dossier's own instances know, the word of a later one replacing an earlier one's."""
        rows = self._connection.execute(
            sa.select(variable.c.key, variable.c.value).join(instance, instance.c.id == variable.c.instance_id)
            .join(dossier, sa.and_(dossier.c.id == instance.c.business_key,
                                   dossier.c.version_id == instance.c.version_id))
            .where(dossier.c.id == dossier_id).order_by(variable.c.at))
        return {row.key: row.value for row in rows}

    # ---------------------------------------------------------------- payments
    def add_payment(self, it: Payment, amounts: Mapping[str, int]) -> None:
        """A payment and how much of it is for which line."""
        row = {name: value for name, value in asdict(it).items() if name != "line_ids"}
        self._connection.execute(sa.insert(payment).values(
            **{**row, "method": it.method.value, "state": it.state.value}))
        self._connection.execute(sa.insert(payment_line), [
            {"payment_id": it.id, "line_id": line_id, "amount": amounts[line_id]} for line_id in it.line_ids])

    def end_payment(self, payment_id: str, state: PaymentState, at: datetime) -> None:
        """How a payment came out."""
        self._connection.execute(
            sa.update(payment).where(payment.c.id == payment_id).values(state=state.value, ended_at=at))

    def expire_pending(self, dossier_id: str, at: datetime) -> None:
        """Payments of the dossier that were begun and not finished give way."""
        self._connection.execute(
            sa.update(payment)
            .where(payment.c.dossier_id == dossier_id, payment.c.state == PaymentState.PENDING.value)
            .values(state=PaymentState.EXPIRED.value, ended_at=at))

    def payment_by_reference(self, reference: str) -> Payment | None:
        """None for a reference that we never gave."""
        return self._payment(payment.c.reference == reference)

    def payment_of_line(self, line_id: str) -> Payment:
        """The payment that settled a line. Raises NotFound."""
        wanted = sa.select(payment_line.c.payment_id).where(payment_line.c.line_id == line_id)
        found = self._payment(payment.c.id.in_(wanted), payment.c.state == PaymentState.SUCCEEDED.value)
        if found is None:
            raise NotFound(what="payment")
        return found

    def _payment(self, *where: sa.ColumnElement[bool]) -> Payment | None:
        row = self._connection.execute(sa.select(payment).where(*where)).one_or_none()
        if row is None:
            return None
        return as_payment(row, self._connection.scalars(
            sa.select(payment_line.c.line_id).where(payment_line.c.payment_id == row.id)
            .order_by(payment_line.c.line_id)).all())

    def add_refund(self, it: Payment, line: FeeLine, reason: str, by: str, at: datetime) -> None:
        """Money of one line given back; its receipt is worth nothing any more."""
        self._connection.execute(sa.insert(refund).values(
            id=new_id(), payment_id=it.id, line_id=line.id, dossier_id=it.dossier_id, amount=line.amount,
            reason=reason, refunded_at=at, refunded_by=by))
        self._connection.execute(
            sa.update(fee_receipt).where(fee_receipt.c.line_id == line.id).values(revoked_at=at))

    # ---------------------------------------------------------------- receipts
    def next_receipt(self, unit_id: str, series: str, year: int) -> int:
        """The next number, without holes: a rollback gives it back."""
        return next_value(self._connection, f"receipt:{unit_id}:{series}:{year}")

    def add_receipt(self, it: FeeReceipt) -> None:
        """A receipt as it was handed over."""
        self._connection.execute(sa.insert(fee_receipt).values(**asdict(it)))

    def receipt_labels(self, dossier_id: str) -> Sequence[str]:
        """The numbers of the receipts that are worth something, as they are printed."""
        rows = self._connection.execute(
            sa.select(fee_receipt).where(fee_receipt.c.dossier_id == dossier_id, fee_receipt.c.revoked_at.is_(None))
            .order_by(fee_receipt.c.issued_at, fee_receipt.c.series, fee_receipt.c.number))
        return [as_receipt(row).label for row in rows]

    # ---------------------------------------------------------------- the gateway
    def known_transactions(self, numbers: Sequence[str]) -> frozenset[str]:
        """Which of these numbers of the gateway were told before."""
        number = gateway_transaction.c.transaction_id
        return frozenset(found for some in _parts(numbers)
                         for found in self._connection.scalars(sa.select(number).where(number.in_(some))))

    def asked_for(self, references: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """By reference: the payment and its unit. References that we never gave are left out."""
        asked = sa.select(payment.c.reference, payment.c.id, payment.c.unit_id)
        rows = (row for some in _parts(sorted(set(references)))
                for row in self._connection.execute(asked.where(payment.c.reference.in_(some))))
        return {row.reference: (row.id, row.unit_id) for row in rows}

    def transaction(self, its_id: str) -> GatewayTransaction:
        """Money that the gateway told of. Raises NotFound."""
        row = self._connection.execute(
            sa.select(gateway_transaction).where(gateway_transaction.c.id == its_id)).one_or_none()
        if row is None:
            raise NotFound(what="transaction")
        return as_transaction(row)

    def add_transaction(self, it: GatewayTransaction) -> bool:
        """False when the gateway's number stands there already, also when that happened in the same moment."""
        statement = insert(self._connection.dialect.name, gateway_transaction)
        added = self._connection.execute(
            statement.values(**{**asdict(it), "outcome": it.outcome.value})
            .on_conflict_do_nothing(index_elements=["transaction_id"]).returning(gateway_transaction.c.id))
        return added.first() is not None

    def add_transactions(self, transactions: Sequence[GatewayTransaction]) -> None:
        """Those whose numbers stand there already, also since a moment ago, are left as they are."""
        if transactions:
            statement = insert(self._connection.dialect.name, gateway_transaction)
            self._connection.execute(
                statement.on_conflict_do_nothing(index_elements=["transaction_id"]),
                [{**_values(each), "outcome": each.outcome.value} for each in transactions])

    def judge_transaction(self, its_id: str, outcome: MoneyOutcome) -> bool:
        """What money that waited is good for; False when somebody found out before."""
        changed = self._connection.execute(
            sa.update(gateway_transaction)
            .where(gateway_transaction.c.id == its_id, gateway_transaction.c.outcome == MoneyOutcome.WAITING.value)
            .values(outcome=outcome.value))
        return changed.rowcount == 1

    def unit_of_transaction(self, its_id: str) -> str | None:
        """The unit that the money was for; None for a reference that we never gave. Raises NotFound."""
        return self._unit_of(gateway_transaction, its_id)

    def unit_of_item(self, its_id: str) -> str | None:
        """As `unit_of_transaction`, for a finding of the comparison."""
        return self._unit_of(reconciliation_item, its_id)

    def _unit_of(self, table: sa.Table, its_id: str) -> str | None:
        row = self._connection.execute(
            sa.select(payment.c.unit_id).select_from(table).outerjoin(payment, payment.c.reference == table.c.reference)
            .where(table.c.id == its_id)).one_or_none()
        if row is None:
            raise NotFound(what=table.name)
        unit_id: str | None = row.unit_id
        return unit_id

    def resolve_transaction(self, its_id: str, resolution: str, by: str, at: datetime) -> bool:
        """Somebody looked at money that found nothing to pay; False when somebody had done so before."""
        return _resolved(self._connection, gateway_transaction, its_id, resolution, by, at)

    def booked(self, since: datetime, until: datetime) -> Sequence[Booked]:
        """What our books know of the gateway's money of a time; a wrong amount stands with what we had asked for."""
        ours = sa.case((gateway_transaction.c.outcome == MoneyOutcome.WRONG_AMOUNT.value, payment.c.amount),
                       else_=gateway_transaction.c.amount)
        rows = self._connection.execute(
            sa.select(gateway_transaction.c.transaction_id, gateway_transaction.c.reference, ours.label("amount"))
            .outerjoin(payment, payment.c.id == gateway_transaction.c.payment_id)
            .where(gateway_transaction.c.paid_at >= since, gateway_transaction.c.paid_at < until,
                   gateway_transaction.c.outcome.in_((MoneyOutcome.APPLIED.value, MoneyOutcome.WRONG_AMOUNT.value))))
        return [Booked(row.transaction_id, row.reference, row.amount) for row in rows]

    def run_of(self, day: date, sha256: str) -> str | None:
        """The run that this very file was compared in."""
        return self._connection.scalar(sa.select(reconciliation_run.c.id).where(
            reconciliation_run.c.day == day, reconciliation_run.c.sha256 == sha256))

    def add_run(self, row: Mapping[str, Any], items: Sequence[Compared]) -> bool:
        """One comparison with its findings; False when somebody compared this very file in the same moment."""
        statement = insert(self._connection.dialect.name, reconciliation_run).values(**row)
        statement = statement.on_conflict_do_nothing(index_elements=["day", "sha256"])
        added = self._connection.execute(statement.returning(reconciliation_run.c.id)).first()
        if added and items:
            self._connection.execute(sa.insert(reconciliation_item), [
                {"id": new_id(), "run_id": row["id"], "resolution": "", **_values(each), "match": each.match.value}
                for each in items])
        return added is not None

    def resolve_item(self, its_id: str, resolution: str, by: str, at: datetime) -> bool:
        """Somebody explained a difference; False when somebody had done so before."""
        return _resolved(self._connection, reconciliation_item, its_id, resolution, by, at)


def _values(it: GatewayTransaction | Compared) -> dict[str, Any]:
    """Its fields. `asdict` copies every value, which for the 50,000 lines of a day takes longer than writing them."""
    return {name: getattr(it, name) for name in it.__dataclass_fields__}


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[at:at + CHUNK] for at in range(0, len(names), CHUNK))


def _resolved(connection: sa.Connection, table: sa.Table, its_id: str, resolution: str, by: str, at: datetime) -> bool:
    if connection.scalar(sa.select(table.c.id).where(table.c.id == its_id)) is None:
        raise NotFound(what=table.name)
    changed = connection.execute(
        sa.update(table).where(table.c.id == its_id, table.c.resolved_at.is_(None))
        .values(resolved_at=at, resolved_by=by, resolution=resolution))
    return changed.rowcount == 1


def as_line(row: Any) -> FeeLine:
    """A line from its row."""
    return FeeLine(
        id=row.id, dossier_id=row.dossier_id, act=row.act, key=row.key, name=Text(row.name, row.name_en),
        kind=FeeKind(row.kind), collect=CollectionPoint(row.collect), listed=row.listed, amount=row.amount,
        refundable=row.refundable, created_at=row.created_at, position=row.position,
        state=FeeState(row.state), share=row.share, ground=row.ground, exemption=row.exemption,
        evidence=row.evidence, reason=row.reason,
        settled_at=row.settled_at, settled_by=row.settled_by)


def _line_row(it: FeeLine) -> dict[str, Any]:
    return {**asdict(it), "name": it.name.vi, "name_en": it.name.en, "kind": it.kind.value,
            "collect": int(it.collect), "state": it.state.value}


def as_payment(row: Any, line_ids: Sequence[str]) -> Payment:
    """A payment from its row and those of its lines."""
    return Payment(
        id=row.id, reference=row.reference, dossier_id=row.dossier_id, unit_id=row.unit_id,
        method=PaymentMethod(row.method), state=PaymentState(row.state), amount=row.amount, line_ids=tuple(line_ids),
        begun_at=row.begun_at, begun_by=row.begun_by, ended_at=row.ended_at, return_url=row.return_url)


def as_receipt(row: Any) -> FeeReceipt:
    """A receipt from a row that has its columns."""
    return FeeReceipt(**{name: getattr(row, name) for name in FeeReceipt.__dataclass_fields__})


def as_transaction(row: Any) -> GatewayTransaction:
    """A transaction from its row."""
    found = {name: getattr(row, name) for name in GatewayTransaction.__dataclass_fields__}
    return replace(GatewayTransaction(**found), outcome=MoneyOutcome(row.outcome))
