"""Whose dossiers somebody may look at: one rule for every page, and for the log of looks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, or_, select, true

from engine.domain.actor import Actor, Role
from engine.store.dossier_tables import dossier
from engine.store.tables import work_item

OVERSEERS = frozenset({Role.AUDITOR})
"""Who may look at every dossier, whatever the unit. Administrators operate the service without reading dossiers."""


def may_see(conn: Connection, actor: Actor, dossier_id: str) -> bool:
    """True for every unit that received, helps with, decides or works on the dossier, and for overseers."""
    if oversees(actor):
        return True
    found = conn.execute(select(dossier.c.id).where(dossier.c.id == dossier_id, concerns(actor))).first()
    return found is not None


def concerns(actor: Actor) -> Any:
    """The dossiers of one's own units, and those of colleagues' units as far as one stands in for them."""
    own = _of_units(sorted(actor.unit_ids()))
    colleagues = (and_(_of_units([each.unit_id]), dossier.c.slug.in_(each.absence.procedures)
                       if each.absence.procedures else true()) for each in actor.standing_in)
    return or_(own, *colleagues)


def oversees(actor: Actor) -> bool:
    """True for those who look at everything and change nothing."""
    return any(membership.role in OVERSEERS for membership in actor.memberships)


def _of_units(units: list[str]) -> Any:
    """Work is looked for last and dossier by dossier: a list of everything a unit ever worked on is a long one."""
    works_on = (select(work_item.c.id)
                .where(work_item.c.business_key == dossier.c.id, work_item.c.unit_id.in_(units)).exists())
    return or_(dossier.c.received_by.in_(units), dossier.c.assisted_at.in_(units), dossier.c.competent.in_(units),
               works_on)
