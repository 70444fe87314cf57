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


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that stand in the menu as one, which leads to the first that is open; its pages lead to the others."""

    key: str
    entries: tuple[Entry, ...]


STAFF: tuple[Entry | Group, ...] = (
    Entry("worklist.tasks", "nav.worklist"),
    Entry("counter.procedures", "nav.counter"),
    Entry("worklist.dossiers", "nav.dossiers"),
    Entry("fees.owing", "nav.fees"),
    Entry("fees.books", "nav.books"),
    Group("nav.records", (
        Entry("registers.book", "nav.registers"),
        Entry("registers.numbers", "nav.numbers"),
        Entry("registers.seals", "nav.seals"),
    )),
    Entry("worklist.permit_list", "nav.permits"),
    Group("nav.organisation", (
        Entry("organisation.dispatch_queue", "nav.dispatch"),
        Entry("organisation.absences", "nav.absences"),
        Entry("organisation.units", "nav.units"),
    )),
    Entry("studio.procedures", "nav.studio"),
    Entry("monitor.overview", "nav.monitor"),
    Entry("monitor.notices", "nav.notices", unless="monitor.overview"),
)
CITIZEN: tuple[Entry | Group, ...] = (
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
    return tuple(filter(None, map(_item, entries)))


def _item(it: Entry | Group) -> MenuItem | None:
    """Nothing for what is closed; a group of which one entry is open goes by the name of that entry."""
    entries = [each for each in (it.entries if isinstance(it, Group) else (it,)) if _open(each)]
    if not entries:
        return None
    addresses = [url_for(each.endpoint) for each in entries]
    name = it.key if len(entries) > 1 else entries[0].key
    within = request.path in addresses[1:] or any(request.path.startswith(f"{each}/") for each in addresses)
    return MenuItem(addresses[0], gettext(name), current=request.path == addresses[0], active=within)


def _open(it: Entry) -> bool:
    return may_enter(it.endpoint) and not (it.unless and may_enter(it.unless))
