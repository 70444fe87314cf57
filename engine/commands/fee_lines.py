"""What a dossier comes to owe: lines are made at the moments of its life, and its financial status follows them.

Intake fees are due from acceptance, supplement fees from each request after it, fees for the result once it is there,
and an obligation from the moment the diagram asks for payment (national state 6) with `obligation_amount` in đồng and
`obligation_name` among its variables. The professional state never moves the financial one, nor the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands.booking import settle_line
from engine.commands.context import Context
from engine.domain import fee, procedure, tariff
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.fee import OBLIGATION_AMOUNT, OBLIGATION_NAME, PAYMENT_RECEIVED, FeeLine, FeeState
from engine.domain.occasion import Happening, Occasion
from engine.domain.tariff import CollectionPoint, FeeKind, QuoteLine, Tariff
from engine.domain.wording import Text

OBLIGATION = "obligation"
SUPERSEDED, CAME_TO_NOTHING = "Thay bằng thông báo mới", "Hồ sơ đã kết thúc, không thu nữa"
OVER = frozenset({Occasion.REFUSED, Occasion.STOPPED})


def owe(ctx: Context, happening: Happening) -> None:
    """The listener. Raises FeeUndetermined where a tariff cannot be reckoned from the answers."""
    if happening.occasion in OVER:
        _ask_no_more(ctx, happening.dossier)
    elif happening.occasion is Occasion.WITHDRAWAL_REJECTED:
        catch_up(ctx, happening.dossier)
    make = _MAKERS.get(happening.occasion)
    if make is None:
        return
    dossier = happening.dossier
    ctx.uow.fees.lock(dossier.id)
    known = ctx.uow.fees.lines(dossier.id)
    made = make(ctx, happening, known)
    ctx.uow.fees.add_lines(made)
    if made or known:
        follow(ctx, dossier.id)
    if happening.occasion is Occasion.PAYMENT_REQUESTED:
        announce_when_paid(ctx, dossier)


def _ask_no_more(ctx: Context, dossier: Dossier) -> None:
    """A dossier that came to nothing owes nothing; money still under way for it waits for a person to give it back."""
    ctx.uow.fees.lock(dossier.id)
    for each in fee.due(ctx.uow.fees.lines(dossier.id)):
        settle_line(ctx, each, FeeState.CANCELLED, reason=CAME_TO_NOTHING)
    ctx.uow.fees.expire_pending(dossier.id, ctx.now)
    follow(ctx, dossier.id)


def catch_up(ctx: Context, dossier: Dossier) -> None:
    """Where nothing is due any more, the steps that waited for money go on."""
    lines = ctx.uow.fees.lines(dossier.id)
    if lines and not fee.due(lines):
        ctx.uow.enqueue("finish_pay_steps", dossier.id, key=f"paid-up-{ctx.uow.new_id()}", partition=dossier.id)


def follow(ctx: Context, dossier_id: str) -> None:
    """Writes the dossier's financial status as its lines have it."""
    dossier = ctx.dossier(dossier_id)
    status = fee.financial_status(ctx.uow.fees.lines(dossier_id))
    if status is not dossier.financial_status:
        ctx.uow.dossiers.save(replace(dossier, financial_status=status))


def announce_when_paid(ctx: Context, dossier: Dossier) -> None:
    """Tells a diagram that waits in national state 6 that nothing is due any more.

    Anywhere else the word would lie in the outbox and open a later gate, whose money nobody has paid. The state is that
    under the lock of the dossier's money; one that rests for a withdrawal waits all the same.
    """
    asked = NationalStatus.PAYMENT_REQUESTED in (dossier.national_status, dossier.held_status)
    awaited = asked and PAYMENT_RECEIVED.encode() in ctx.version(dossier.version_id).diagram
    if awaited and not fee.due(ctx.uow.fees.lines(dossier.id)):
        dedupe_key = f"{PAYMENT_RECEIVED}:{ctx.uow.new_id()}"
        ctx.uow.instances.post(dossier.id, PAYMENT_RECEIVED, {}, dedupe_key, ctx.now)


def tariff_of(ctx: Context, dossier: Dossier, key: str) -> Tariff | None:
    """The tariff that a line was made from; None for an obligation."""
    facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
    return next((each for each in facts.charges if each.key == key), None)


