"""What leaves the office: slips of the decree, results of procedures, and the seals set under them.

A paper is a snapshot: what it said when it was issued stays what it says, whatever becomes of the dossier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from engine.domain.absence import Capacity
from engine.domain.errors import NotAllowed

OWN_FILE = "result"
"""Component key of the document that an agency made itself; no procedure may ask for a paper by this key."""


class ResultGuarded(NotAllowed):
    """The agency's own document comes in while the result is prepared; what was approved is what is signed."""

    code = "result_guarded"


@dataclass(frozen=True, slots=True)
class DoneStep:
    """Who completed a step, where and when, and in whose stead he signed."""

    account_id: str
    name: str
    unit_id: str
    capacity: Capacity
    at: datetime


class Slip(Enum):
    """The official slips (TT 01/2018/TT-VPCP: all but STOP; TT 03/2025/TT-VPCP: all seven)."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    REGISTER = "register"


SYMBOLS: Mapping[Slip, str] = {
    Slip.RECEIPT: "TNHS",
    Slip.SUPPLEMENT: "HDHS",
    Slip.REFUSAL: "TCHS",
    Slip.APOLOGY: "PXL",
    Slip.STOP: "TBDHS",
    Slip.CONTROL: "KSHS",
}
"""What stands behind the number: `Số: 12/TNHS`."""

ISSUED = frozenset({Slip.RECEIPT, Slip.SUPPLEMENT, Slip.REFUSAL, Slip.APOLOGY, Slip.STOP})
"""Slips that are handed over once, with a number."""

NUMBERED = ISSUED | {Slip.CONTROL}
"""The control slip stays in the office: printed from the history until the dossier is returned, then kept as it was."""


class SealKind(Enum):
    """An agency's own seal, or a second one kept elsewhere under a distinguishing sign (NĐ 99/2016/NĐ-CP)."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Print:
    """The file of a paper once it was rendered and signed. `signers` are named as the certificates name them."""

    path: str
    sha256: str
    size: int
    media_type: str = "application/pdf"
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One slip as it was issued. `act` makes issuing it once the same as issuing it twice."""

    id: str
    dossier_id: str
    slip: Slip
    pack: str
    template: str
    agency_id: str
    document_type: str
    year: int
    number: int
    data: Mapping[str, Any]
    act: str
    issued_at: datetime
    issued_by: str
    print: Print | None = None
    replaced_by: str | None = None

    @property
    def label(self) -> str:
        """The number as it is printed: `12/TNHS`."""
        return f"{self.number:02d}/{SYMBOLS[self.slip]}"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Why a result no longer holds (NĐ 45/2020/NĐ-CP Art. 15): when, by whom, in which case."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant takes home. `code` is `‹dossier code›-KQ(n)` (NĐ 45/2020/NĐ-CP Art. 14).

    `data` is the snapshot the generic document is printed from; `print` may also be a file that the agency made itself.
    """

    id: str
    dossier_id: str
    ordinal: int
    code: str
    key: str
    name: str
    agency_id: str
    document_type: str
    year: int
    number: int
    data: Mapping[str, Any]
    issued_at: datetime
    issued_by: str
    print: Print | None = None
    sealed_at: datetime | None = None
    revocation: Revocation | None = None


def result_code(dossier_code: str, ordinal: int) -> str:
    """`H99.01.01-260302-0001-KQ(1)`"""
    return f"{dossier_code}-KQ({ordinal})"


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of the register. `sign` distinguishes it from the agency's other seals; `keeper_unit` keeps it."""

    id: str
    owner_unit: str
    kind: SealKind
    sign: str
    keeper_unit: str
    registered_at: datetime
    registered_by: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealUse:
    """One line of the log of a seal: which document, whose dossier, when, by which clerk."""

    id: str
    seal_id: str
    result_id: str
    dossier_id: str
    document: str
    used_at: datetime
    used_by: str


@dataclass(frozen=True, slots=True)
class SealHandover:
    """A seal passes from one keeper to another, with the minutes that both signed."""

    id: str
    seal_id: str
    from_unit: str
    to_unit: str
    handed_at: datetime
    handed_by: str
    minutes: str


@dataclass(frozen=True, slots=True)
class Sealing:
    """What is needed to sign and seal one result: who approved it, which clerk sealed it with which seal.

    The approver is the one of the moment of issue: what is approved later beside the dossier changes no signature.
    `own_file` is what the agency uploaded in the place of the generic document. `first` says that the agency has no
    seal in the register yet: its own is entered with its first use.
    """

    result: Result
    unit: str
    approver: str = ""
    clerk_id: str = ""
    clerk_unit: str = ""
    seal: Seal | None = None
    first: bool = False
    own_file: str = ""

    @property
    def sealed(self) -> bool:
        """Whether the agency's electronic seal may be set."""
        return bool(self.clerk_id) and (self.seal is not None or self.first)
