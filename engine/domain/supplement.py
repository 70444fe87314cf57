"""The written request for what is missing or wrong (NĐ 61/2018 Art. 17 and 19; NĐ 45/2020 Art. 11).

The officer marks papers and answers; the applicant may change exactly those, once, until the period ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.change import Change
from engine.domain.errors import Conflict, DomainError


class SupplementPhase(Enum):
    """Asked before acceptance, when no clock runs, or by the agency that handles the dossier."""

    INTAKE = "intake"
    PROCESSING = "processing"


class SupplementExpired(DomainError):
    """The period for bringing what was asked has ended; `facts['due_at']` says when."""

    code = "supplement_expired"


class SupplementClosed(Conflict):
    """Nothing is asked of the applicant now, or it was answered before."""

    code = "supplement_closed"


class NotMarked(DomainError):
    """Something was changed that the officer did not mark; `facts['keys']` names it."""

    code = "not_marked"


class SupplementLimit(DomainError):
    """One request more than the rules allow needs a leader's reason first; `facts['most']` is how many are allowed."""

    code = "supplement_limit"


@dataclass(frozen=True, slots=True)
class SupplementRequest:
    """`missing` are keys of papers, `wrong_fields` keys of the application form."""

    id: str
    dossier_id: str
    phase: SupplementPhase
    reason: str
    missing: tuple[str, ...]
    wrong_fields: tuple[str, ...]
    asked_at: datetime
    asked_by: str
    due_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    changes: tuple[Change, ...] = ()

    def refuse_late(self, now: datetime) -> None:
        """What comes in the minute of the due date comes in time. Raises SupplementClosed, SupplementExpired."""
        if self.answered_at:
            raise SupplementClosed(at=self.answered_at.isoformat())
        if now > self.due_at:
            raise SupplementExpired(due_at=self.due_at.isoformat())

    def refuse_unmarked(self, fields: Iterable[str], papers: Iterable[str]) -> None:
        """Raises NotMarked for anything the officer did not ask about."""
        strange = [key for key in fields if key not in self.wrong_fields]
        strange += [key for key in papers if key not in self.missing]
        if strange:
            raise NotMarked(keys=sorted(set(strange)))


def used_up(requests: Sequence[SupplementRequest], most: int) -> bool:
    """True when the agency has asked as often as the rules allow; what was asked at intake does not count."""
    return sum(each.phase is SupplementPhase.PROCESSING for each in requests) >= most


def counts_as_late(requests: Sequence[SupplementRequest]) -> bool:
    """The national index (QĐ 766, indicator 2.1) takes a dossier with more than one request for late."""
    return used_up(requests, 2)
