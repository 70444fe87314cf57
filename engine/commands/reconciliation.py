"""The gateway's file of a day against our books (NĐ 45/2020, article 13), and what people say of the differences.

The file itself books nothing: what only the gateway knew is written down as waiting, in one short transaction, and each
payment is booked after it in a transaction of its own. A day of 50,000 payments keeps nobody waiting.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.handler import Handler, only_the_engine
from engine.commands.payments import apply, gateway
from engine.domain import payment, reconciliation
from engine.domain.actor import Actor, Role
from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.payment import GatewayTransaction, MoneyOutcome
from engine.domain.reconciliation import Match, StatementLine

ACCOUNTANTS = (Role.CASHIER, Role.CENTRE_HEAD)
LONGEST_RESOLUTION = 500
BOOK_MONEY = "book_money"
"""The job that books everything that waits; one of a kind runs at a time."""


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
class BookTransaction:
    """Money that a file told of finds its dossier. Harmless when repeated."""

    transaction_id: str


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


def keeps_books_of(actor: Actor, unit_id: str | None) -> bool:
    """Money of a unit is its own accountants' to settle; money for nobody we know is whoever's looks first."""
    return any(actor.has(role, unit_id) for role in ACCOUNTANTS)


def may_compare(ctx: Context, _command: RunReconciliation) -> None:
    """Accountants for their own units, administrators for all. Raises NotAllowed."""
    if not ctx.actor.has(Role.SYS_ADMIN) and not keeps_books_of(ctx.actor, None):
        raise NotAllowed()


def may_resolve_difference(ctx: Context, command: ResolveDifference) -> None:
    """Cashiers and heads of the unit that the money was for. Raises NotFound, NotAllowed."""
    if not keeps_books_of(ctx.actor, ctx.uow.fees.unit_of_item(command.item_id)):
        raise NotAllowed()


def may_resolve_transaction(ctx: Context, command: ResolveTransaction) -> None:
    """Cashiers and heads of the unit that the money was for. Raises NotFound, NotAllowed."""
    if not keeps_books_of(ctx.actor, ctx.uow.fees.unit_of_transaction(command.transaction_id)):
        raise NotAllowed()


def read_statement(outside: Outside, command: RunReconciliation) -> Sequence[StatementLine]:
    """Raises InvalidInput for a file that the gateway did not sign, that is none, or that of another day."""
    lines = gateway(outside).statement(command.content)
    if any(line.at.astimezone(VIETNAM).date() != command.day for line in lines):
        raise InvalidInput(problems={"file": "other_day"})
    return lines


def reconcile(ctx: Context, command: RunReconciliation) -> dict[str, Any]:
    """The same file of the same day is one run, whoever brings it and however often. Returns the run."""
    lines: Sequence[StatementLine] = ctx.prepared
    sha256 = hashlib.sha256(command.content).hexdigest()
    _keep_unknown(ctx, lines)
    known = ctx.uow.fees.run_of(command.day, sha256)
    if known:
        return {"run_id": known, "repeated": True}
    since = datetime.combine(command.day, time(), VIETNAM)
    compared = reconciliation.compare(ctx.uow.fees.booked(since, since + timedelta(days=1)), lines)
    run_id, counts = ctx.uow.new_id(), dict(Counter(each.match.value for each in compared))
    added = ctx.uow.fees.add_run({
        "id": run_id, "day": command.day, "sha256": sha256, "filename": command.filename[:200],
        "counts": counts, "run_at": ctx.now, "run_by": ctx.actor.id},
        [each for each in compared if each.match is not Match.MATCHED])
    return {"run_id": run_id, "counts": counts} if added else {
        "run_id": ctx.uow.fees.run_of(command.day, sha256), "repeated": True}


def book_waiting(ctx: Context, command: BookTransaction) -> dict[str, Any]:
    """Judges what waits as a notice would have been, and applies it; not what somebody settled. Raises NotFound."""
    kept = ctx.uow.fees.transaction(command.transaction_id)
    it = ctx.uow.fees.payment_by_reference(kept.reference)
    if it is None or kept.outcome is not MoneyOutcome.WAITING or kept.resolved_at:
        return {"outcome": kept.outcome.value}
    ctx.uow.fees.lock(it.dossier_id)
    it = ctx.uow.fees.payment_by_reference(kept.reference) or it    # again under the lock
    lines = ctx.uow.fees.lines(it.dossier_id)
    outcome = payment.judge(kept.amount, it, lines)
    if not ctx.uow.fees.judge_transaction(kept.id, outcome):
        return {"outcome": "repeated"}
    if outcome is MoneyOutcome.APPLIED:
        apply(ctx, it, lines)
    return {"outcome": outcome.value}


def resolve_difference(ctx: Context, command: ResolveDifference) -> dict[str, Any]:
    """Raises InvalidInput without a word of explanation; resolving again changes nothing."""
    told = _resolution(command.resolution)
    return {"resolved": ctx.uow.fees.resolve_item(command.item_id, told, ctx.actor.id, ctx.now)}


def resolve_transaction(ctx: Context, command: ResolveTransaction) -> dict[str, Any]:
    """Raises InvalidInput without a word of explanation; resolving again changes nothing."""
    told = _resolution(command.resolution)
    return {"resolved": ctx.uow.fees.resolve_transaction(command.transaction_id, told, ctx.actor.id, ctx.now)}


def _keep_unknown(ctx: Context, lines: Sequence[StatementLine]) -> None:
    """Writes down what no notice told of. In the order of numbers, so that two runs take their locks alike."""
    known = ctx.uow.fees.known_transactions([line.transaction_id for line in lines])
    unknown = sorted((line for line in lines if line.transaction_id not in known), key=lambda each: each.transaction_id)
    asked_for = ctx.uow.fees.asked_for(line.reference for line in unknown)
    kept = [_waiting(ctx, line, *asked_for.get(line.reference, (None, None))) for line in unknown]
    own = [each for each, unit_id in kept if ctx.actor.has(Role.SYS_ADMIN) or keeps_books_of(ctx.actor, unit_id)]
    ctx.uow.fees.add_transactions(own)
    if any(each.outcome is MoneyOutcome.WAITING for each in own):
        ctx.uow.enqueue(BOOK_MONEY, "", key=f"{BOOK_MONEY}-{ctx.uow.new_id()}", partition=BOOK_MONEY)


def _waiting(ctx: Context, line: StatementLine, payment_id: str | None,
             unit_id: str | None) -> tuple[GatewayTransaction, str | None]:
    outcome = MoneyOutcome.WAITING if payment_id else MoneyOutcome.UNKNOWN_REFERENCE
    return GatewayTransaction(
        id=ctx.uow.new_id(), transaction_id=line.transaction_id, reference=line.reference, amount=line.amount,
        paid_at=line.at, told_at=ctx.now, by_file=True, outcome=outcome, payment_id=payment_id), unit_id


def _resolution(text: str) -> str:
    if not text.strip():
        raise InvalidInput(problems={"resolution": "required"})
    return text.strip()[:LONGEST_RESOLUTION]


HANDLERS: Mapping[type, Handler] = {
    RunReconciliation: Handler(reconcile, may_compare, "audit.run_reconciliation", "day", read_statement),
    BookTransaction: Handler(book_waiting, only_the_engine, "audit.book_transaction", "transaction_id"),
    ResolveDifference: Handler(resolve_difference, may_resolve_difference, "audit.resolve_difference", "item_id"),
    ResolveTransaction: Handler(resolve_transaction, may_resolve_transaction, "audit.resolve_transaction",
                                "transaction_id"),
}
