"""A dossier comes in: at the counter, with its papers, and often with the officer's decision at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from engine.commands import tasks
from engine.commands.applicants import Wishes, keep_wishes, may_file
from engine.commands.context import Context
from engine.commands.filing import UploadedFile, attach_all, keep_files
from engine.commands.guarding import ACCEPTS, recognise, refuse_gaps, refuse_unseen
from engine.commands.handler import Handler
from engine.commands.happening import Happening, tell
from engine.commands.starting import start
from engine.commands.terms import watched
from engine.commands.vaults import reuse
from engine.domain import procedure, routing, rulepack
from engine.domain.actor import ActorKind, Role
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import FINAL, ComponentState, Dossier, DossierComponent, Party
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.instance import Instance, WorkItem
from engine.domain.occasion import Occasion
from engine.domain.procedure import Channel, ProcedureFacts
from engine.domain.process import Version
from engine.domain.vault import ReusedPaper
from engine.forms import answers as form_answers
from engine.forms import schema as form_schema

SECRET_BYTES = 9
"""72 bits: a tracking secret cannot be guessed by asking (12 letters on the receipt)."""


@dataclass(frozen=True, slots=True)
class IntakeDecision:
    """What the officer decides while the applicant stands at the counter."""

    decision: str
    reason: str = ""
    missing: tuple[str, ...] = ()
    wrong_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostalItem:
    """How a dossier came by post: the date of the post mark, who sent it, the number of the item."""

    posted_on: date
    sender: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SubmitDossier:
    """Files a dossier at `received_by`. Without `intake` it waits in the reception worklist.

    `owner` and `submitter` have the fields of `Party`; `components` say per key which state, originals and copies.
    `seen_twins` is the officer's word that he saw the dossiers that may be the same one.
    A citizen files online for himself, with `wishes` and without `intake`.
    """

    slug: str
    channel: str
    received_by: str
    owner: Mapping[str, str]
    answers: Mapping[str, Any]
    assisted_at: str | None = None
    submitter: Mapping[str, str] | None = None
    components: tuple[Mapping[str, Any], ...] = ()
    files: tuple[UploadedFile, ...] = ()
    reused: tuple[ReusedPaper, ...] = ()
    intake: IntakeDecision | None = None
    posted: PostalItem | None = None
    seen_twins: bool = False
    wishes: Wishes | None = None


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Adds a paper to a dossier that exists."""

    dossier_id: str
    file: UploadedFile

    @property
    def files(self) -> tuple[UploadedFile, ...]:
        """One file, taken in like many."""
        return (self.file,)


def may_receive(ctx: Context, command: SubmitDossier) -> None:
    """Reception officers of the receiving unit, and citizens online. Raises NotAllowed, InvalidInput."""
    if ctx.actor.kind is ActorKind.CITIZEN:
        may_file(ctx, command)
    elif not ctx.actor.has(Role.RECEPTION_OFFICER, command.received_by):
        raise NotAllowed()


class OnPapers(Protocol):
    """A command about the papers of one dossier."""

    @property
    def dossier_id(self) -> str:
        """Whose papers."""


def may_work_on_papers(ctx: Context, command: OnPapers) -> None:
    """Whoever has a step of the dossier open, or received it. Raises NotAllowed, NotFound."""
    dossier = ctx.dossier(command.dossier_id)
    if dossier.national_status in FINAL:
        raise NotAllowed(status=int(dossier.national_status))
    units = {item.unit_id for item in ctx.uow.instances.open_items(dossier.id)} | {dossier.received_by}
    if units.isdisjoint(ctx.actor.unit_ids()):
        raise NotAllowed()


def submit(ctx: Context, command: SubmitDossier) -> dict[str, Any]:
    """Raises NotFound (procedure), InvalidInput (by field), NotAllowed, TwinsUnseen.

    Where no route says who is competent, the dossier waits for a dispatcher instead of being turned away.
    """
    version = ctx.uow.versions.latest(command.slug, ctx.now.astimezone(VIETNAM).date())
    facts, routes = procedure.from_mapping(version.facts), ctx.uow.people.routes(command.received_by)
    dossier, components = _new_dossier(ctx, command, version, facts, routes)
    answers = _application(ctx, version, facts, command)
    ctx.uow.dossiers.add(watched(ctx, dossier), components)
    recognise(ctx, dossier)
    _keep_postmark(ctx, dossier, command.posted)
    attach_all(ctx, dossier.id, command.files, ctx.prepared)
    reuse(ctx, dossier, command.reused)
    answers = {**keep_wishes(ctx, dossier, command.wishes), **answers}
    unknown = routing.unrouted((facts.lead_agency, *facts.agencies), routes)
    if unknown or not command.intake:
        tell(ctx, Happening(Occasion.SUBMITTED, dossier, answers))
    if unknown:
        ctx.uow.organisation.wait_for_competence(dossier.id, unknown, answers, ctx.now)
        return _answer(ctx, dossier.id, None, {})
    parties = routing.parties(dossier.received_by, facts.lead_agency, routes)
    instance, opened = start(ctx, version, dossier, parties, answers)
    result = _decide_intake(ctx, dossier, instance, opened, command) if command.intake else {}
    return _answer(ctx, dossier.id, result.get("next_task_id") or next((item.id for item in opened), None), result)


