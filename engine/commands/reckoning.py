"""Fees reckoned anew when the answers they depend on are put right, and money given back.

By the tariffs of the day of acceptance. What nobody has paid is replaced; of what was paid, more becomes a line of its
own, and less an excess that the cashier gives back. What a receipt says never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.commands.booking import settle_line, take
from engine.commands.context import Context
from engine.commands.fee_lines import announce_when_paid, catch_up, follow, quoted_at
from engine.domain import fee
from engine.domain.change import Change, ChangeKind
from engine.domain.dossier import Dossier
from engine.domain.fee import FeeLine, FeeState
from engine.domain.tariff import CollectionPoint, QuoteLine
from engine.domain.wording import Text

INTAKE = "intake:"
CORRECTED = "Tính lại theo hồ sơ đã sửa"
DIFFERENCE = Text("phần chênh lệch", "difference")
OPEN = frozenset({FeeState.DUE, FeeState.EXCESS})


def reckon_anew(ctx: Context, dossier: Dossier, made: Iterable[Change]) -> None:
    """What an accepted dossier owes from its intake, by its answers as they are now. Its instances are locked.

    Raises FeeUndetermined when the new answers do not tell what it costs.
    """
    if dossier.accepted_at is None or not any(each.kind is ChangeKind.ANSWER for each in made):
        return
    ctx.uow.fees.lock(dossier.id)
    quoted = quoted_at(ctx, dossier, CollectionPoint.INTAKE, dossier.accepted_at)
    asked = {f"{INTAKE}{each.tariff.key}": each for each in quoted}
    known = [line.family for line in ctx.uow.fees.lines(dossier.id) if line.act.startswith(INTAKE)]
    if any([_changed(ctx, dossier, family, asked.get(family)) for family in dict.fromkeys((*known, *asked))]):
        ctx.uow.fees.expire_pending(dossier.id, ctx.now)
        follow(ctx, dossier.id)
        announce_when_paid(ctx, dossier)
        catch_up(ctx, dossier)


def give_back(ctx: Context, dossier: Dossier, wanted: FeeLine, reason: str) -> None:
    """The money of a paid line, or an excess: of the newest receipts, and what stays owed of the last one anew."""
    left = wanted.amount
    for line in reversed([wanted] if wanted.state is FeeState.PAID else _paid(ctx, wanted)):
        if left > 0:
            _refund(ctx, dossier, line, line.amount - left, reason)
            left -= line.amount
    remaining = sum(line.amount for line in _paid(ctx, wanted))
    for line in _family(ctx, dossier.id, wanted.family):
        if line.state is FeeState.EXCESS and (line.id == wanted.id or line.amount > remaining):
            settle_line(ctx, line, FeeState.CANCELLED, reason=reason)


def _changed(ctx: Context, dossier: Dossier, family: str, asked: QuoteLine | None) -> bool:
    """Whether the lines of one fee had to be replaced because it costs something else now."""
    lines = _family(ctx, dossier.id, family)
    left = fee.difference(lines, asked.amount if asked else 0)
    if left is None:
        return False
    for line in lines:
        if line.state in OPEN:
            settle_line(ctx, line, FeeState.CANCELLED, reason=CORRECTED)
    paid = [line for line in lines if line.state is FeeState.PAID]
    if left > 0 and asked is not None:
        made = fee.from_quote(asked, ctx.uow.new_id(), dossier.id, family, ctx.now, 0)
        _add(ctx, _part(made, left) if paid else made)
    elif left < 0:
        _add(ctx, replace(_part(paid[-1], -left), id=ctx.uow.new_id(), name=paid[-1].name, state=FeeState.EXCESS))
    return True


def _part(line: FeeLine, amount: int) -> FeeLine:
    """Not the whole fee, so that its reduction is no longer told with it."""
    name = Text(f"{line.name.vi} ({DIFFERENCE.vi})", f"{line.name.en} ({DIFFERENCE.en})")
    return replace(line, name=name, listed=amount, amount=amount, share=0, ground="")


def _refund(ctx: Context, dossier: Dossier, line: FeeLine, kept: int, reason: str) -> None:
    paid_by = ctx.uow.fees.payment_of_line(line.id)
    ctx.uow.fees.add_refund(paid_by, line, reason, ctx.actor.id, ctx.now)
    settle_line(ctx, line, FeeState.REFUNDED, reason=reason)
    if kept > 0:
        rest = replace(_part(line, kept), id=ctx.uow.new_id(), name=line.name)
        take(ctx, dossier, [_add(ctx, replace(rest, state=FeeState.DUE))], paid_by.method)


def _add(ctx: Context, line: FeeLine) -> FeeLine:
    """One more line of its fee, after all others."""
    known = ctx.uow.fees.lines(line.dossier_id)
    number = sum(each.family == line.family for each in known)
    made = replace(line, act=f"{line.family}:{number + 1}" if number else line.family, created_at=ctx.now,
                   position=len(known), settled_at=None, settled_by=None, reason="")
    ctx.uow.fees.add_lines([made])
    return made


def _paid(ctx: Context, like: FeeLine) -> Sequence[FeeLine]:
    return [line for line in _family(ctx, like.dossier_id, like.family) if line.state is FeeState.PAID]


def _family(ctx: Context, dossier_id: str, family: str) -> Sequence[FeeLine]:
    return [line for line in ctx.uow.fees.lines(dossier_id) if line.family == family]
