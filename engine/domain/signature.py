"""Digital signatures under papers: who signs, and what a check of a file says (Luật Giao dịch điện tử 20/2023/QH15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose key signs: a person of a unit, or with an empty `person` the unit itself, which is its electronic seal.

    `place` counts the visible stamps of a document from 0: the person first, the seal of the unit beside or below.
    """

    unit: str
    person: str = ""
    place: int = 0

    @property
    def name(self) -> str:
        """As the certificate and the stamp show it."""
        return self.person or self.unit


class Verdict(Enum):
    """What the check of one signature found."""

    VALID = "valid"
    ALTERED = "altered"
    UNKNOWN_SIGNER = "unknown_signer"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """One signature of a file, in the order in which they were made."""

    verdict: Verdict
    signer: str
    organisation: str
    signed_at: datetime | None


def verdict_of(checks: tuple[SignatureCheck, ...]) -> Verdict | None:
    """The worst of all; None for a file that nobody signed."""
    found = {each.verdict for each in checks}
    return next((each for each in (Verdict.ALTERED, Verdict.UNKNOWN_SIGNER, Verdict.VALID) if each in found), None)
