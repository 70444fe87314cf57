"""What a fresh installation starts with: the national calendar, and a sample administration when one is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.commands.accounts import only_operators
from engine.commands.context import Context, Outside
from engine.commands.handler import Handler
from engine.domain.account import NewAccount
from engine.domain.actor import ActorKind, Membership
from engine.domain.calendar import CalendarDay
from engine.domain.citizen import Assurance, CitizenProfile
from engine.domain.organisation import Sample, SampleCitizen


@dataclass(frozen=True, slots=True)
class LoadCalendar:
    """Adds days that the calendar does not have yet; days entered by people stay as they are."""

    source: str
    days: Sequence[CalendarDay]


@dataclass(frozen=True, slots=True)
class InstallSample:
    """Units, routes and demo accounts, once."""

    name: str
    sample: Sample


def hash_sample_password(outside: Outside, command: InstallSample) -> str:
    """One hash for all: the password of the demo accounts is printed on the sign-in page anyway."""
    return outside.passwords.hash(command.sample.password)


def load_calendar(ctx: Context, command: LoadCalendar) -> dict[str, Any]:
    """Returns how many days were added."""
    return {"added": ctx.uow.calendar.add(command.days)}


def install_sample(ctx: Context, command: InstallSample) -> dict[str, Any]:
    """Installs nothing where a unit exists already."""
    if ctx.uow.people.has_units():
        return {"installed": False}
    ctx.uow.people.add_units(command.sample.units, command.sample.routes)
    for person in command.sample.people:
        ctx.uow.people.add_account(_account(ctx, person.login, person.name, ActorKind.STAFF, person.memberships))
    for citizen in command.sample.citizens:
        _add_citizen(ctx, citizen)
    return {"installed": True}


def _account(ctx: Context, login: str, name: str, kind: ActorKind, memberships: tuple[Membership, ...]) -> NewAccount:
    return NewAccount(ctx.uow.new_id(), login, name, ctx.prepared, kind, memberships, ctx.now)


def _add_citizen(ctx: Context, it: SampleCitizen) -> None:
    account = _account(ctx, it.login, it.name, ActorKind.CITIZEN, ())
    ctx.uow.people.add_account(account)
    ctx.uow.citizens.add_profile(CitizenProfile(
        account.id, name=it.name, id_number=it.id_number, phone=it.phone, email=it.email, address=it.address,
        assurance=Assurance.PROVEN))


HANDLERS: Mapping[type, Handler] = {
    LoadCalendar: Handler(load_calendar, only_operators, "audit.load_calendar", "source"),
    InstallSample: Handler(install_sample, only_operators, "audit.install_sample", "name", hash_sample_password),
}
