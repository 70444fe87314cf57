"""The answer to a marked request, and the leader's leave to ask once more than the rules allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.commands import amending
from engine.commands.context import Context
from engine.commands.filing import UploadedFile, attach_all, keep_files
from engine.commands.handler import Handler
from engine.commands.reckoning import reckon_anew
from engine.domain import change
from engine.domain.actor import ActorKind, Role
from engine.domain.change import Change, ChangeKind
from engine.domain.dossier import ComponentState, Dossier, NationalStatus
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.supplement import SupplementClosed, SupplementRequest
from engine.forms import answers as form_answers
from engine.forms.schema import Form

LEADERS = (Role.DEPT_HEAD, Role.APPROVER, Role.CENTRE_HEAD)
"""Who may let an agency ask once more."""

ANSWERED = "Đã bổ sung, chờ kiểm tra"
"""Detailed status, as a diagram would write it: the applicant has done his part, the officer has not looked yet."""


@dataclass(frozen=True, slots=True)
class AnswerSupplement:
    """The applicant, or the counter for him, gives what was asked for, once.

    `answers` are JSON values by key of the application form; `handed` are the papers given on paper at the counter.
    """

    dossier_id: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[UploadedFile, ...] = ()
    handed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveSupplement:
    """A leader gives the reason why the applicant is asked again."""

    dossier_id: str
    reason: str


def may_answer(ctx: Context, command: AnswerSupplement) -> None:
    """Whoever filed the dossier online, or reception officers of its counter. Raises NotFound, NotAllowed."""
    it = ctx.dossier(command.dossier_id)
    if ctx.actor.kind is ActorKind.CITIZEN and it.submitted_by == ctx.actor.id and not command.handed:
        return
    if not any(ctx.actor.has(Role.RECEPTION_OFFICER, unit) for unit in (it.received_by, it.assisted_at)):
        raise NotAllowed()


def may_approve(ctx: Context, command: ApproveSupplement) -> None:
    """A leader of the agency that handles the dossier or of its counter. Raises NotFound, NotAllowed."""
    it = ctx.dossier(command.dossier_id)
    units = {it.competent, it.received_by, *(item.unit_id for item in ctx.uow.instances.open_items(it.id))}
    if not any(ctx.actor.has(role, unit) for role in LEADERS for unit in units):
        raise NotAllowed()


def answer(ctx: Context, command: AnswerSupplement) -> dict[str, Any]:
    """Raises SupplementClosed, SupplementExpired, NotMarked, InvalidInput (by field, papers as `paper-<key>`).

    FeeUndetermined where the new answers do not tell what the dossier costs.
    """
    instances = amending.running(ctx, command.dossier_id)
    it = ctx.dossier(command.dossier_id)
    request = _open_request(ctx, it)
    request.refuse_late(ctx.now)
    brought = [*command.handed, *(file.component_key for file in command.files)]
    request.refuse_unmarked(command.answers, brought)
    _refuse_gaps(request, brought)
    form = amending.application_form(ctx, it)
    known = amending.application(form, instances)
    values = _checked(ctx, form, request, command.answers, known)
    amending.rewrite(ctx, instances, values)
    made = (*change.changes(ChangeKind.ANSWER, known, values), *_papers(ctx, it, command))
    ctx.uow.changes.answer(request.id, made, ctx.actor.id, ctx.now)
    ctx.uow.dossiers.save(replace(it, detail_status=ANSWERED))
    reckon_anew(ctx, ctx.dossier(it.id), made)
    return {"dossier_id": it.id, "request_id": request.id, "changes": len(made)}


def approve(ctx: Context, command: ApproveSupplement) -> dict[str, Any]:
    """Raises InvalidInput without a reason; an approval that nobody has used yet is enough."""
    if not command.reason.strip():
        raise InvalidInput(problems={"reason": "required"})
    waiting = ctx.uow.changes.unused_approval(command.dossier_id)
    approval = waiting or ctx.uow.changes.approve(command.dossier_id, command.reason.strip(), ctx.actor.id, ctx.now)
    return {"dossier_id": command.dossier_id, "approval_id": approval}


def _open_request(ctx: Context, it: Dossier) -> SupplementRequest:
    requests = ctx.uow.changes.requests(it.id)
    if it.national_status is not NationalStatus.SUPPLEMENT_REQUESTED or not requests:
        raise SupplementClosed()
    return requests[-1]


def _refuse_gaps(request: SupplementRequest, brought: list[str]) -> None:
    lacking = {f"paper-{key}": "required" for key in request.missing if key not in brought}
    if lacking:
        raise InvalidInput(problems=lacking)


def _checked(ctx: Context, form: Form, request: SupplementRequest, given: Mapping[str, Any],
             known: Mapping[str, Any]) -> dict[str, Any]:
    """The marked answers as the published form understands them among the others; one left out stays as it is."""
    values, problems = form_answers.check(form, {**known, **given}, {}, ctx.hidden)
    mine = {key: problem for key, problem in problems.items() if key in request.wrong_fields}
    if mine:
        raise InvalidInput(problems=mine)
    return {key: values[key] for key in request.wrong_fields if key in given}


def _papers(ctx: Context, it: Dossier, command: AnswerSupplement) -> tuple[Change, ...]:
    """Files are attached; the papers count as present, or as waiting for a check where only files came.

    A paper that had come before and comes again is told, too, as one that nothing stood in the place of.
    """
    attach_all(ctx, it.id, command.files, ctx.prepared)
    before = {key: paper.state.value for key, paper in ctx.uow.changes.papers(it.id).items()}
    after = {file.component_key: ComponentState.PENDING_CHECK.value for file in command.files}
    after.update(dict.fromkeys(command.handed, ComponentState.PRESENT.value))
    for key, state in after.items():
        ctx.uow.changes.set_paper(it.id, key, {"state": state})
    papers = (Change(ChangeKind.PAPER, key, None if before[key] == state else before[key], state)
              for key, state in after.items())
    return (*papers, *(Change(ChangeKind.FILE, file.component_key, None, file.filename) for file in command.files))


HANDLERS: Mapping[type, Handler] = {
    AnswerSupplement: Handler(answer, may_answer, "audit.answer_supplement", "dossier_id", keep_files),
    ApproveSupplement: Handler(approve, may_approve, "audit.approve_supplement", "dossier_id"),
}
