"""Money on its way: payments of a dossier, what the gateway tells of them, and the receipts for it.

`judge` decides what a notice of the gateway means; it is pure, so that every order of duplicates, late and wrong
notices can be tried. Money that finds nothing to pay is never lost: it waits for a person on the reconciliation page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.fee import FeeLine, FeeState
from engine.domain.tariff import FeeKind
from engine.domain.wording import Text


class PaymentMethod(Enum):
    """How the money came: over the counter, to the unit's bank account, through the payment gateway."""

    CASH = "cash"
    TRANSFER = "transfer"
    GATEWAY = "gateway"


class PaymentState(Enum):
    """CANCELLED by the payer; EXPIRED when another payment of the same dossier took its place."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay for lines of one dossier. `reference` is how the gateway knows it (`MaThamChieu`)."""

    id: str
    reference: str
    dossier_id: str
    unit_id: str
    method: PaymentMethod
    state: PaymentState
    amount: int
    line_ids: tuple[str, ...]
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None = None
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class FeeReceipt:
    """The receipt for one line that was paid; `revoked_at` when the money was given back."""

    id: str
    line_id: str
    dossier_id: str
    payment_id: str
    unit_id: str
    series: str
    year: int
    number: int
    payer: str
    amount: int
    issued_at: datetime
    issued_by: str
    revoked_at: datetime | None = None

    @property
    def label(self) -> str:
        """Series, year and number as they are printed: `BLL/26-0000012`."""
        return f"{self.series}/{self.year % 100:02d}-{self.number:07d}"


SERIES = {FeeKind.FEE: "BLP", FeeKind.CHARGE: "BLL", FeeKind.OBLIGATION: "BLN"}
"""Receipts are numbered apart for phí, lệ phí and obligations."""


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """What the gateway says happened to a reference, its signature already checked."""

    reference: str
    transaction_id: str
    amount: int
    succeeded: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the gateway is asked to collect."""

    reference: str
    amount: int
    purpose: str
    payer: str
    dossier_code: str
    procedure_code: str
    unit_code: str
    lines: tuple[tuple[str, Text, int], ...]
    return_url: str
    at: datetime


class MoneyOutcome(Enum):
    """What became of money that the gateway took. WAITING: nobody asked yet what it is for, a job does soon.

    All others but APPLIED wait for a person.
    """

    WAITING = "waiting"
    APPLIED = "applied"
    WRONG_AMOUNT = "wrong_amount"
    NOTHING_TO_PAY = "nothing_to_pay"
    UNKNOWN_REFERENCE = "unknown_reference"


@dataclass(frozen=True, slots=True)
class GatewayTransaction:
    """Money the gateway took, known by the gateway's own number: recorded once, however often it is told."""

    id: str
    transaction_id: str
    reference: str
    amount: int
    paid_at: datetime
    told_at: datetime
    by_file: bool
    outcome: MoneyOutcome
    payment_id: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolution: str = ""


def judge(amount: int, payment: Payment | None, lines: Iterable[FeeLine]) -> MoneyOutcome:
    """What money that was taken is good for. A payment given up may still be paid, while its lines are due."""
    if payment is None:
        return MoneyOutcome.UNKNOWN_REFERENCE
    paid_for = [line for line in lines if line.id in payment.line_ids]
    if payment.state is PaymentState.SUCCEEDED or not _all_due(paid_for, payment.line_ids):
        return MoneyOutcome.NOTHING_TO_PAY
    return MoneyOutcome.APPLIED if amount == payment.amount else MoneyOutcome.WRONG_AMOUNT


def _all_due(lines: Collection[FeeLine], wanted: Collection[str]) -> bool:
    return len(lines) == len(wanted) and all(line.state is FeeState.DUE for line in lines)
