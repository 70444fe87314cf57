"""Papers out of the centre: only under a permit of its head, with a day on which they must be back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.errors import DomainError


class PermitState(Enum):
    """Asked for, decided, carried out of the centre, checked in again."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    OUT = "out"
    RETURNED = "returned"


class PermitOrder(DomainError):
    """The papers cannot take this way now; `facts['state']` is where the permit stands."""

    code = "permit_order"


class PapersOut(DomainError):
    """Another permit holds one of these papers already; `facts['papers']` names them."""

    code = "papers_out"


_MOVES = {
    PermitState.ASKED: (PermitState.APPROVED, PermitState.REFUSED),
    PermitState.APPROVED: (PermitState.OUT,),
    PermitState.OUT: (PermitState.RETURNED,),
}
HOLDING = (PermitState.ASKED, PermitState.APPROVED, PermitState.OUT)
"""States in which a permit keeps its papers from any other."""


@dataclass(frozen=True, slots=True)
class Permit:
    """`papers` are keys of components of the dossier; `unit_id` the centre that keeps them."""

    id: str
    dossier_id: str
    unit_id: str
    papers: tuple[str, ...]
    holder_id: str
    purpose: str
    leave_at: datetime
    due_back_at: datetime
    asked_at: datetime
    asked_by: str
    state: PermitState = PermitState.ASKED
    decided_at: datetime | None = None
    decided_by: str | None = None
    left_at: datetime | None = None
    returned_at: datetime | None = None
    missed_at: datetime | None = None

    def refuse_move(self, to: PermitState) -> None:
        """Raises PermitOrder when the permit has another way to go first."""
        if to not in _MOVES.get(self.state, ()):
            raise PermitOrder(state=self.state.value)

    def overdue(self, now: datetime) -> bool:
        """True while papers are outside after the time at which they had to be back."""
        return self.state is PermitState.OUT and now > self.due_back_at