def attach(ctx: Context, command: AttachFile) -> dict[str, Any]:
    """Returns the id of the attachment."""
    return {"dossier_id": command.dossier_id,
            "attachment_ids": attach_all(ctx, command.dossier_id, command.files, ctx.prepared)}


def _new_dossier(ctx: Context, command: SubmitDossier, version: Version, facts: ProcedureFacts,
                 routes: Mapping[str, str]) -> tuple[Dossier, list[DossierComponent]]:
    """Until a dispatcher says who is competent, the unit that received the dossier answers for it."""
    channel = _channel(command.channel, facts)
    today = ctx.now.astimezone(VIETNAM).date()
    pack = rulepack.PACKS[facts.rule_pack] if facts.rule_pack else rulepack.applicable(today)
    dossier = Dossier(
        id=ctx.uow.new_id(), tracking_secret=secrets.token_urlsafe(SECRET_BYTES), slug=command.slug,
        procedure_code=facts.code, procedure_name=facts.name.vi, version_id=version.id, rule_pack=pack.code,
        term=str(facts.channels[channel].term), channel=channel, owner=_party(command.owner, "owner"),
        submitter=_party(command.submitter, "submitter") if command.submitter else None,
        assisted_at=command.assisted_at or command.received_by, received_by=command.received_by,
        competent=routes.get(facts.lead_agency, command.received_by), submitted_at=ctx.now, submitted_by=ctx.actor.id,
    )
    return dossier, _components(facts, command.components)


def _keep_postmark(ctx: Context, dossier: Dossier, posted: PostalItem | None) -> None:
    if posted is None:
        return
    today = ctx.now.astimezone(VIETNAM).date()
    if dossier.channel is not Channel.POSTAL or posted.posted_on > today or not posted.sender.strip():
        raise InvalidInput(problems={"posted_on": "required"})
    ctx.uow.changes.add_postal_item(dossier.id, posted.posted_on, posted.sender.strip(), posted.reference.strip())


def _decide_intake(ctx: Context, dossier: Dossier, instance: Instance, opened: list[WorkItem],
                   command: SubmitDossier) -> dict[str, Any]:
    """The first step is the intake check; the officer who files the dossier answers it in the same breath."""
    intake, item = command.intake, next((each for each in opened if each.task.facts.get("kind") == "receive"), None)
    if intake is None or item is None or not routing.entitled(ctx.actor, Role(item.task.role), item.unit_id):
        raise NotAllowed(task="intake")
    if intake.decision == ACCEPTS:
        refuse_unseen(ctx, dossier, command.seen_twins)
    given = {"decision": intake.decision, "reason": intake.reason, "missing": list(intake.missing),
             "wrong_fields": list(intake.wrong_fields)}
    return tasks.finish(ctx, instance, item, tasks.checked_answers(ctx, instance, item, given))


def _answer(ctx: Context, dossier_id: str, task_id: str | None, result: Mapping[str, Any]) -> dict[str, Any]:
    dossier = ctx.dossier(dossier_id)
    return {
        "dossier_id": dossier.id, "code": dossier.code, "tracking_secret": dossier.tracking_secret,
        "due_at": dossier.due_at.astimezone(VIETNAM).isoformat() if dossier.due_at else None,
        "status": int(dossier.national_status),
        "task_id": task_id, "incident": bool(result.get("incident")),
    }


def _application(ctx: Context, version: Version, facts: ProcedureFacts, command: SubmitDossier) -> Mapping[str, Any]:
    form, intake = form_schema.published(version.forms[facts.application_form]), command.intake
    values, problems = form_answers.check(form, command.answers, {}, ctx.hidden)
    refuse_gaps(problems, intake.decision if intake else "", intake.wrong_fields if intake else ())
    return values


def _channel(name: str, facts: ProcedureFacts) -> Channel:
    channel = next((each for each in facts.channels if each.name.lower() == name), None)
    if channel is None:
        raise InvalidInput(problems={"channel": "not_offered"})
    return channel


def _party(given: Mapping[str, str], field_name: str) -> Party:
    party = Party(**{key: str(given.get(key) or "").strip() for key in Party.__dataclass_fields__})
    if not party.name:
        raise InvalidInput(problems={f"{field_name}_name": "required"})
    return party


def _components(facts: ProcedureFacts, given: tuple[Mapping[str, Any], ...]) -> list[DossierComponent]:
    told = {str(each["key"]): each for each in given}
    return [_component(asked, told.get(asked.key, {})) for asked in facts.components]


def _component(asked: procedure.Component, told: Mapping[str, Any]) -> DossierComponent:
    return DossierComponent(
        key=asked.key, name=asked.name.vi, required=asked.required,
        originals=max(0, int(told.get("originals", asked.originals))),
        copies=max(0, int(told.get("copies", asked.copies))),
        state=ComponentState(told.get("state", ComponentState.REQUIRED.value)),
    )


HANDLERS: Mapping[type, Handler] = {
    SubmitDossier: Handler(submit, may_receive, "audit.submit_dossier", "slug", keep_files),
    AttachFile: Handler(attach, may_work_on_papers, "audit.attach_file", "dossier_id", keep_files),
}
