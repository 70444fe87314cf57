"""Money over the counter: collect, exempt, refund, give up. Only at the unit that received the dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.commands import tasks
from engine.commands.booking import settle_line, take
from engine.commands.context import Context
from engine.commands.fee_lines import announce_when_paid, follow, tariff_of, variables_of
from engine.commands.handler import Handler, only_the_engine
from engine.commands.reckoning import give_back
from engine.domain import fee
from engine.domain.actor import Role
from engine.domain.dossier import FINAL, ComponentState, Dossier, NationalStatus
from engine.domain.errors import InvalidInput, NotAllowed, NotFound, NothingDue, NotRefundable
from engine.domain.fee import FeeLine, FeeState
from engine.domain.payment import PaymentMethod

COLLECTORS = (Role.CASHIER, Role.RECEPTION_OFFICER)
"""Who may take money at the unit; small units have no cashier of their own."""

GIVERS = (Role.CASHIER, Role.CENTRE_HEAD)
"""Who may give money back, or give up asking for it."""

REFUNDABLE_IN = frozenset({NationalStatus.REFUSED, NationalStatus.STOPPED})
"""Money goes back only once nothing can go on any more: a withdrawal that is merely asked for may still be declined."""

PROVEN = frozenset({ComponentState.PRESENT, ComponentState.REPLACED_BY_DATA})
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class CollectFee:
    """Takes the money for lines that are due, `method` cash or transfer; `exemptions` are keys by line.

    A step `kind=pay` of the dossier is completed along with it, once nothing is due any more.
    """

    dossier_id: str
    line_ids: tuple[str, ...]
    method: str = "cash"
    exemptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExemptFee:
    """One line need not be paid; the component that the tariff names must have been handed in."""

    dossier_id: str
    line_id: str
    exemption: str


@dataclass(frozen=True, slots=True)
class RefundFee:
    """Gives money back: what was paid too much at any time, and a refundable line once the dossier came to nothing.

    The receipt for it is revoked; of an amount that stays partly owed, the rest is booked against a new one.
    """

    dossier_id: str
    line_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CancelFee:
    """Nobody asks any more for what a dossier owed that is over."""

    dossier_id: str
    line_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FinishPaySteps:
    """Money came in through the gateway: what waits at the counter for it goes on. Harmless when repeated."""

    dossier_id: str


def may_collect(ctx: Context, command: CollectFee | ExemptFee) -> None:
    """A cashier or reception officer at the receiving unit. Raises NotAllowed, NotFound."""
    _require(ctx, command.dossier_id, COLLECTORS)


def may_give(ctx: Context, command: RefundFee | CancelFee) -> None:
    """A cashier or the head of the receiving unit. Raises NotAllowed, NotFound."""
    _require(ctx, command.dossier_id, GIVERS)


def collect(ctx: Context, command: CollectFee) -> dict[str, Any]:
    """Returns the receipts. Raises NothingDue when a line was settled meanwhile, InvalidInput (method, exemption)."""
    method = _method(command.method)
    pay_steps = _lock_pay_steps(ctx, command.dossier_id)
    dossier, chosen = _chosen(ctx, command.dossier_id, command.line_ids)
    exempt = [line for line in chosen if line.id in command.exemptions]
    for line in exempt:
        _exempt(ctx, dossier, line, command.exemptions[line.id])
    paid = [line for line in chosen if line.id not in command.exemptions]
    receipts = take(ctx, dossier, paid, method) if paid else []
    settled(ctx, dossier)
    gone_on = _finish(ctx, dossier.id, pay_steps)
    return {"dossier_id": dossier.id, "amount": sum(line.amount for line in paid),
            "receipt_ids": [each.id for each in receipts], **gone_on}


def exempt(ctx: Context, command: ExemptFee) -> dict[str, Any]:
    """Raises NothingDue, InvalidInput when there is no such exemption or its proof is missing."""
    pay_steps = _lock_pay_steps(ctx, command.dossier_id)
    dossier, (line,) = _chosen(ctx, command.dossier_id, (command.line_id,))
    _exempt(ctx, dossier, line, command.exemption)
    settled(ctx, dossier)
    return {"dossier_id": dossier.id, **_finish(ctx, dossier.id, pay_steps)}


def refund(ctx: Context, command: RefundFee) -> dict[str, Any]:
    """Raises NotRefundable, InvalidInput without a reason."""
    reason = _reason(command.reason)
    ctx.uow.fees.lock(command.dossier_id)
    dossier = ctx.dossier(command.dossier_id)
    line = _line(ctx, dossier.id, command.line_id)
    over = line.refundable and dossier.national_status in REFUNDABLE_IN
    if line.state is not FeeState.EXCESS and not (line.state is FeeState.PAID and over):
        raise NotRefundable(fee=line.name.vi)
    give_back(ctx, dossier, line, reason)
    follow(ctx, dossier.id)
    return {"dossier_id": dossier.id, "amount": line.amount}


def cancel(ctx: Context, command: CancelFee) -> dict[str, Any]:
    """Raises NotAllowed while the dossier goes on, NothingDue, InvalidInput without a reason."""
    reason = _reason(command.reason)
    dossier, (line,) = _chosen(ctx, command.dossier_id, (command.line_id,))
    if dossier.national_status not in FINAL:
        raise NotAllowed(status=int(dossier.national_status))
    settle_line(ctx, line, FeeState.CANCELLED, reason=reason)
    follow(ctx, dossier.id)
    return {"dossier_id": dossier.id}


def finish_pay_steps(ctx: Context, command: FinishPaySteps) -> dict[str, Any]:
    """Completes the steps that wait for money, unless something is still due."""
    pay_steps = _lock_pay_steps(ctx, command.dossier_id)
    ctx.uow.fees.lock(command.dossier_id)
    return {"dossier_id": command.dossier_id, **_finish(ctx, command.dossier_id, pay_steps)}


def settled(ctx: Context, dossier: Dossier) -> None:
    """After any change for the better: the financial status follows, and the diagram hears of it.

    A payment that somebody began and did not finish asks for more than is due now, and gives way.
    """
    ctx.uow.fees.expire_pending(dossier.id, ctx.now)
    follow(ctx, dossier.id)
    announce_when_paid(ctx, dossier)


def _exempt(ctx: Context, dossier: Dossier, line: FeeLine, key: str) -> None:
    it = tariff_of(ctx, dossier, line.key)
    exemption = it.exemption(key) if it else None
    if exemption is None:
        raise InvalidInput(problems={"exemption": "not_choice"})
    if ctx.uow.fees.component_state(dossier.id, exemption.evidence) not in PROVEN:
        raise InvalidInput(problems={"exemption": "evidence_missing"})
    settle_line(ctx, line, FeeState.EXEMPT, exemption=exemption.key, evidence=exemption.evidence)


def _lock_pay_steps(ctx: Context, dossier_id: str) -> list[str]:
    """Instances before money: whoever completes a step takes the locks in this order too."""
    waiting = [item.id for item in ctx.uow.instances.open_items(dossier_id) if item.task.facts.get("kind") == "pay"]
    for task_id in waiting:
        ctx.uow.instances.load_by_task(task_id)
    return waiting


def _finish(ctx: Context, dossier_id: str, pay_steps: Sequence[str]) -> dict[str, Any]:
    lines = ctx.uow.fees.lines(dossier_id)
    if fee.due(lines):
        return {"next_task_id": None}
    told = variables_of(lines, ctx.uow.fees.receipt_labels(dossier_id))
    done = [tasks.finish_paid(ctx, task_id, told) for task_id in pay_steps]
    return {"next_task_id": next((each["next_task_id"] for each in done if each), None)}


def _chosen(ctx: Context, dossier_id: str, line_ids: Sequence[str]) -> tuple[Dossier, list[FeeLine]]:
    ctx.uow.fees.lock(dossier_id)
    open_lines = {line.id: line for line in fee.due(ctx.uow.fees.lines(dossier_id))}
    if not line_ids or not open_lines.keys() >= set(line_ids):
        raise NothingDue()
    return ctx.dossier(dossier_id), [open_lines[line_id] for line_id in dict.fromkeys(line_ids)]


def _line(ctx: Context, dossier_id: str, line_id: str) -> FeeLine:
    found = next((each for each in ctx.uow.fees.lines(dossier_id) if each.id == line_id), None)
    if found is None:
        raise NotFound(what="fee_line")
    return found


def _method(name: str) -> PaymentMethod:
    if name not in (PaymentMethod.CASH.value, PaymentMethod.TRANSFER.value):
        raise InvalidInput(problems={"method": "not_choice"})
    return PaymentMethod(name)


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidInput(problems={"reason": "required"})
    return text.strip()[:LONGEST_REASON]


def _require(ctx: Context, dossier_id: str, roles: Sequence[Role]) -> None:
    dossier = ctx.dossier(dossier_id)
    if not any(ctx.actor.has(role, dossier.received_by) for role in roles):
        raise NotAllowed()


HANDLERS: Mapping[type, Handler] = {
    CollectFee: Handler(collect, may_collect, "audit.collect_fee", "dossier_id"),
    ExemptFee: Handler(exempt, may_collect, "audit.exempt_fee", "dossier_id"),
    RefundFee: Handler(refund, may_give, "audit.refund_fee", "dossier_id"),
    CancelFee: Handler(cancel, may_give, "audit.cancel_fee", "dossier_id"),
    FinishPaySteps: Handler(finish_pay_steps, only_the_engine, "audit.finish_pay_steps", "dossier_id"),
}
