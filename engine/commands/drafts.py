"""An application grows page by page, waits as long as its writer likes, and becomes a dossier once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from engine.commands import dossiers
from engine.commands.applicants import Wishes, offered_online
from engine.commands.context import Context
from engine.commands.dossiers import SubmitDossier
from engine.commands.filing import UploadedFile, keep_files
from engine.commands.handler import Handler
from engine.domain.actor import ActorKind
from engine.domain.application import DRAFT_KEPT_FOR, MOST_DRAFTS, DraftApplication, DraftFile, DraftStep
from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.file_rules import (
    LARGEST_DOSSIER,
    LARGEST_WAITING,
    MEGABYTE,
    TooManyFiles,
    TooMuchUploaded,
    clean_name,
)
from engine.domain.vault import ReusedPaper
from engine.ports import StoredFile

MOST_FILES = 60
"""Of one draft, over all its papers."""


@dataclass(frozen=True, slots=True)
class BeginDraft:
    """Opens an application for a procedure that is offered online."""

    slug: str
    kept_for: timedelta = DRAFT_KEPT_FOR


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keeps what stands on one step's page, right or wrong; `step` is where the writer goes on next time."""

    draft_id: str
    step: str
    typed: Mapping[str, Any]
    kept_for: timedelta = DRAFT_KEPT_FOR


@dataclass(frozen=True, slots=True)
class AddDraftFiles:
    """Files for the papers of an application; their types were found from their content."""

    draft_id: str
    files: tuple[UploadedFile, ...]


@dataclass(frozen=True, slots=True)
class DropDraftFile:
    """Takes a file out of an application again."""

    draft_id: str
    file_id: str


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Throws an application away."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class SendDraft:
    """The application becomes a dossier at `received_by`. Sent twice it is one dossier.

    `components` say per key in which state its paper is; files are those of the draft.
    """

    draft_id: str
    received_by: str
    owner: Mapping[str, str]
    submitter: Mapping[str, str] | None
    answers: Mapping[str, Any]
    components: tuple[Mapping[str, Any], ...]
    wishes: Wishes
    reused: tuple[ReusedPaper, ...] = ()


def only_citizens(ctx: Context, _command: BeginDraft) -> None:
    """Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.CITIZEN or ctx.uow.people.actor(ctx.actor.id) is None:
        raise NotAllowed()


def only_its_writer(ctx: Context, command: SaveDraft | DropDraftFile | DropDraft | SendDraft) -> None:
    """Somebody else's draft is not there. Raises NotFound."""
    _mine(ctx, command.draft_id)


def may_add_files(ctx: Context, command: AddDraftFiles) -> None:
    """Asked before the bytes are kept. Raises NotFound, TooManyFiles, TooMuchUploaded."""
    draft = _unsent(ctx, command.draft_id)
    held, more = ctx.uow.applications.files_of(draft.id), sum(len(each.content) for each in command.files)
    if len(held) + len(command.files) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    if sum(each.size for each in held) + more > LARGEST_DOSSIER:
        raise TooManyFiles(most=f"{LARGEST_DOSSIER // MEGABYTE} MB")
    if ctx.uow.applications.weight_of(ctx.actor.id) + more > LARGEST_WAITING:
        raise TooMuchUploaded()


def begin_draft(ctx: Context, command: BeginDraft) -> dict[str, Any]:
    """Raises NotFound (procedure), InvalidInput when it is not offered online or too many drafts wait."""
    offered_online(ctx.uow.versions.latest(command.slug, ctx.now.astimezone(VIETNAM).date()))
    ctx.uow.applications.drop_expired(ctx.now)
    if ctx.uow.applications.drafts_of(ctx.actor.id) >= MOST_DRAFTS:
        raise InvalidInput(problems={"draft": "too_many"})
    draft = DraftApplication(ctx.uow.new_id(), ctx.actor.id, command.slug, DraftStep.FORM, {}, ctx.now, ctx.now,
                             ctx.now + command.kept_for)
    ctx.uow.applications.add_draft(draft)
    return {"draft_id": draft.id}


