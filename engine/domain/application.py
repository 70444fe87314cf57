"""An application before it is a dossier: a draft that can wait, its files, and the wishes of the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

AUTHORISATION = "authorisation"
"""Component key of the file that proves somebody may act for the owner; no procedure lists it among its papers."""

DRAFT_KEPT_FOR = timedelta(days=30)
"""Where an installation says nothing else; counted from the last time the draft was saved."""

MOST_DRAFTS = 50
"""Of one citizen; beyond it the oldest must be sent or deleted first."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LETTERS = 8


class DraftStep(Enum):
    """The steps of the wizard, in order."""

    FORM = "form"
    PAPERS = "papers"
    FEE = "fee"
    CHECK = "check"


class DeliveryWay(Enum):
    """How the applicant wants to have the result."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that waits in a draft; `path` is where the file store keeps it."""

    id: str
    draft_id: str
    component_key: str
    filename: str
    media_type: str
    size: int
    sha256: str
    path: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DraftApplication:
    """What somebody has filled in so far, exactly as typed: wrong answers are kept too, so that nothing is lost.

    `dossier_id` is set once it was sent; from then on it is read only by a second press of the same button.
    """

    id: str
    account_id: str
    slug: str
    step: DraftStep
    typed: Mapping[str, Any]
    created_at: datetime
    saved_at: datetime
    expires_at: datetime
    dossier_id: str | None = None


@dataclass(frozen=True, slots=True)
class OnlineFiling:
    """What an online submission says beyond the dossier: `reference` names it until a code is given.

    `keep_papers` is the owner's consent that accepted papers stay in his electronic store (Decree 45/2020, article 11).
    """

    dossier_id: str
    reference: str
    delivery_way: DeliveryWay
    delivery_address: str
    keep_papers: bool


def reference(chance: bytes) -> str:
    """A temporary reference such as `TAM-7K2M-9QXF`, without letters that are mistaken for each other."""
    picked = "".join(_LETTERS[each % len(_LETTERS)] for each in chance[:REFERENCE_LETTERS])
    return f"TAM-{picked[:4]}-{picked[4:]}"
