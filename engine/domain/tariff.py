"""What a procedure costs: dated tariffs per channel, with quantities, reductions and exemptions (domain.md 12).

`quote` is pure: the day, the answers and whoever understands FEEL are handed in. Amounts are whole Vietnamese đồng.
Rounding: half up, first the listed amount, then what a reduction leaves of it. Days are days in Vietnam, the first and
the last of a period included; on a day outside every period nothing is owed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, IntEnum
from itertools import pairwise
from typing import Any, Protocol

from engine.domain.errors import FeeUndetermined
from engine.domain.wording import Channel, Text

LARGEST = 10**13
"""No obligation of one dossier comes near; the bound keeps sums exact wherever they are stored."""


class FeeKind(Enum):
    """Phí pays for a service, lệ phí is fixed by law (Law 97/2015/QH13); an obligation is what an agency assessed."""

    FEE = "fee"
    CHARGE = "charge"
    OBLIGATION = "obligation"


class CollectionPoint(IntEnum):
    """When money becomes due; the numbers are the national codes of `HinhThucThu`."""

    INTAKE = 1
    SUPPLEMENT = 2
    RETURN = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """One way to reckon an amount: exactly one of `amount`, `formula` (FEEL) and `decision` (a table) is set."""

    amount: int | None = None
    formula: str = ""
    decision: str = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when which rates hold. `everywhere` is the rate of every channel, else `by_channel` says."""

    since: date
    until: date | None
    everywhere: Rate | None
    by_channel: Mapping[Channel, Rate]

    def covers(self, on: date) -> bool:
        """True on the first day, the last day and every day between."""
        return self.since <= on and (self.until is None or on <= self.until)

    def rate(self, channel: Channel) -> Rate | None:
        """What the channel pays; None where it pays nothing."""
        return self.everywhere or self.by_channel.get(channel)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who need not pay, and the paper that proves it: the key of a component of the procedure."""

    key: str
    name: Text
    evidence: str


@dataclass(frozen=True, slots=True)
class Reduction:
    """A share in percent that nobody pays for a time, and the document that says so."""

    share: int
    since: date
    until: date | None
    ground: str
    channels: frozenset[Channel]

    def applies(self, channel: Channel, on: date) -> bool:
        """True for the channels named (all when none is) on a day of the period."""
        in_time = self.since <= on and (self.until is None or on <= self.until)
        return in_time and (not self.channels or channel in self.channels)


@dataclass(frozen=True, slots=True)
class Tariff:
    """One fee or charge of a procedure. `when` is a FEEL condition over the answers; empty means always."""

    key: str
    name: Text
    kind: FeeKind
    collect: CollectionPoint
    refundable: bool
    when: str
    periods: tuple[Period, ...]
    exemptions: tuple[Exemption, ...] = ()
    reductions: tuple[Reduction, ...] = ()

    def rate(self, channel: Channel, on: date) -> Rate | None:
        """The rate in force; None where nothing is owed."""
        period = next((each for each in self.periods if each.covers(on)), None)
        return period.rate(channel) if period else None

    def reduction(self, channel: Channel, on: date) -> Reduction | None:
        """The largest reduction that applies: several do not add up."""
        found = [each for each in self.reductions if each.applies(channel, on)]
        return max(found, key=lambda each: each.share, default=None)

    def exemption(self, key: str) -> Exemption | None:
        """An exemption by its key."""
        return next((each for each in self.exemptions if each.key == key), None)


class Evaluator(Protocol):
    """Whoever understands FEEL and decision tables. Both methods raise ValueError for what gives no usable answer."""

    def formula(self, expression: str, answers: Mapping[str, Any]) -> Any: ...
    def decision(self, name: str, answers: Mapping[str, Any]) -> Any: ...


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What one tariff asks: the amount as listed, and what remains to pay after the reduction."""

    tariff: Tariff
    listed: int
    reduction: Reduction | None
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Everything that is to be paid for one dossier, at whichever point."""

    lines: tuple[QuoteLine, ...]

    @property
    def total(self) -> int:
        """The sum of the lines, in đồng."""
        return sum(line.amount for line in self.lines)


def quote(tariffs: Iterable[Tariff], channel: Channel, answers: Mapping[str, Any], on: date, evaluator: Evaluator,
          collect: CollectionPoint | None = None) -> Quote:
    """What these answers cost on that day of Vietnam; `collect` narrows it to one point of collection.

    Raises FeeUndetermined when the answers do not tell, for example because a number is missing.
    """
    wanted = (each for each in tariffs if collect in (None, each.collect))
    lines = (_line(each, channel, answers, on, evaluator) for each in wanted)
    return Quote(tuple(line for line in lines if line is not None))


def fixed(fees: Mapping[Channel, int]) -> tuple[Tariff, ...]:
    """The plain case as a tariff: one amount per channel, at intake, for ever; none where everything is free."""
    rates = {channel: Rate(amount) for channel, amount in fees.items() if amount}
    if not rates:
        return ()
    always = Period(date.min, None, None, rates)
    return (Tariff("fee", Text("Phí, lệ phí", "Fee"), FeeKind.CHARGE, CollectionPoint.INTAKE, False, "", (always,)),)


def after_reduction(listed: int, reduction: Reduction | None) -> int:
    """What is left to pay."""
    if reduction is None:
        return listed
    return _rounded(Decimal(listed) * (100 - reduction.share) / 100)


def _line(it: Tariff, channel: Channel, answers: Mapping[str, Any], on: date, evaluator: Evaluator) -> QuoteLine | None:
    rate = it.rate(channel, on)
    if rate is None or not _owed(it, answers, evaluator):
        return None
    listed = _listed(it, rate, answers, evaluator)
    reduction = it.reduction(channel, on)
    return QuoteLine(it, listed, reduction, after_reduction(listed, reduction))


def _owed(it: Tariff, answers: Mapping[str, Any], evaluator: Evaluator) -> bool:
    if not it.when:
        return True
    try:
        answer = evaluator.formula(it.when, answers)
    except ValueError as error:
        raise FeeUndetermined(fee=it.name.vi, detail=str(error)) from error
    if not isinstance(answer, bool):
        raise FeeUndetermined(fee=it.name.vi, detail=f"{it.when}: {answer!r}")
    return answer


def _listed(it: Tariff, rate: Rate, answers: Mapping[str, Any], evaluator: Evaluator) -> int:
    if rate.amount is not None:
        return rate.amount
    try:
        asked = evaluator.formula if rate.formula else evaluator.decision
        answer = asked(rate.formula or rate.decision, answers)
    except ValueError as error:
        raise FeeUndetermined(fee=it.name.vi, detail=str(error)) from error
    return money(answer, it.name.vi)


def money(value: object, fee: str) -> int:
    """A reckoned value as whole đồng. Raises FeeUndetermined for anything that is no amount to ask for."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FeeUndetermined(fee=fee, detail=repr(value)[:80])
    if not 0 <= value <= LARGEST:
        raise FeeUndetermined(fee=fee, detail=f"{value:g}")
    return _rounded(Decimal(str(value)))


def _rounded(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def overlapping(periods: Sequence[Period]) -> Period | None:
    """A period that begins before another one has ended."""
    ordered = sorted(periods, key=lambda each: each.since)
    for earlier, later in pairwise(ordered):
        if earlier.until is None or later.since <= earlier.until:
            return later
    return None
