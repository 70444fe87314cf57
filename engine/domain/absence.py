"""Who does the work of somebody who is away, for which procedures, and how he signs for him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from engine.domain.errors import DomainError, NotAllowed


class Capacity(Enum):
    """How a stand-in signs (NĐ 30/2020): deputy for the head, by authority, by mandate; NONE gives no signing power."""

    NONE = "none"
    KT = "KT"
    TL = "TL"
    TUQ = "TUQ"


class AbsenceOverlaps(DomainError):
    """The person is away in these days already, under another arrangement."""

    code = "absence_overlaps"


class AbsenceNotYours(NotAllowed):
    """Whether this person is away is for himself, for whoever heads all his units, or for administrators to say."""

    code = "absence_not_yours"


class OwnStandIn(NotAllowed):
    """Whoever plans an absence named himself as the one who gets the powers."""

    code = "own_stand_in"


class SignatureNotYours(NotAllowed):
    """Somebody who could not sign himself, an administrator mostly, let another sign for a leader."""

    code = "signature_not_yours"


@dataclass(frozen=True, slots=True)
class Absence:
    """`procedures` are slugs, none of them meaning all; both dates are included."""

    id: str
    account_id: str
    stand_in_id: str
    starts_on: date
    ends_on: date
    procedures: tuple[str, ...] = ()
    capacity: Capacity = Capacity.NONE

    def covers(self, on: date, slug: str) -> bool:
        """True when the stand-in does this procedure's work on that day."""
        return self.starts_on <= on <= self.ends_on and (not self.procedures or slug in self.procedures)

    def overlaps(self, other: Absence) -> bool:
        """True when both say for some day and procedure who stands in for the same person."""
        apart = self.ends_on < other.starts_on or other.ends_on < self.starts_on
        shared = not self.procedures or not other.procedures or set(self.procedures) & set(other.procedures)
        return self.account_id == other.account_id and not apart and bool(shared)
