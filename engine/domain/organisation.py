"""Units of the administration, and a set of them with their people as it is installed for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.actor import Membership


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency, a one-stop unit or a unit of a vertical sector (domain.md 1.1)."""

    id: str
    code: str
    name: str
    kind: str
    level: str
    parent_id: str | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An official of a sample."""

    login: str
    name: str
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class SampleCitizen:
    """Somebody who applies, to try things with."""

    login: str
    name: str
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A small administration to try things in. `routes` maps a receiving unit to agency keys and their units."""

    units: tuple[Unit, ...]
    routes: Mapping[str, Mapping[str, str]]
    people: tuple[Person, ...]
    password: str
    citizens: tuple[SampleCitizen, ...] = ()
