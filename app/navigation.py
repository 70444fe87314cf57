"""What stands in the menu. A person sees an entry when the endpoint would let him in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext

from app.security import may_enter
from app.wiring import current_actor
from engine.domain.actor import ActorKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: where it leads, and the key of its name; left out for whoever finds it at `unless`."""

    endpoint: str
    key: str
    unless: str = ""


STAFF = (
    Entry("worklist.tasks", "nav.worklist"),
    Entry("counter.procedures", "nav.counter"),
    Entry("worklist.dossiers", "nav.dossiers"),
    Entry("fees.owing", "nav.fees"),
    Entry("fees.books", "nav.books"),
    Entry("registers.book", "nav.registers"),
    Entry("registers.numbers", "nav.numbers"),
    Entry("registers.seals", "nav.seals"),
    Entry("worklist.permit_list", "nav.permits"),
    Entry("organisation.dispatch_queue", "nav.dispatch"),
    Entry("organisation.absences", "nav.absences"),
    Entry("organisation.units", "nav.organisation"),
    Entry("studio.procedures", "nav.studio"),
    Entry("monitor.overview", "nav.monitor"),
    Entry("monitor.notices", "nav.notices", unless="monitor.overview"),
)
CITIZEN = (
    Entry("portal.procedures", "nav.procedures"),
    Entry("portal.track", "nav.track"),
    Entry("registers.verify", "nav.verify"),
    Entry("portal.own_dossiers", "nav.my_dossiers"),
    Entry("portal.notices", "nav.notices"),
    Entry("portal.stored", "nav.stored"),
    Entry("accounts.profile", "nav.account"),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry ready to be drawn."""

    href: str
    text: str
    current: bool
    active: bool


def menu() -> tuple[MenuItem, ...]:
    """The menu of whoever is asking; an item is active on its own page and on every page below its address."""
    entries = STAFF if current_actor().kind is ActorKind.STAFF else CITIZEN
    return tuple(_item(url_for(each.endpoint), gettext(each.key)) for each in entries
                 if may_enter(each.endpoint) and not (each.unless and may_enter(each.unless)))


def _item(href: str, text: str) -> MenuItem:
    return MenuItem(href, text, current=request.path == href, active=request.path.startswith(f"{href}/"))
