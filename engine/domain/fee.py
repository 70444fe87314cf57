"""What one dossier owes, line by line, and what became of each line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.dossier import FinancialStatus
from engine.domain.tariff import CollectionPoint, FeeKind, QuoteLine
from engine.domain.wording import Text

PAYMENT_RECEIVED = "payment_received"
"""The message a diagram may wait for: everything that was due is paid or exempt."""

OBLIGATION_AMOUNT, OBLIGATION_NAME = "obligation_amount", "obligation_name"
"""Variables by which a diagram says what an agency assessed: đồng, and what for."""


class FeeState(Enum):
    """CANCELLED: nobody asks for it any more, with a reason. REFUNDED: it was paid and given back.

    EXCESS: it is part of what was paid, is no longer owed and waits to be given back.
    """

    DUE = "due"
    PAID = "paid"
    EXEMPT = "exempt"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    EXCESS = "excess"


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One amount that a dossier owes, in đồng. `act` says what made it, so that nothing makes it twice.

    `listed` is the amount before a reduction, `ground` the document that reduces it; `exemption` and `evidence` name
    why it need not be paid and the component that proves it.
    """

    id: str
    dossier_id: str
    act: str
    key: str
    name: Text
    kind: FeeKind
    collect: CollectionPoint
    listed: int
    amount: int
    refundable: bool
    created_at: datetime
    position: int = 0
    state: FeeState = FeeState.DUE
    share: int = 0
    ground: str = ""
    exemption: str = ""
    evidence: str = ""
    reason: str = ""
    settled_at: datetime | None = None
    settled_by: str | None = None

    @property
    def family(self) -> str:
        """The act that asked for this fee of the tariff first; a difference that was reckoned later belongs to it."""
        return ":".join(self.act.split(":")[:2]) if self.act.startswith("intake:") else self.act


def from_quote(line: QuoteLine, its_id: str, dossier_id: str, act: str, at: datetime, position: int) -> FeeLine:
    """A quoted line as it becomes due; `position` is its place among all lines of the dossier."""
    it, reduction = line.tariff, line.reduction
    return FeeLine(
        id=its_id, dossier_id=dossier_id, act=act, key=it.key, name=it.name, kind=it.kind, collect=it.collect,
        listed=line.listed, amount=line.amount, refundable=it.refundable, created_at=at, position=position,
        share=reduction.share if reduction else 0, ground=reduction.ground if reduction else "")


def due(lines: Iterable[FeeLine]) -> tuple[FeeLine, ...]:
    """The lines that wait for money."""
    return tuple(line for line in lines if line.state is FeeState.DUE)


def difference(lines: Iterable[FeeLine], wanted: int) -> int | None:
    """What one fee, which costs `wanted` now, still asks for; less than nothing is to be given back. In đồng.

    `lines` are those of this fee. None when they say so already, and where somebody is exempt from it.
    """
    sums = dict.fromkeys(FeeState, 0)
    for line in lines:
        sums[line.state] += line.amount
    left = wanted - sums[FeeState.PAID]
    asked_already = sums[FeeState.DUE] - sums[FeeState.EXCESS] == left
    return None if sums[FeeState.EXEMPT] or asked_already else left


def financial_status(lines: Iterable[FeeLine]) -> FinancialStatus:
    """What the lines say of the dossier; its professional state has no part in it."""
    states = {line.state for line in lines}
    if FeeState.DUE in states:
        return FinancialStatus.DUE
    if FeeState.PAID in states:
        return FinancialStatus.PAID
    return FinancialStatus.EXEMPT if FeeState.EXEMPT in states else FinancialStatus.NOTHING_DUE
