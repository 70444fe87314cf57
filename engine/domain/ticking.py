"""What a node's word about the clock becomes in the ledger of one dossier.

Shared by commands, which store the event, and by rehearsals, which do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain import clock_ledger, clock_reading, time_limit
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockEvent, ClockState, PauseReason
from engine.domain.clock_reading import Reading
from engine.domain.dossier import NationalStatus
from engine.domain.reaction import ClockVerb
from engine.domain.rulepack import RulePack
from engine.domain.time_limit import TimeLimit

PAUSES: Mapping[NationalStatus, PauseReason] = {
    NationalStatus.SUPPLEMENT_REQUESTED: PauseReason.SUPPLEMENT,
    NationalStatus.PAYMENT_REQUESTED: PauseReason.PAYMENT,
    NationalStatus.WITHDRAWAL_REQUESTED: PauseReason.WITHDRAWAL,
}
"""Whose time passes while the clock stands, by the state that stopped it (domain.md 3.5)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about dates: the term of the channel, the calendar and the rule pack of the day."""

    limit: TimeLimit
    calendar: WorkingCalendar
    pack: RulePack

    def read(self, ledger: Sequence[ClockEvent]) -> Reading:
        """The ledger read by these rules."""
        return clock_reading.read(ledger, self.calendar, self.pack.time_policy, self.pack.supplement_clock)


@dataclass(frozen=True, slots=True)
class Tick:
    """One word about the clock: who lets which node speak, when, in which state of the dossier."""

    dossier_id: str
    actor_id: str
    at: datetime
    status: NationalStatus
    ground: str


def tick(ledger: Sequence[ClockEvent], rules: Rules, verb: ClockVerb, now: Tick) -> ClockEvent | None:
    """The sealed event, to be stored as the next of this ledger; None when the clock has nothing left to do.

    Raises ClockOrderBroken where the diagram contradicts the clock.
    """
    if verb is ClockVerb.FINISH and clock_ledger.state(ledger) is ClockState.FINISHED:
        return None  # several agencies may each say that they are done; the first ends the clock
    return clock_ledger.append(ledger, _event(rules, verb, now))


def _event(rules: Rules, verb: ClockVerb, now: Tick) -> ClockEvent:
    match verb:
        case ClockVerb.START:
            promised = time_limit.due_at(now.at, rules.limit, rules.calendar, rules.pack.time_policy)
            version = rules.calendar.version
            return clock_ledger.started(now.dossier_id, now.at, now.actor_id, rules.limit, promised, version)
        case ClockVerb.PAUSE:
            reason = PAUSES.get(now.status, PauseReason.OTHER)
            return clock_ledger.paused(now.dossier_id, now.at, now.actor_id, reason, now.ground)
        case ClockVerb.RESUME:
            return clock_ledger.resumed(now.dossier_id, now.at, now.actor_id)
        case ClockVerb.RESTART:
            return clock_ledger.restarted(now.dossier_id, now.at, now.actor_id, now.ground)
        case ClockVerb.REOPEN:
            return clock_ledger.reopened(now.dossier_id, now.at, now.actor_id, now.ground)
    return clock_ledger.finished(now.dossier_id, now.at, now.actor_id)
