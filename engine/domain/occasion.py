"""The moments in the life of a dossier at which somebody has to be told or a paper handed over.

Pure comparison of a dossier before and after one step; who listens stands in `engine.commands.happening`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from engine.domain.dossier import Dossier, NationalStatus


class Occasion(Enum):
    """What just happened to the dossier, as its owner would say it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENT_RECEIVED = "supplement_received"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_RECEIVED = "payment_received"
    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    WITHDRAWAL_REJECTED = "withdrawal_rejected"
    STOPPED = "stopped"
    COMPLETED = "completed"
    REOPENED = "reopened"
    RETURNED = "returned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    REAPPOINTED = "reappointed"
    EXTENDED = "extended"
    CORRECTED = "corrected"
    RESULT_REVOKED = "result_revoked"
    RATED = "rated"
    UNCOLLECTED = "uncollected"
    PAPERS_MISSED = "papers_missed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One occasion. `variables` are those of the instance that caused it, `{}` where no instance did."""

    occasion: Occasion
    dossier: Dossier
    variables: Mapping[str, Any] = field(default_factory=dict)


_S = NationalStatus
_ARRIVALS = {
    _S.ACCEPTED: Occasion.ACCEPTED,
    _S.REFUSED: Occasion.REFUSED,
    _S.SUPPLEMENT_REQUESTED: Occasion.SUPPLEMENT_REQUESTED,
    _S.PAYMENT_REQUESTED: Occasion.PAYMENT_REQUESTED,
    _S.WITHDRAWAL_REQUESTED: Occasion.WITHDRAWAL_REQUESTED,
    _S.STOPPED: Occasion.STOPPED,
    _S.COMPLETED: Occasion.COMPLETED,
    _S.RETURNED: Occasion.RETURNED,
}
_DEPARTURES = {
    _S.SUPPLEMENT_REQUESTED: Occasion.SUPPLEMENT_RECEIVED,
    _S.PAYMENT_REQUESTED: Occasion.PAYMENT_RECEIVED,
    _S.WITHDRAWAL_REQUESTED: Occasion.WITHDRAWAL_REJECTED,
    _S.COMPLETED: Occasion.REOPENED,
}
"""Going back to work (state 4) means something else from each state."""


def occasion(before: Dossier, after: Dossier) -> Occasion | None:
    """What one change of state amounts to; None when the state stayed or nobody outside needs to know.

    A dossier accepted after an answered supplement request at intake is an acceptance, not a supplement received.
    """
    if after.national_status is before.national_status:
        return None
    if after.national_status is _S.IN_PROGRESS:
        return _DEPARTURES.get(before.national_status, Occasion.TRANSFERRED)
    return _ARRIVALS.get(after.national_status)
