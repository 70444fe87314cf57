"""An applicant says how it was, once, when his dossier has come to its end."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.commands.happening import Happening, tell
from engine.domain.actor import ActorKind
from engine.domain.dossier import FINISHED, Dossier
from engine.domain.errors import IllegalMove, InvalidInput, NotFound
from engine.domain.occasion import Occasion
from engine.domain.rating import AlreadyRated, Rating, RatingLevel, RatingReason

LONGEST_COMMENT = 2000


@dataclass(frozen=True, slots=True)
class RateDossier:
    """One of the three levels of the national form; reasons say what was not good.

    `secret` is that of the receipt, for those who filed at the counter or by post and have no account.
    """

    dossier_id: str
    level: str
    reasons: tuple[str, ...] = ()
    comment: str = ""
    secret: str = ""


def only_its_applicant(ctx: Context, command: RateDossier) -> None:
    """Whoever filed it online, or holds its receipt. Somebody else's dossier is not there. Raises NotFound."""
    dossier = ctx.dossier(command.dossier_id)
    his = dossier.submitted_by == ctx.actor.id or _holds_receipt(dossier, command.secret)
    if ctx.actor.kind is not ActorKind.CITIZEN or not his:
        raise NotFound(what="dossier")


def _holds_receipt(dossier: Dossier, secret: str) -> bool:
    return hmac.compare_digest(dossier.tracking_secret.encode(), secret.encode("utf-8", "replace"))


def rate(ctx: Context, command: RateDossier) -> dict[str, Any]:
    """Raises AlreadyRated, IllegalMove before the end, InvalidInput (level, reasons)."""
    dossier = ctx.dossier(command.dossier_id)
    if dossier.national_status not in FINISHED:
        raise IllegalMove(current=dossier.national_status)
    if ctx.uow.applications.rated(dossier.id):
        raise AlreadyRated()
    ctx.uow.applications.add_rating(_rating(ctx, command))
    tell(ctx, Happening(Occasion.RATED, dossier))
    return {"dossier_id": dossier.id}


def _rating(ctx: Context, command: RateDossier) -> Rating:
    levels, reasons = {each.value for each in RatingLevel}, {each.value for each in RatingReason}
    if command.level not in levels:
        raise InvalidInput(problems={"level": "required"})
    if not reasons.issuperset(command.reasons):
        raise InvalidInput(problems={"reasons": "not_choice"})
    level = RatingLevel(command.level)
    if level is RatingLevel.DISSATISFIED and not (command.reasons or command.comment.strip()):
        raise InvalidInput(problems={"reasons": "required"})
    given = tuple(each for each in RatingReason if each.value in command.reasons)
    return Rating(command.dossier_id, ctx.actor.id, level, given, command.comment.strip()[:LONGEST_COMMENT], ctx.now)


HANDLERS: Mapping[type, Handler] = {
    RateDossier: Handler(rate, only_its_applicant, "audit.rate_dossier", "dossier_id"),
}
