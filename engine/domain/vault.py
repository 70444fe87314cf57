"""A person's electronic store: papers handed in once, results received, and whether they still hold.

NĐ 45/2020/NĐ-CP Art. 16; TT 01/2023/TT-VPCP: a paper is known by its owner, its type and its standing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from engine.domain.errors import DomainError

_IDENTITY = re.compile(r"\d{12}", re.ASCII)


class PaperNotYours(DomainError):
    """The store has no such paper for this person, or it no longer holds; `facts['component']` says what it was for."""

    code = "paper_not_yours"


class FileSource(Enum):
    """How a file, or the paper it shows, came into the dossier."""

    PAPER_SCAN = "paper_scan"
    CITIZEN_UPLOAD = "citizen_upload"
    NATIONAL_STORE = "national_store"
    AGENCY_STORE = "agency_store"
    DATABASE_LOOKUP = "database_lookup"


REUSING = frozenset({FileSource.NATIONAL_STORE, FileSource.AGENCY_STORE, FileSource.DATABASE_LOOKUP})
"""Sources that spare the applicant a paper he gave before."""


class PaperStanding(Enum):
    """Whether a paper of the store still holds. EXPIRED is reckoned from its last day, never stored."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class VaultPaper:
    """One paper of a person's store. `origin` names where it came from, so that it is kept once."""

    id: str
    identity: str
    owner_name: str
    paper_type: str
    name: str
    filename: str
    media_type: str
    size: int
    sha256: str
    path: str
    dossier_id: str
    origin: str
    kept_at: datetime
    status: PaperStanding = PaperStanding.VALID
    valid_from: date | None = None
    valid_to: date | None = None
    consent_at: datetime | None = None
    changed_at: datetime | None = None
    reason: str = ""

    def standing(self, on: date) -> PaperStanding:
        """Whether it holds on that day."""
        if self.status is PaperStanding.VALID and self.valid_to is not None and self.valid_to < on:
            return PaperStanding.EXPIRED
        return self.status


@dataclass(frozen=True, slots=True)
class ReusedPaper:
    """A paper of the store that takes the place of one that the procedure asks for."""

    component_key: str
    paper_id: str


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What is known of an attachment besides its bytes: where it came from, which one it took the place of."""

    attachment_id: str
    dossier_id: str
    source: FileSource
    replaces: str | None = None
    vault_paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Digitisation:
    """What an officer found when he made a component electronic (TT 01/2023/TT-VPCP)."""

    dossier_id: str
    component_key: str
    source: FileSource
    original_seen: bool
    pages: int
    done_at: datetime
    done_by: str

    @property
    def reused(self) -> bool:
        """True when the applicant was spared the paper."""
        return self.source in REUSING


def identity_of(written: str) -> str:
    """A personal identification number (twelve digits) as a key of the store; empty for anything else."""
    digits = re.sub(r"[ .-]", "", written)
    return digits if _IDENTITY.fullmatch(digits) else ""
