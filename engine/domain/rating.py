"""What applicants think of the service: three levels, and reasons when it was not good (Circular 01/2018)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.errors import Conflict


class RatingLevel(Enum):
    """The three levels of the national form."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"


class RatingReason(Enum):
    """What was not good; several may apply."""

    LATE = "late"
    ATTITUDE = "attitude"
    GUIDANCE = "guidance"
    EXTRA_PAPERS = "extra_papers"
    REPEATED_VISITS = "repeated_visits"
    FEES = "fees"
    ONLINE_SYSTEM = "online_system"


@dataclass(frozen=True, slots=True)
class Rating:
    """One applicant's word on one dossier, given once."""

    dossier_id: str
    account_id: str
    level: RatingLevel
    reasons: tuple[RatingReason, ...]
    comment: str
    rated_at: datetime


class AlreadyRated(Conflict):
    """The dossier was rated before; a rating is given once and stays."""

    code = "already_rated"
