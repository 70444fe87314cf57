"""The daily comparison of our books with the gateway's (NĐ 45/2020, article 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from engine.domain.payment import MoneyOutcome


class Match(Enum):
    """What one transaction looks like from both sides.

    BOOKING was theirs only and finds its dossier in a moment; RECOVERED was, and could be booked after all.
    """

    MATCHED = "matched"
    BOOKING = "booking"
    RECOVERED = "recovered"
    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    AMOUNT_DIFFERS = "amount_differs"


SETTLED = frozenset({Match.MATCHED, Match.BOOKING, Match.RECOVERED})
"""Nobody has to look at these."""

BOOKED_WITHIN = timedelta(hours=1)
"""Money of a file that still waits to be booked after so long stays a difference: a person has to look."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of the gateway's file: money it took. Amounts in đồng."""

    transaction_id: str
    reference: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """One transaction as we have it."""

    transaction_id: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison; an amount is None on the side that does not know the transaction."""

    transaction_id: str
    reference: str
    ours: int | None
    theirs: int | None
    match: Match


def compare(ours: Iterable[Booked], theirs: Iterable[StatementLine]) -> tuple[Compared, ...]:
    """Both sides of one day by transaction number."""
    mine, yours = {each.transaction_id: each for each in ours}, {each.transaction_id: each for each in theirs}
    return tuple(_compared(each, mine.get(each), yours.get(each)) for each in sorted(mine.keys() | yours.keys()))


def as_now_known(it: Compared, outcome: MoneyOutcome | None, asked: int | None) -> Compared:
    """A finding since its money was written down: what only the gateway knew may have found its dossier.

    `outcome` is that of the transaction (None while we know of none, or it waits too long), `asked` the amount of the
    payment it was for.
    """
    match = match_now(it.match, outcome)
    ours = {Match.RECOVERED: it.theirs, Match.AMOUNT_DIFFERS: asked}.get(match) if match is not it.match else it.ours
    return replace(it, ours=ours, match=match)


def match_now(found: Match, outcome: MoneyOutcome | None) -> Match:
    """As `as_now_known`, for the match alone."""
    return _SINCE.get(outcome, found) if found is Match.THEIRS_ONLY and outcome else found


_SINCE = {MoneyOutcome.WAITING: Match.BOOKING, MoneyOutcome.APPLIED: Match.RECOVERED,
          MoneyOutcome.WRONG_AMOUNT: Match.AMOUNT_DIFFERS}


def _compared(number: str, mine: Booked | None, yours: StatementLine | None) -> Compared:
    reference = (mine or yours).reference  # type: ignore[union-attr]
    return Compared(number, reference, mine.amount if mine else None, yours.amount if yours else None,
                    _match(mine, yours))


def _match(mine: Booked | None, yours: StatementLine | None) -> Match:
    if yours is None:
        return Match.OURS_ONLY
    if mine is None:
        return Match.THEIRS_ONLY
    return Match.MATCHED if mine.amount == yours.amount else Match.AMOUNT_DIFFERS
