"""Payments through the gateway: begun by the applicant, told of by signed notices, compared with its file every day.

A notice may come twice, late, with a wrong amount, about nothing we know, or never. Money is written down once by the
gateway's own number, applied where its lines are still due, and shown to a person everywhere else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.commands.booking import book, new_reference
from engine.commands.context import Context, Outside
from engine.commands.fees import settled
from engine.commands.handler import Handler, only_the_engine
from engine.domain import fee, payment, reconciliation
from engine.domain.actor import ActorKind, Role
from engine.domain.calendar import VIETNAM
from engine.domain.errors import GatewayUnavailable, InvalidInput, NotAllowed, NotFound, NothingDue
from engine.domain.payment import GatewayTransaction, MoneyOutcome, Payment, PaymentMethod, PaymentNotice, PaymentState
from engine.domain.reconciliation import StatementLine
from engine.ports import PaymentGateway

PAYMENT_PAGE = "/thanh-toan/"
"""Where a payment is shown to whoever began it, on our own site; from there he goes on to the gateway."""

ACCOUNTANTS = (Role.CASHIER, Role.CENTRE_HEAD)
LONGEST_RESOLUTION = 500
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


@dataclass(frozen=True, slots=True)
class RunReconciliation:
    """Compares the gateway's signed file of a day in Vietnam with our books.

    What only the gateway knew is booked for dossiers that the actor's own units received; an administrator's run books
    it for all. Everybody else's waits in the run until their own accountants bring the same file.
    """

    day: date
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ResolveDifference:
    """Says what became of a line of the comparison that did not match."""

    item_id: str
    resolution: str


@dataclass(frozen=True, slots=True)
class ResolveTransaction:
    """Says what became of money that found nothing to pay: given back, or to which dossier it belongs."""

    transaction_id: str
    resolution: str


def as_told(payload: Mapping[str, Any]) -> RecordPayment:
    """The command for a message, signed or not."""
    return RecordPayment(str(payload.get("MaThamChieu", ""))[:LONGEST_REFERENCE], payload)


def may_pay(ctx: Context, command: BeginPayment) -> None:
    """Whoever filed the dossier, or an official of the unit that received it. Raises NotAllowed, NotFound."""
    dossier = ctx.uow.dossiers.get(command.dossier_id)
    if dossier is None:
        raise NotFound(what="dossier")
    filed = ctx.actor.kind is ActorKind.CITIZEN and dossier.submitted_by == ctx.actor.id
    if not filed and dossier.received_by not in ctx.actor.unit_ids():
        raise NotAllowed()


def only_accountants(ctx: Context, _command: object) -> None:
    """Cashiers and heads of centres. The gateway's file is one for all units, and names nobody. Raises NotAllowed."""
    if not any(ctx.actor.has(role) for role in ACCOUNTANTS):
        raise NotAllowed()


def may_compare(ctx: Context, _command: RunReconciliation) -> None:
    """Accountants for their own units, administrators for all. Raises NotAllowed."""
    if not ctx.actor.has(Role.SYS_ADMIN):
        only_accountants(ctx, _command)


def require_gateway(outside: Outside, _command: BeginPayment) -> None:
    """Raises GatewayUnavailable where no gateway is set up."""
    _gateway(outside)


def read_notice(outside: Outside, command: RecordPayment) -> PaymentNotice:
    """Raises NoticeRefused, GatewayUnavailable."""
    return _gateway(outside).read(command.payload)


def read_statement(outside: Outside, command: RunReconciliation) -> Sequence[StatementLine]:
    """Raises InvalidInput for a file that the gateway did not sign, that is none, or that of another day."""
    lines = _gateway(outside).statement(command.content)
    if any(line.at.astimezone(VIETNAM).date() != command.day for line in lines):
        raise InvalidInput(problems={"file": "other_day"})
    return lines


def begin(ctx: Context, command: BeginPayment) -> dict[str, Any]:
    """Raises NothingDue, InvalidInput for an address that is not ours. An earlier unfinished payment gives way."""
    if not command.return_url.startswith("/") or command.return_url.startswith(("//", "/\\")):
        raise InvalidInput(problems={"return_url": "not_ours"})
    dossier = ctx.uow.dossiers.get(command.dossier_id)
    assert dossier is not None, "authorised above"
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
    return _take(ctx, ctx.prepared, by_file=False)


def reconcile(ctx: Context, command: RunReconciliation) -> dict[str, Any]:
    """The same file of the same day is one run, whoever brings it and however often. Returns the run."""
    lines: Sequence[StatementLine] = ctx.prepared
    sha256 = hashlib.sha256(command.content).hexdigest()
    outcomes = _recover(ctx, lines)
    recovered = [number for number, outcome in outcomes.items() if outcome == MoneyOutcome.APPLIED.value]
    since = datetime.combine(command.day, time(), VIETNAM)
    compared = reconciliation.compare(ctx.uow.fees.booked(since, since + timedelta(days=1)), lines, recovered)
    known = ctx.uow.fees.run_of(command.day, sha256)
    if known:
        ctx.uow.fees.change_items(known, [each for each in compared if each.transaction_id in outcomes])
        return {"run_id": known, "repeated": True}
    run_id, counts = ctx.uow.new_id(), Counter(each.match.value for each in compared)
    ctx.uow.fees.add_run({
        "id": run_id, "day": command.day, "sha256": sha256, "filename": command.filename[:200],
        "counts": dict(counts), "run_at": ctx.now, "run_by": ctx.actor.id}, compared)
    return {"run_id": run_id, "counts": dict(counts)}


