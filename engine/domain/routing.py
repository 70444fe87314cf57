"""Whose work a step is: from the names on a diagram to units, and from units to people.

Work goes by competence, never by the place of submission: the routing of a receiving unit says who decides for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine.domain.actor import Actor, Role, StandIn
from engine.domain.errors import UnitNotRouted

RECEIVING = "receiving"
"""The one-stop unit that took the dossier in and hands the result back."""

LEAD = "lead"
"""The agency that answers for the whole term."""

AGENCY = "agency:"
"""Prefix of a coordinating agency's key, as in `agency:commune_police`."""


def parties(receiving: str, lead_agency: str, agencies: Mapping[str, str]) -> dict[str, str]:
    """Which unit each name of a diagram means for one dossier. `agencies` maps agency keys to unit ids.

    Raises UnitNotRouted when the lead agency is not among them.
    """
    if lead_agency not in agencies:
        raise UnitNotRouted(unit=f"{AGENCY}{lead_agency}", receiving=receiving)
    named = {f"{AGENCY}{key}": unit_id for key, unit_id in agencies.items()}
    return {RECEIVING: receiving, LEAD: agencies[lead_agency], **named}


def unrouted(named: Iterable[str], agencies: Mapping[str, str]) -> tuple[str, ...]:
    """The agency keys of a procedure that mean nothing where it was received, each once, in their order."""
    return tuple(dict.fromkeys(key for key in named if key not in agencies))


def resolve_unit(unit: str, routing: Mapping[str, str]) -> str:
    """The id of the unit that `receiving`, `lead`, `agency:<key>` or an official unit code stands for.

    `routing` holds all names valid for the dossier. Raises UnitNotRouted for any other.
    """
    if unit not in routing:
        raise UnitNotRouted(unit=unit)
    return routing[unit]


def entitled(actor: Actor, role: Role, unit_id: str) -> bool:
    """True when the actor holds that role at that unit."""
    return actor.has(role, unit_id)


def stand_ins(actor: Actor, role: Role, unit_id: str, on: date, slug: str) -> tuple[StandIn, ...]:
    """The colleagues' roles by which the actor may do this work on that day."""
    return tuple(each for each in actor.standing_in if each.may(role, unit_id, on, slug))


SUPERVISORS = (Role.CENTRE_HEAD, Role.DEPT_HEAD, Role.PROCESS_ADMIN)
"""Who may move work from one officer to another (domain.md 1.2)."""


def supervises(actor: Actor, unit_id: str) -> bool:
    """True for the heads of that unit; a process administrator unblocks the work of every unit."""
    return actor.has(Role.PROCESS_ADMIN) or any(actor.has(role, unit_id) for role in SUPERVISORS)
