"""Writing down that money is here: lines settled, each against a receipt. Whoever calls holds the dossier's money."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.commands.context import Context
from engine.domain import payment
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier
from engine.domain.fee import FeeLine, FeeState
from engine.domain.payment import FeeReceipt, Payment, PaymentMethod, PaymentState


def take(ctx: Context, dossier: Dossier, lines: Sequence[FeeLine], method: PaymentMethod) -> list[FeeReceipt]:
    """Money that an official has in hand: one payment for these lines."""
    it = Payment(
        id=ctx.uow.new_id(), reference=new_reference(), dossier_id=dossier.id, unit_id=dossier.received_by,
        method=method, state=PaymentState.SUCCEEDED, amount=sum(line.amount for line in lines),
        line_ids=tuple(line.id for line in lines), begun_at=ctx.now, begun_by=ctx.actor.id, ended_at=ctx.now)
    ctx.uow.fees.add_payment(it, {line.id: line.amount for line in lines})
    return book(ctx, dossier, it, lines)


def book(ctx: Context, dossier: Dossier, it: Payment, lines: Sequence[FeeLine]) -> list[FeeReceipt]:
    """The money of a payment is here: its lines are paid, each against a receipt."""
    receipts = [_receipt(ctx, dossier, it, line) for line in lines]
    for line, receipt in zip(lines, receipts, strict=True):
        settle_line(ctx, line, FeeState.PAID)
        ctx.uow.fees.add_receipt(receipt)
    return receipts


def settle_line(ctx: Context, line: FeeLine, state: FeeState, **told: Any) -> None:
    """What became of a line, by whom and when."""
    ctx.uow.fees.save_line(replace(line, state=state, settled_at=ctx.now, settled_by=ctx.actor.id, **told))


def new_reference() -> str:
    """How the gateway will know a payment: short enough for every bank, and not to be guessed."""
    return f"MC{secrets.token_hex(9).upper()}"


def _receipt(ctx: Context, dossier: Dossier, it: Payment, line: FeeLine) -> FeeReceipt:
    series, year = payment.SERIES[line.kind], ctx.now.astimezone(VIETNAM).year
    return FeeReceipt(
        id=ctx.uow.new_id(), line_id=line.id, dossier_id=dossier.id, payment_id=it.id, unit_id=it.unit_id,
        series=series, year=year, number=ctx.uow.fees.next_receipt(it.unit_id, series, year),
        payer=(dossier.submitter or dossier.owner).name, amount=line.amount, issued_at=ctx.now, issued_by=ctx.actor.id)
