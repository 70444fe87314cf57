"""Who acts, in which role, for which unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from engine.domain.absence import Absence, Capacity


class Role(Enum):
    """What a person may do at a unit; lanes name these values (domain.md 1.2)."""

    RECEPTION_OFFICER = "reception_officer"
    RETURN_OFFICER = "return_officer"
    CASE_OFFICER = "case_officer"
    DEPT_HEAD = "dept_head"
    APPROVER = "approver"
    CLERK = "clerk"
    CENTRE_HEAD = "centre_head"
    CASHIER = "cashier"
    PROCEDURE_CONTROLLER = "procedure_controller"
    PROCESS_ADMIN = "process_admin"
    SYS_ADMIN = "sys_admin"
    AUDITOR = "auditor"


class ActorKind(Enum):
    """Officials, citizens and the engine itself all act through commands."""

    STAFF = "staff"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held at one unit. `unit_id` is the id of the organisation, never its name."""

    unit_id: str
    role: Role


SIGNING = frozenset({Role.APPROVER, Role.CENTRE_HEAD, Role.DEPT_HEAD})
"""Roles whose work is to sign: without a capacity nobody may stand in for them."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A role that somebody holds for a colleague who is away: the arrangement, and whose role at which unit it is."""

    absence: Absence
    account_name: str
    unit_id: str
    role: Role

    def may(self, role: Role, unit_id: str, on: date, slug: str) -> bool:
        """True for work of that role at that unit. Work that is signing needs a capacity to sign in."""
        signs = role not in SIGNING or self.absence.capacity is not Capacity.NONE
        return self.role is role and self.unit_id == unit_id and signs and self.absence.covers(on, slug)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever issues a command. Authorisation looks at this and at the object, never at the URL.

    `standing_in` are the roles held for colleagues; each says on which days and for which procedures.
    """

    id: str
    name: str
    kind: ActorKind
    memberships: frozenset[Membership] = field(default_factory=frozenset)
    standing_in: tuple[StandIn, ...] = ()

    def has(self, role: Role, unit_id: str | None = None) -> bool:
        """True when the actor holds the role (at that unit, when one is named)."""
        return any(m.role is role and unit_id in (None, m.unit_id) for m in self.memberships)

    def answers_for(self, person: Actor) -> bool:
        """True for whoever may say that this person is away and who works meanwhile.

        Administrators; a leader for himself; heads of all units where the person works. Another's signature is only
        for those who could sign the same themselves: leaders share units, and a head would inherit all the others.
        """
        if self.has(Role.PROCESS_ADMIN) or self.has(Role.SYS_ADMIN):
            return True
        led = {m.unit_id for m in self.memberships if m.role in SIGNING}
        if self.id == person.id:
            return bool(led)
        return bool(person.memberships) and all(
            m.unit_id in led and (m.role not in SIGNING or m in self.memberships) for m in person.memberships)

    def signs_like(self, person: Actor) -> bool:
        """True for the person himself, and for whoever holds every role by which that person signs."""
        return self.id == person.id or all(m in self.memberships for m in person.memberships if m.role in SIGNING)

    def unit_ids(self) -> frozenset[str]:
        """The units at which the actor holds any role; every query is scoped to them."""
        return frozenset(m.unit_id for m in self.memberships)


SYSTEM = Actor(id="system", name="system", kind=ActorKind.SYSTEM)
