"""The same words in both languages, and the three ways in which a dossier comes in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    vi: str
    en: str


class Channel(IntEnum):
    """How a dossier comes in; the numbers are the national codes of `KenhThucHien`."""

    DIRECT = 1
    ONLINE = 2
    POSTAL = 3