def save_draft(ctx: Context, command: SaveDraft) -> dict[str, Any]:
    """What other pages saved before stays. Raises NotFound once the draft was sent."""
    draft = _unsent(ctx, command.draft_id)
    ctx.uow.applications.save_draft(replace(
        draft, step=DraftStep(command.step), typed={**draft.typed, **command.typed}, saved_at=ctx.now,
        expires_at=ctx.now + command.kept_for))
    return {"draft_id": draft.id}


def add_files(ctx: Context, command: AddDraftFiles) -> dict[str, Any]:
    """Raises NotFound once the draft was sent."""
    draft = _unsent(ctx, command.draft_id)
    for file, kept in zip(command.files, ctx.prepared, strict=True):
        ctx.uow.applications.add_file(DraftFile(
            ctx.uow.new_id(), draft.id, file.component_key, clean_name(file.filename), kept.media_type, kept.size,
            kept.sha256, kept.path, ctx.now))
    return {"draft_id": draft.id}


def drop_file(ctx: Context, command: DropDraftFile) -> dict[str, Any]:
    """Raises NotFound once the draft was sent."""
    ctx.uow.applications.drop_file(_unsent(ctx, command.draft_id).id, command.file_id)
    return {"draft_id": command.draft_id}


def drop_draft(ctx: Context, command: DropDraft) -> dict[str, Any]:
    """Raises NotFound once the draft was sent."""
    ctx.uow.applications.drop_draft(_unsent(ctx, command.draft_id).id)
    return {"draft_id": command.draft_id}


def send_draft(ctx: Context, command: SendDraft) -> dict[str, Any]:
    """Raises what SubmitDossier raises. A second press finds the dossier of the first."""
    draft = _mine(ctx, command.draft_id)
    if draft.dossier_id is not None:
        return {"dossier_id": draft.dossier_id}
    files = ctx.uow.applications.files_of(draft.id)
    submission = SubmitDossier(
        slug=draft.slug, channel="online", received_by=command.received_by, owner=command.owner,
        submitter=command.submitter, answers=command.answers, components=command.components, wishes=command.wishes,
        reused=command.reused,
        files=tuple(UploadedFile(each.component_key, each.filename, each.media_type, b"") for each in files))
    dossiers.may_receive(ctx, submission)
    kept = [StoredFile(each.path, each.sha256, each.size, each.media_type) for each in files]
    result = dossiers.submit(replace(ctx, prepared=kept), submission)
    ctx.uow.applications.save_draft(replace(draft, dossier_id=result["dossier_id"]))
    return result


def _mine(ctx: Context, draft_id: str) -> DraftApplication:
    draft = ctx.uow.applications.draft(draft_id)
    if draft is None or draft.account_id != ctx.actor.id or draft.expires_at <= ctx.now:
        raise NotFound(what="draft")
    return draft


def _unsent(ctx: Context, draft_id: str) -> DraftApplication:
    draft = _mine(ctx, draft_id)
    if draft.dossier_id is not None:
        raise NotFound(what="draft")
    return draft


HANDLERS: Mapping[type, Handler] = {
    BeginDraft: Handler(begin_draft, only_citizens, "audit.begin_draft", "slug"),
    SaveDraft: Handler(save_draft, only_its_writer, "audit.save_draft", "draft_id"),
    AddDraftFiles: Handler(add_files, may_add_files, "audit.add_draft_files", "draft_id", keep_files),
    DropDraftFile: Handler(drop_file, only_its_writer, "audit.drop_draft_file", "draft_id"),
    DropDraft: Handler(drop_draft, only_its_writer, "audit.drop_draft", "draft_id"),
    SendDraft: Handler(send_draft, only_its_writer, "audit.send_draft", "draft_id"),
}
