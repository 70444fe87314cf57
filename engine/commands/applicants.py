"""What a citizen may say when he files online himself. A form can be forged, so nothing is taken from it unasked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.commands.context import Context
from engine.domain import procedure
from engine.domain.application import AUTHORISATION, REFERENCE_LETTERS, DeliveryWay, OnlineFiling, reference
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import ComponentState, Dossier
from engine.domain.errors import InvalidInput, NotAllowed, UnitNotRouted
from engine.domain.procedure import Authorisation, Channel, Kind, ProcedureFacts
from engine.domain.process import Version

FOR_APPLICANTS = (Kind.SERVICE, Kind.PETITION)
"""Other kinds are begun by the service itself beside a dossier."""

TOLD_BY_APPLICANTS = (ComponentState.REQUIRED, ComponentState.PRESENT, ComponentState.NOT_APPLICABLE)
"""That data replace a paper is for the officer to say, who has looked them up."""

LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the applicant wants the result, and whether accepted papers may stay in the owner's electronic store."""

    delivery_way: str = DeliveryWay.COUNTER.value
    delivery_address: str = ""
    keep_papers: bool = False


class HandedIn(Protocol):
    """A file or a paper of the store, as far as its place among the papers goes."""

    @property
    def component_key(self) -> str: ...


class Filing(Protocol):
    """The parts of a submission that an applicant could forge."""

    @property
    def slug(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def received_by(self) -> str: ...
    @property
    def assisted_at(self) -> str | None: ...
    @property
    def submitter(self) -> Mapping[str, str] | None: ...
    @property
    def components(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def files(self) -> Sequence[HandedIn]: ...
    @property
    def reused(self) -> Sequence[HandedIn]: ...
    @property
    def intake(self) -> object | None: ...
    @property
    def posted(self) -> object | None: ...
    @property
    def wishes(self) -> Wishes | None: ...


def may_file(ctx: Context, filing: Filing) -> None:
    """A citizen with an account, online, at a one-stop unit, and without deciding his own intake. Raises NotAllowed."""
    known = ctx.uow.people.actor(ctx.actor.id)
    elsewhere = filing.assisted_at not in (None, filing.received_by)
    by_officers = filing.intake is not None or filing.posted is not None
    if known is None or filing.channel != Channel.ONLINE.name.lower() or by_officers or elsewhere:
        raise NotAllowed()
    facts = offered_online(ctx.uow.versions.latest(filing.slug, ctx.now.astimezone(VIETNAM).date()))
    routes = ctx.uow.people.routes(filing.received_by)
    if facts.lead_agency not in routes or not ctx.uow.people.is_one_stop(filing.received_by):
        raise UnitNotRouted(unit=filing.received_by)
    _refuse_unfit(facts, filing)


def offered_online(version: Version) -> ProcedureFacts:
    """The facts of a procedure that citizens may file online. Raises InvalidInput for any other."""
    facts = procedure.from_mapping(version.facts)
    if facts.kind not in FOR_APPLICANTS or Channel.ONLINE not in facts.channels:
        raise InvalidInput(problems={"channel": "not_offered"})
    return facts


def keep_wishes(ctx: Context, dossier: Dossier, wishes: Wishes | None) -> Mapping[str, Any]:
    """Writes them beside the dossier; returns what the diagram may read. Nothing for a dossier of the counter."""
    if wishes is None:
        return {}
    way = DeliveryWay(wishes.delivery_way)
    ctx.uow.applications.add_filing(OnlineFiling(
        dossier.id, reference(secrets.token_bytes(REFERENCE_LETTERS)), way, wishes.delivery_address.strip(),
        wishes.keep_papers))
    return {"delivery_way": way.value, "delivery_address": wishes.delivery_address.strip()}


def _refuse_unfit(facts: ProcedureFacts, filing: Filing) -> None:
    given = {each.component_key for each in (*filing.files, *filing.reused)}
    problems = {**_wish_problems(filing.wishes), **_authorisation_problems(facts, filing.submitter, given)}
    known = {each.key for each in facts.components}
    if given - known - {AUTHORISATION}:
        problems["files"] = "not_asked_for"
    if not all(_honest(each, given) for each in filing.components):
        problems["components"] = "not_choice"
    if problems:
        raise InvalidInput(problems=problems)


def _honest(told: Mapping[str, Any], given: set[str]) -> bool:
    """A paper is present when a file of it came."""
    present = told.get("state") == ComponentState.PRESENT.value
    return told.get("state") in {each.value for each in TOLD_BY_APPLICANTS} and (not present or told["key"] in given)


def _wish_problems(wishes: Wishes | None) -> dict[str, str]:
    if wishes is None or wishes.delivery_way not in {each.value for each in DeliveryWay}:
        return {"delivery_way": "required"}
    if len(wishes.delivery_address) > LONGEST_ADDRESS:
        return {"delivery_address": "too_long"}
    posted = wishes.delivery_way == DeliveryWay.POST.value
    return {"delivery_address": "required"} if posted and not wishes.delivery_address.strip() else {}


def _authorisation_problems(facts: ProcedureFacts, submitter: Mapping[str, str] | None,
                            given: set[str]) -> dict[str, str]:
    if submitter is None:
        return {}
    if facts.authorisation is Authorisation.FORBIDDEN:
        return {"submitter_name": "forbidden"}
    if not str(submitter.get("basis") or "").strip():
        return {"submitter_basis": "required"}
    certified = facts.authorisation is Authorisation.CERTIFIED
    return {AUTHORISATION: "required"} if certified and AUTHORISATION not in given else {}