def resolve_difference(ctx: Context, command: ResolveDifference) -> dict[str, Any]:
    """Raises InvalidInput without a word of explanation; resolving again changes nothing."""
    told = _resolution(command.resolution)
    return {"resolved": ctx.uow.fees.resolve_item(command.item_id, told, ctx.actor.id, ctx.now)}


def resolve_transaction(ctx: Context, command: ResolveTransaction) -> dict[str, Any]:
    """Raises InvalidInput without a word of explanation; resolving again changes nothing."""
    told = _resolution(command.resolution)
    return {"resolved": ctx.uow.fees.resolve_transaction(command.transaction_id, told, ctx.actor.id, ctx.now)}


def _take(ctx: Context, notice: PaymentNotice, *, by_file: bool) -> dict[str, Any]:
    it = ctx.uow.fees.payment_by_reference(notice.reference)
    if it:
        ctx.uow.fees.lock(it.dossier_id)
        it = ctx.uow.fees.payment_by_reference(notice.reference)  # again under the lock
    if not notice.succeeded:
        return _given_up(ctx, it)
    lines = ctx.uow.fees.lines(it.dossier_id) if it else ()
    outcome = payment.judge(notice, it, lines)
    if not ctx.uow.fees.add_transaction(_transaction(ctx, notice, it, outcome, by_file=by_file)):
        return {"outcome": "repeated"}
    if it and outcome is MoneyOutcome.APPLIED:
        _apply(ctx, it, [line for line in lines if line.id in it.line_ids])
    return {"outcome": outcome.value}


def _apply(ctx: Context, it: Payment, lines: Sequence[fee.FeeLine]) -> None:
    dossier = ctx.uow.dossiers.get(it.dossier_id)
    assert dossier is not None, "a payment belongs to a dossier"
    book(ctx, dossier, it, lines)
    ctx.uow.fees.end_payment(it.id, PaymentState.SUCCEEDED, ctx.now)
    settled(ctx, dossier)
    ctx.uow.enqueue("finish_pay_steps", dossier.id, key=f"paid-{it.id}", partition=dossier.id)


def _given_up(ctx: Context, it: Payment | None) -> dict[str, Any]:
    """The payer changed his mind; what was paid before stays paid."""
    if it and it.state is PaymentState.PENDING:
        ctx.uow.fees.end_payment(it.id, PaymentState.CANCELLED, ctx.now)
    return {"outcome": PaymentState.CANCELLED.value}


def _recover(ctx: Context, lines: Sequence[StatementLine]) -> dict[str, str]:
    """Books what no notice told of; the outcome by transaction.

    In the order of references, so that two runs take their locks alike.
    """
    notices = [PaymentNotice(line.reference, line.transaction_id, line.amount, True, line.at)
               for line in sorted(lines, key=lambda each: each.reference)]
    unknown = [each for each in notices
               if ctx.uow.fees.transaction(each.transaction_id) is None and _may_recover(ctx, each.reference)]
    return {each.transaction_id: str(_take(ctx, each, by_file=True)["outcome"]) for each in unknown}


def _may_recover(ctx: Context, reference: str) -> bool:
    """Money for a unit is its own accountants' to book; money for nobody waits for whoever looks first."""
    it = ctx.uow.fees.payment_by_reference(reference)
    own = it is None or any(ctx.actor.has(role, it.unit_id) for role in ACCOUNTANTS)
    return own or ctx.actor.has(Role.SYS_ADMIN)


def _transaction(ctx: Context, notice: PaymentNotice, it: Payment | None, outcome: MoneyOutcome, *,
                 by_file: bool) -> GatewayTransaction:
    return GatewayTransaction(
        id=ctx.uow.new_id(), transaction_id=notice.transaction_id, reference=notice.reference, amount=notice.amount,
        paid_at=notice.at, told_at=ctx.now, by_file=by_file, outcome=outcome, payment_id=it.id if it else None)


def _gateway(outside: Outside) -> PaymentGateway:
    if outside.payments is None:
        raise GatewayUnavailable(reason="not_configured")
    return outside.payments


def _resolution(text: str) -> str:
    if not text.strip():
        raise InvalidInput(problems={"resolution": "required"})
    return text.strip()[:LONGEST_RESOLUTION]


HANDLERS: Mapping[type, Handler] = {
    BeginPayment: Handler(begin, may_pay, "audit.begin_payment", "dossier_id", require_gateway),
    RecordPayment: Handler(record, only_the_engine, "audit.record_payment", "reference", read_notice),
    RunReconciliation: Handler(reconcile, may_compare, "audit.run_reconciliation", "day", read_statement),
    ResolveDifference: Handler(resolve_difference, only_accountants, "audit.resolve_difference", "item_id"),
    ResolveTransaction: Handler(resolve_transaction, only_accountants, "audit.resolve_transaction", "transaction_id"),
}
