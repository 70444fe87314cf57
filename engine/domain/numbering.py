"""Numbers of documents: one book per agency, document type and year, whoever takes from it and wherever he sits.

NĐ 30/2020/NĐ-CP restarts every book with the year; centre and department share one book, so that no number is given
twice. A block may be set aside for a place; what is left of it when it comes back stands in the log of gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Book:
    """What numbers are counted in. `year` is the year in Vietnam."""

    agency_id: str
    document_type: str
    year: int


@dataclass(frozen=True, slots=True)
class Take:
    """Asks for one number. The same `act` gets the same number again; `place` is the unit at which it is taken."""

    book: Book
    act: str
    dossier_id: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A block of numbers set aside for a place until `expires_at`; `following` is the next one to be given."""

    id: str
    book: Book
    place: str
    first: int
    last: int
    following: int
    reason: str
    reserved_by: str
    reserved_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None

    @property
    def left(self) -> range:
        """Numbers that nobody took."""
        return range(self.following, self.last + 1)


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A number that no document bears, and why."""

    book: Book
    number: int
    reason: str
    logged_at: datetime
    logged_by: str
