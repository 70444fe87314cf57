"""Payments through the gateway: begun by the applicant, told of by signed notices.

A notice may come twice, late, with a wrong amount, about nothing we know, or never. Money is written down once by the
gateway's own number, applied where its lines are still due, and shown to a person everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.commands.booking import book, new_reference
from engine.commands.context import Context, Outside
from engine.commands.fees import settled
from engine.commands.handler import Handler, only_the_engine
from engine.domain import fee, payment
from engine.domain.actor import ActorKind
from engine.domain.errors import GatewayUnavailable, InvalidInput, NotAllowed, NothingDue
from engine.domain.payment import GatewayTransaction, MoneyOutcome, Payment, PaymentMethod, PaymentNotice, PaymentState
from engine.ports import PaymentGateway

PAYMENT_PAGE = "/thanh-toan/"
"""Where a payment is shown to whoever began it, on our own site; from there he goes on to the gateway."""

LONGEST_REFERENCE = 80


@dataclass(frozen=True, slots=True)
class BeginPayment:
    """Opens a payment for everything that is due; `return_url` is a path of ours to which the payer comes back."""

    dossier_id: str
    return_url: str


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """A message of the gateway, as it came. Its signature is checked before anything is looked at.

    `reference` is what the log knows it by; nothing is decided by it. Made by `as_told`.
    """

    reference: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def as_told(payload: Mapping[str, Any]) -> RecordPayment:
    """The command for a message, signed or not."""
    return RecordPayment(str(payload.get("MaThamChieu", ""))[:LONGEST_REFERENCE], payload)


def may_pay(ctx: Context, command: BeginPayment) -> None:
    """Whoever filed the dossier, or an official of the unit that received it. Raises NotAllowed, NotFound."""
    dossier = ctx.dossier(command.dossier_id)
    filed = ctx.actor.kind is ActorKind.CITIZEN and dossier.submitted_by == ctx.actor.id
    if not filed and dossier.received_by not in ctx.actor.unit_ids():
        raise NotAllowed()


def require_gateway(outside: Outside, _command: BeginPayment) -> None:
    """Raises GatewayUnavailable where no gateway is set up."""
    gateway(outside)


def read_notice(outside: Outside, command: RecordPayment) -> PaymentNotice:
    """Raises NoticeRefused, GatewayUnavailable."""
    return gateway(outside).read(command.payload)


def begin(ctx: Context, command: BeginPayment) -> dict[str, Any]:
    """Raises NothingDue, InvalidInput for an address that is not ours. An earlier unfinished payment gives way."""
    if not command.return_url.startswith("/") or command.return_url.startswith(("//", "/\\")):
        raise InvalidInput(problems={"return_url": "not_ours"})
    dossier = ctx.dossier(command.dossier_id)
    ctx.uow.fees.lock(dossier.id)
    lines = fee.due(ctx.uow.fees.lines(dossier.id))
    if not lines:
        raise NothingDue()
    ctx.uow.fees.expire_pending(dossier.id, ctx.now)
    it = Payment(
        id=ctx.uow.new_id(), reference=new_reference(), dossier_id=dossier.id, unit_id=dossier.received_by,
        method=PaymentMethod.GATEWAY, state=PaymentState.PENDING, amount=sum(line.amount for line in lines),
        line_ids=tuple(line.id for line in lines), begun_at=ctx.now, begun_by=ctx.actor.id,
        return_url=command.return_url[:500])
    ctx.uow.fees.add_payment(it, {line.id: line.amount for line in lines})
    return {"dossier_id": dossier.id, "payment_id": it.id, "redirect_url": f"{PAYMENT_PAGE}{it.id}"}


def record(ctx: Context, _command: RecordPayment) -> dict[str, Any]:
    """Never raises for what a gateway may honestly say, so that it need not be told again."""
    notice: PaymentNotice = ctx.prepared
    it = ctx.uow.fees.payment_by_reference(notice.reference)
    if it:
        ctx.uow.fees.lock(it.dossier_id)
        it = ctx.uow.fees.payment_by_reference(notice.reference)  # again under the lock
    return _taken(ctx, notice, it) if notice.succeeded else _given_up(ctx, it)


def apply(ctx: Context, it: Payment, lines: Sequence[fee.FeeLine]) -> None:
    """Money for a payment is here: of the dossier's lines, those it asked for are paid. The money is locked."""
    dossier = ctx.dossier(it.dossier_id)
    book(ctx, dossier, it, [line for line in lines if line.id in it.line_ids])
    ctx.uow.fees.end_payment(it.id, PaymentState.SUCCEEDED, ctx.now)
    settled(ctx, dossier)
    ctx.uow.enqueue("finish_pay_steps", dossier.id, key=f"paid-{it.id}", partition=dossier.id)


def gateway(outside: Outside) -> PaymentGateway:
    """Raises GatewayUnavailable where no gateway is set up."""
    if outside.payments is None:
        raise GatewayUnavailable(reason="not_configured")
    return outside.payments


def _taken(ctx: Context, notice: PaymentNotice, it: Payment | None) -> dict[str, Any]:
    lines = ctx.uow.fees.lines(it.dossier_id) if it else ()
    outcome = payment.judge(notice.amount, it, lines)
    if not ctx.uow.fees.add_transaction(_transaction(ctx, notice, it, outcome)):
        return {"outcome": "repeated"}
    if it and outcome is MoneyOutcome.APPLIED:
        apply(ctx, it, lines)
    return {"outcome": outcome.value}


def _given_up(ctx: Context, it: Payment | None) -> dict[str, Any]:
    """The payer changed his mind; what was paid before stays paid."""
    if it and it.state is PaymentState.PENDING:
        ctx.uow.fees.end_payment(it.id, PaymentState.CANCELLED, ctx.now)
    return {"outcome": PaymentState.CANCELLED.value}


def _transaction(ctx: Context, notice: PaymentNotice, it: Payment | None, outcome: MoneyOutcome) -> GatewayTransaction:
    return GatewayTransaction(
        id=ctx.uow.new_id(), transaction_id=notice.transaction_id, reference=notice.reference, amount=notice.amount,
        paid_at=notice.at, told_at=ctx.now, by_file=False, outcome=outcome, payment_id=it.id if it else None)


HANDLERS: Mapping[type, Handler] = {
    BeginPayment: Handler(begin, may_pay, "audit.begin_payment", "dossier_id", require_gateway),
    RecordPayment: Handler(record, only_the_engine, "audit.record_payment", "reference", read_notice),
}
