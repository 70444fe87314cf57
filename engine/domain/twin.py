"""Recognising the same applicant and the same paper again: the guard against a dossier filed twice."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.domain.dossier import NationalStatus, Party
from engine.domain.errors import DomainError

LONGEST_KEY = 300


class TwinGround(Enum):
    """Why another dossier may be the same one."""

    OWNER = "owner"
    FILE = "file"


class TwinsUnseen(DomainError):
    """The officer has not said that he saw the dossiers that may be the same; `facts['count']` is how many."""

    code = "twins_unseen"


@dataclass(frozen=True, slots=True)
class Twin:
    """Another dossier with the same owner and procedure, or with one of the same files (`filename`)."""

    dossier_id: str
    code: str | None
    procedure_name: str
    owner_name: str
    status: NationalStatus
    submitted_at: datetime
    ground: TwinGround
    filename: str = ""


def owner_keys(owner: Party) -> tuple[str, ...]:
    """Under which names the owner is found again: his number, and his name with his telephone number.

    Spelling, diacritics, spaces and the country code of the telephone make no difference. A name alone is no key: half
    a commune shares it.
    """
    number = re.sub(r"[^0-9A-Z]", "", owner.id_number.upper())
    name, phone = _plain(owner.name), _digits(owner.phone)
    keys = (f"id:{number}" if number else "", f"person:{name}|{phone}" if name and phone else "")
    return tuple(key[:LONGEST_KEY] for key in keys if key)


def same_owner(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Two numbers decide alone; where one of them is missing, name and telephone must agree."""
    numbers = [{key for key in keys if key.startswith("id:")} for keys in (some, others)]
    if all(numbers):
        return numbers[0] == numbers[1]
    return bool(set(some) & set(others))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(each for each in letters if each.isalnum() or each == " ").split())


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone, flags=re.ASCII)
    return "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits
