"""A dossier on paper: what the facts of a diagram make of its state and its clock, with nothing stored.

Rehearsals and tests ask here what a real dossier would say: the same effects, table of states, ledger and reckoning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.domain import clock_ledger
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockKind, ClockState
from engine.domain.dossier import NationalStatus, move
from engine.domain.reaction import ClockVerb, Effect
from engine.domain.ticking import Rules, Tick, tick
from engine.domain.time_limit import TimeLimit, TimeUnit

WHO = "rehearsal"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the dossier stands. `after` gives the next one."""

    rules: Rules
    status: NationalStatus = NationalStatus.SUBMITTED
    detail: str = ""
    outcome: str | None = None
    ledger: tuple[ClockEvent, ...] = ()

    @property
    def clock(self) -> ClockState:
        """Idle, running, paused or finished."""
        return clock_ledger.state(self.ledger)

    @property
    def due_at(self) -> datetime | None:
        """When it is due now, in the zone of Vietnam; None before acceptance or without a term."""
        return self.rules.read(self.ledger).due_at()

    @property
    def accepted_at(self) -> datetime | None:
        """When its clock started."""
        return self.ledger[0].at if self.ledger else None

    @property
    def on_time(self) -> bool | None:
        """Whether it was finished by the due date; None while that is open or where there is no term."""
        last = self.ledger[-1] if self.ledger else None
        finish = last if last and last.kind is ClockKind.FINISHED else None
        return None if finish is None or self.due_at is None else finish.at <= self.due_at

    def after(self, effect: Effect, at: datetime) -> Standing:
        """The dossier after one effect. Raises IllegalMove, ClockOrderBroken where the diagram contradicts the law."""
        then = self._moved(effect)
        if effect.clock:
            then = then._ticked(effect, effect.clock, at)
        return replace(then, outcome=effect.outcome or then.outcome)

    def extended(self, days: int, at: datetime, ground: str = "") -> Standing:
        """More working days were granted on a legal ground."""
        span = TimeLimit(Decimal(days), TimeUnit.WORKING_DAY)
        event = clock_ledger.extended("", at, WHO, span, ground, "")
        return replace(self, ledger=(*self.ledger, clock_ledger.append(self.ledger, event)))

    def variables(self) -> Mapping[str, str | None]:
        """What the engine tells the diagram about its dossier."""
        return {"due_at": _iso(self.due_at), "accepted_at": _iso(self.accepted_at)}

    def _moved(self, effect: Effect) -> Standing:
        if effect.status is not None and effect.status != self.status:
            status = move(self.status, NationalStatus(effect.status))
            return replace(self, status=status, detail=effect.detail or "")
        return self if effect.detail is None else replace(self, detail=effect.detail)

    def _ticked(self, effect: Effect, verb: ClockVerb, at: datetime) -> Standing:
        event = tick(self.ledger, self.rules, verb, Tick("", WHO, at, self.status, effect.node_name))
        return replace(self, ledger=(*self.ledger, event)) if event else self


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat() if at else None
