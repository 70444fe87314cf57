"""The dossier: what somebody asks of the state, and where it stands.

Its diagram runs elsewhere; the dossier knows its instances by `business_key`, which is its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, IntEnum

from engine.domain.clock_ledger import ClockState
from engine.domain.errors import IllegalMove
from engine.domain.procedure import Channel


class NationalStatus(IntEnum):
    """The ten official states of the national portal, field `TrangThaiHoSo` (domain.md 2.7)."""

    SUBMITTED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWAL_REQUESTED = 7
    STOPPED = 8
    COMPLETED = 9
    RETURNED = 10


_S = NationalStatus
MOVES: Mapping[NationalStatus, frozenset[NationalStatus]] = {
    _S.SUBMITTED: frozenset({_S.ACCEPTED, _S.REFUSED, _S.SUPPLEMENT_REQUESTED, _S.WITHDRAWAL_REQUESTED}),
    _S.ACCEPTED: frozenset({_S.IN_PROGRESS, _S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED, _S.WITHDRAWAL_REQUESTED,
                            _S.COMPLETED}),
    _S.REFUSED: frozenset(),
    _S.IN_PROGRESS: frozenset({_S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED, _S.WITHDRAWAL_REQUESTED, _S.STOPPED,
                               _S.COMPLETED}),
    _S.SUPPLEMENT_REQUESTED: frozenset({_S.ACCEPTED, _S.IN_PROGRESS, _S.WITHDRAWAL_REQUESTED, _S.STOPPED}),
    _S.PAYMENT_REQUESTED: frozenset({_S.IN_PROGRESS, _S.WITHDRAWAL_REQUESTED, _S.STOPPED, _S.COMPLETED}),
    _S.WITHDRAWAL_REQUESTED: frozenset({_S.IN_PROGRESS, _S.STOPPED}),
    _S.STOPPED: frozenset(),
    _S.COMPLETED: frozenset({_S.RETURNED, _S.IN_PROGRESS}),     # back when the result turns out to be wrong
    _S.RETURNED: frozenset(),
}
"""Every move there is; staying where one is, is not a move."""

FINAL = frozenset(status for status, onward in MOVES.items() if not onward)
"""States that nothing leaves."""

FINISHED = frozenset({_S.REFUSED, _S.STOPPED, _S.COMPLETED, _S.RETURNED})
"""States in which the agency has nothing left to do in time: the first of them ends the clock."""


def move(current: NationalStatus, to: NationalStatus) -> NationalStatus:
    """The new state. Raises IllegalMove when the table has no such move, staying included."""
    if to not in MOVES[current]:
        raise IllegalMove(current=current, to=to, allowed=sorted(int(each) for each in MOVES[current]))
    return to


class FinancialStatus(Enum):
    """What the applicant owes; never derived from the professional state."""

    NOTHING_DUE = "nothing_due"
    DUE = "due"
    PAID = "paid"
    EXEMPT = "exempt"


class DeliveryStatus(Enum):
    """Where the result is once there is one."""

    NOT_READY = "not_ready"
    READY = "ready"
    SENT = "sent"
    HANDED_OVER = "handed_over"


class SyncStatus(Enum):
    """Whether the national portal knows what we know. LOCAL dossiers are not reported to it."""

    LOCAL = "local"
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class ComponentState(Enum):
    """What became of one paper that the procedure asks for."""

    REQUIRED = "required"
    PRESENT = "present"
    REPLACED_BY_DATA = "replaced_by_data"
    PENDING_CHECK = "pending_check"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation. `basis` says of a submitter why he may act for the owner: power of attorney, parent."""

    name: str
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class DossierComponent:
    """One paper of one dossier: what was asked for, what was handed in."""

    key: str
    name: str
    required: bool
    originals: int
    copies: int
    state: ComponentState

    @property
    def missing(self) -> bool:
        """True when the dossier is incomplete without it."""
        return self.required and self.state is ComponentState.REQUIRED


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file handed in for a component; `path` is where the file store keeps it."""

    id: str
    dossier_id: str
    component_key: str
    filename: str
    media_type: str
    size: int
    sha256: str
    path: str
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One request and its four statuses: professional, financial, delivery, synchronisation.

    `assisted_at` is the point that helped, `received_by` the unit that answers to the applicant, `competent` the one
    that decides; they may all differ. `code` is given on acceptance and never changes. `due_at` and `clock` are what
    the clock ledger says, kept for lists; `original_due_at` is what was promised first. `reappointed_at` is the new
    promise of an apology, which changes nothing about being late. `watch_at` is when the system must look at it next.
    `held_status` is the state to which it goes back when a request to withdraw it is rejected.
    """

    id: str
    tracking_secret: str
    slug: str
    procedure_code: str
    procedure_name: str
    version_id: str
    rule_pack: str
    term: str
    channel: Channel
    owner: Party
    assisted_at: str
    received_by: str
    competent: str
    submitted_at: datetime
    submitted_by: str
    subject: str = ""
    submitter: Party | None = None
    code: str | None = None
    national_status: NationalStatus = NationalStatus.SUBMITTED
    detail_status: str = ""
    financial_status: FinancialStatus = FinancialStatus.NOTHING_DUE
    delivery_status: DeliveryStatus = DeliveryStatus.NOT_READY
    sync_status: SyncStatus = SyncStatus.LOCAL
    outcome: str | None = None
    clock: ClockState = ClockState.IDLE
    clock_head: str = ""
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    accepted_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    reappointed_at: datetime | None = None
    watch_at: datetime | None = None
    held_status: NationalStatus | None = None
    lock_version: int = 0

    @property
    def appointment_at(self) -> datetime | None:
        """When the applicant was told to come: the new promise where there is one, else the due date."""
        return max((at for at in (self.due_at, self.reappointed_at) if at), default=None)

    def moved(self, to: NationalStatus, at: datetime, detail: str = "") -> Dossier:
        """The dossier in its new state, with the instants that hang on it. Raises IllegalMove."""
        status = move(self.national_status, to)
        return replace(
            self,
            national_status=status,
            detail_status=detail,
            accepted_at=self.accepted_at or (at if status is NationalStatus.ACCEPTED else None),
            finished_at=(self.finished_at or at) if status in FINISHED else None,
            returned_at=at if status is NationalStatus.RETURNED else None,
            delivery_status=_delivery(status, self.delivery_status),
        )

    def continued(self) -> Dossier:
        """Back where it was when its owner asked to withdraw it, because that was rejected."""
        assert self.held_status is not None
        return replace(self, national_status=self.held_status, held_status=None, detail_status="")


def _delivery(status: NationalStatus, current: DeliveryStatus) -> DeliveryStatus:
    if status is NationalStatus.RETURNED:
        return current if current is DeliveryStatus.SENT else DeliveryStatus.HANDED_OVER
    return DeliveryStatus.READY if status is NationalStatus.COMPLETED else DeliveryStatus.NOT_READY