def _at_intake(ctx: Context, happening: Happening, known: Sequence[FeeLine]) -> list[FeeLine]:
    return _quoted(ctx, happening, known, CollectionPoint.INTAKE, "intake")


def _at_return(ctx: Context, happening: Happening, known: Sequence[FeeLine]) -> list[FeeLine]:
    return _quoted(ctx, happening, known, CollectionPoint.RETURN, "return")


def _at_supplement(ctx: Context, happening: Happening, known: Sequence[FeeLine]) -> list[FeeLine]:
    """Every request after acceptance; before it nothing has been asked for yet."""
    if happening.dossier.code is None:
        return []
    rounds = {line.act.split(":")[1] for line in known if line.act.startswith("supplement:")}
    return _quoted(ctx, happening, known, CollectionPoint.SUPPLEMENT, f"supplement:{len(rounds) + 1}")


def _quoted(ctx: Context, happening: Happening, known: Sequence[FeeLine], point: CollectionPoint,
            act: str) -> list[FeeLine]:
    quoted = quoted_at(ctx, happening.dossier, point, ctx.now, happening.variables)
    done = {line.act for line in known}
    return [fee.from_quote(line, ctx.uow.new_id(), happening.dossier.id, f"{act}:{line.tariff.key}", ctx.now, position)
            for position, line in enumerate(quoted, start=len(known))
            if line.amount and f"{act}:{line.tariff.key}" not in done]


def quoted_at(ctx: Context, dossier: Dossier, point: CollectionPoint, at: datetime,
              told: Mapping[str, Any] | None = None) -> Sequence[QuoteLine]:
    """What the dossier, with what is `told`, costs at a point by the tariffs of a day. Raises FeeUndetermined."""
    version = ctx.version(dossier.version_id)
    charges = [each for each in procedure.from_mapping(version.facts).charges if each.collect is point]
    if not charges:
        return ()
    answers = {**ctx.uow.fees.answers(dossier.id), **(told or {})}
    evaluator = ctx.workflow.evaluator(version, ctx.now)
    return tariff.quote(charges, dossier.channel, answers, at.astimezone(VIETNAM).date(), evaluator).lines


def _obligation(ctx: Context, happening: Happening, known: Sequence[FeeLine]) -> list[FeeLine]:
    """What an agency assessed. The same name and amount is the same obligation; another one replaces what is due."""
    name = str(happening.variables.get(OBLIGATION_NAME) or "").strip()[:500] or "Nghĩa vụ tài chính"
    given = happening.variables.get(OBLIGATION_AMOUNT)
    amount = tariff.money(given, name) if given is not None else 0
    asked = [line for line in known if line.kind is FeeKind.OBLIGATION]
    standing = (FeeState.DUE, FeeState.PAID, FeeState.EXEMPT)
    if not amount or any((each.name.vi, each.amount) == (name, amount) and each.state in standing for each in asked):
        return []
    for each in fee.due(asked):
        settle_line(ctx, each, FeeState.CANCELLED, reason=SUPERSEDED)
    return [FeeLine(
        id=ctx.uow.new_id(), dossier_id=happening.dossier.id, act=f"{OBLIGATION}:{len(asked) + 1}", key=OBLIGATION,
        name=Text(name, name), kind=FeeKind.OBLIGATION, collect=CollectionPoint.SUPPLEMENT, listed=amount,
        amount=amount, refundable=False, created_at=ctx.now, position=len(known))]


_MAKERS: Mapping[Occasion, Callable[[Context, Happening, Sequence[FeeLine]], list[FeeLine]]] = {
    Occasion.ACCEPTED: _at_intake,
    Occasion.SUPPLEMENT_REQUESTED: _at_supplement,
    Occasion.PAYMENT_REQUESTED: _obligation,
    Occasion.COMPLETED: _at_return,
}


def variables_of(lines: Sequence[FeeLine], receipts: Sequence[str]) -> dict[str, Any]:
    """What the form of a step that collects money is told: how it came out, how much, and against which receipts."""
    paid = sum(line.amount for line in lines if line.state is FeeState.PAID)
    exempt = any(line.state is FeeState.EXEMPT for line in lines)
    state = "paid" if paid else "exempt" if exempt else "none"
    return {"fee_state": state, "fee_amount": paid, "fee_receipt_number": ", ".join(receipts)}
