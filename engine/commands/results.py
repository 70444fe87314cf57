"""Results: made when the dossier is completed, signed and sealed after the commit, revoked when found wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.filing import Handed, UploadedFile, attach_unguarded, keep_files
from engine.commands.handler import Handler, only_the_engine
from engine.commands.happening import Happening, tell
from engine.commands.seals import log_use
from engine.commands.vaults import keep_results
from engine.domain import routing
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.occasion import Occasion
from engine.domain.paper import OWN_FILE, Print, ResultGuarded, Revocation, Sealing
from engine.domain.signature import Signatory
from engine.ports import StoredFile

LONGEST_REASON = 2000
PREPARING = frozenset({"approve", "appraise", "endorse"})
"""Kinds of steps at which an agency may hand in the result that it made itself: none that comes after approval."""


@dataclass(frozen=True, slots=True)
class RenderResult:
    """Makes the file of a result, signs it for the approver and seals it for the agency. Harmless when done before."""

    result_id: str


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The agency's own document in the place of the generic one; a PDF, handed in before the result is approved."""

    dossier_id: str
    file: UploadedFile


@dataclass(frozen=True, slots=True)
class RevokeResult:
    """A leader takes back what was issued (NĐ 45/2020/NĐ-CP Art. 15): it stays on file and is shown as revoked."""

    dossier_id: str
    reason: str


def may_upload(ctx: Context, command: UploadResult) -> None:
    """Whoever is entitled to an open step that prepares the result. Raises ResultGuarded."""
    items = ctx.uow.instances.open_items(command.dossier_id)
    if not any(item.task.facts.get("kind") in PREPARING
               and routing.entitled(ctx.actor, Role(item.task.role), item.unit_id) for item in items):
        raise ResultGuarded()


def may_revoke(ctx: Context, command: RevokeResult) -> None:
    """Approvers of the competent agency. Raises NotAllowed, NotFound."""
    if not ctx.actor.has(Role.APPROVER, ctx.dossier(command.dossier_id).competent):
        raise NotAllowed()


def signed(outside: Outside, command: RenderResult) -> tuple[Sealing, Print] | None:
    """Renders and signs before the transaction opens; nothing for a result that has its file."""
    job = outside.sealing(command.result_id)
    if job is None:
        raise NotFound(what="result")
    if job.result.print:
        return None
    pdf = outside.files.get(job.own_file) if job.own_file else _rendered(outside, job)
    who = tuple(_signatories(job))
    file = outside.files.put(outside.signatures.sign(pdf, who, outside.now))
    return job, Print(file.path, file.sha256, file.size, signers=tuple(each.name for each in who))


def render(ctx: Context, command: RenderResult) -> dict[str, Any]:
    """Keeps the file, and with the agency's seal under it one line in the log of the seal."""
    result = ctx.uow.papers.result(command.result_id)
    if result is None:
        raise NotFound(what="result")
    if result.print or ctx.prepared is None:
        return {"result_id": result.id, "path": result.print.path if result.print else "", "repeated": True}
    job, made = ctx.prepared
    ctx.uow.papers.keep_result(result.id, made)
    keep_results(ctx, ctx.dossier(result.dossier_id))
    if job.sealed:
        log_use(ctx, job)
    return {"result_id": result.id, "path": made.path, "sealed": job.sealed}


def keep_upload(outside: Outside, command: UploadResult) -> StoredFile:
    """Only what can be signed, and what every file has to pass. Raises InvalidInput, FileRefused, FileInfected."""
    outside.signatures.try_out(command.file.content, outside.now)
    (kept,) = keep_files(outside, Handed((command.file,)))
    return kept


def upload(ctx: Context, command: UploadResult) -> dict[str, Any]:
    """The newest upload counts, as far as it came before the approval."""
    own = replace(command.file, component_key=OWN_FILE)
    (attachment_id,) = attach_unguarded(ctx, command.dossier_id, (own,), [ctx.prepared])
    return {"attachment_id": attachment_id}


def revoke(ctx: Context, command: RevokeResult) -> dict[str, Any]:
    """Raises InvalidInput without a reason or without a result that still holds."""
    dossier, reason = ctx.dossier(command.dossier_id), command.reason.strip()
    holding = [each for each in ctx.uow.papers.results(dossier.id) if each.revocation is None]
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(problems={"reason": "required"})
    if not holding:
        raise InvalidInput(problems={"dossier_id": "no_result"})
    for each in holding:
        ctx.uow.papers.revoke(each.id, Revocation(ctx.now, ctx.actor.id, reason))
    tell(ctx, Happening(Occasion.RESULT_REVOKED, dossier, {"reason": reason}))
    return {"revoked": [each.code for each in holding]}


def _rendered(outside: Outside, job: Sealing) -> bytes:
    data = {**job.result.data, "signer": job.approver}
    link = f"{outside.public_url}/xac-minh?ma={job.result.code}"
    return outside.documents.render("result", data, job.result.issued_at, link=link)


def _signatories(job: Sealing) -> list[Signatory]:
    person = [Signatory(job.unit, job.approver)] if job.approver else []
    return [*person, Signatory(job.unit, place=1)] if job.sealed else person


HANDLERS: Mapping[type, Handler] = {
    RenderResult: Handler(render, only_the_engine, "audit.render_result", "result_id", signed),
    UploadResult: Handler(upload, may_upload, "audit.upload_result", "dossier_id", keep_upload),
    RevokeResult: Handler(revoke, may_revoke, "audit.revoke_result", "dossier_id"),
}
