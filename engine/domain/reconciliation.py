"""The daily comparison of our books with the gateway's (NĐ 45/2020, article 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Match(Enum):
    """What one transaction looks like from both sides. RECOVERED was theirs only and could be booked after all."""

    MATCHED = "matched"
    RECOVERED = "recovered"
    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    AMOUNT_DIFFERS = "amount_differs"


SETTLED = frozenset({Match.MATCHED, Match.RECOVERED})
"""Nobody has to look at these."""


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


def compare(ours: Iterable[Booked], theirs: Iterable[StatementLine],
            recovered: Iterable[str] = ()) -> tuple[Compared, ...]:
    """Both sides of one day by transaction number. `recovered` are those that this very file made known to us."""
    known, told = {each.transaction_id: each for each in ours}, {each.transaction_id: each for each in theirs}
    found = frozenset(recovered)
    return tuple(_compared(number, known, told, number in found) for number in sorted(known.keys() | told.keys()))


def _compared(number: str, ours: Mapping[str, Booked], theirs: Mapping[str, StatementLine],
              recovered: bool) -> Compared:
    mine, yours = ours.get(number), theirs.get(number)
    reference = (mine or yours).reference  # type: ignore[union-attr]
    return Compared(number, reference, mine.amount if mine else None, yours.amount if yours else None,
                    _match(mine, yours, recovered))


def _match(mine: Booked | None, yours: StatementLine | None, recovered: bool) -> Match:
    if yours is None:
        return Match.OURS_ONLY
    if mine is None:
        return Match.THEIRS_ONLY
    if mine.amount != yours.amount:
        return Match.AMOUNT_DIFFERS
    return Match.RECOVERED if recovered else Match.MATCHED
