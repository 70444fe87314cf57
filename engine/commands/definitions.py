"""From a package to an immutable version: upload, review, publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.handler import Handler
from engine.domain.actor import ActorKind, Role
from engine.domain.errors import DiagramRefused, NotAllowed
from engine.domain.publication import Draft, PublishedVersion, content_hash
from engine.domain.review import Package, Problem, Severity


@dataclass(frozen=True, slots=True)
class UploadDraft:
    """Keeps a package with what the gate says about it."""

    package: Package


@dataclass(frozen=True, slots=True)
class PublishDraft:
    """Makes a draft the version that new dossiers follow."""

    draft_id: str
    decision_number: str = ""
    effective_from: date | None = None


@dataclass(frozen=True, slots=True)
class PublishPackage:
    """Publishes from files, without a draft: the command line and every start.

    `unless_known` leaves alone what was ever published: a start must not undo what analysts published since.
    """

    package: Package
    decision_number: str = ""
    effective_from: date | None = None
    unless_known: bool = False


def only_controllers(ctx: Context, _command: object) -> None:
    """Procedure control publishes; so does the command line, as the system. Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.SYSTEM and not ctx.actor.has(Role.PROCEDURE_CONTROLLER):
        raise NotAllowed()


def review_upload(outside: Outside, command: UploadDraft | PublishPackage) -> list[Problem]:
    """The gate may take a second, so it runs before the transaction opens."""
    return outside.review(command.package)


def review_draft(outside: Outside, command: PublishDraft) -> list[Problem]:
    """Again at publication: what the installation knows may have changed since the upload."""
    return outside.review(outside.draft(command.draft_id).package)


def upload(ctx: Context, command: UploadDraft) -> dict[str, Any]:
    """Problems do not refuse a draft; they are what the analyst came to see."""
    problems: list[Problem] = ctx.prepared
    draft = Draft(ctx.uow.new_id(), command.package, tuple(map(as_row, problems)), ctx.now, ctx.actor.id)
    ctx.uow.versions.add_draft(draft)
    return {"draft_id": draft.id, "problems": len(problems), "publishable": not errors_of(problems)}


def publish_draft(ctx: Context, command: PublishDraft) -> dict[str, Any]:
    """Raises DiagramRefused with the problems. Publishing the same content again gives the same version."""
    draft = ctx.uow.versions.draft(command.draft_id)
    result = _publish(ctx, PublishPackage(draft.package, command.decision_number, command.effective_from))
    ctx.uow.versions.mark_published(draft.id, result["version_id"])
    return result


def publish_package(ctx: Context, command: PublishPackage) -> dict[str, Any]:
    """Raises DiagramRefused with the problems. Publishing the newest content again gives the same version."""
    return _publish(ctx, command)


def errors_of(problems: list[Problem]) -> list[Problem]:
    """The findings that refuse publication."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def as_row(problem: Problem) -> Mapping[str, Any]:
    """A problem as it is kept and printed."""
    return {
        "code": problem.code, "severity": problem.severity.value, "file": problem.file, "element": problem.element,
        "line": problem.line, "message": problem.message, "remedy": problem.remedy,
        "message_en": problem.message_en, "remedy_en": problem.remedy_en,
    }


def _publish(ctx: Context, command: PublishPackage) -> dict[str, Any]:
    package, problems = command.package, ctx.prepared
    if errors_of(problems):
        raise DiagramRefused(slug=package.slug, problems=[as_row(problem) for problem in errors_of(problems)])
    sha256 = content_hash(package)
    known = ctx.uow.versions.newest_with(package.slug, sha256)
    if known and (command.unless_known or known.number == ctx.uow.versions.highest_number(package.slug)):
        return {"version_id": known.id, "number": known.number, "repeated": True}
    version = ctx.uow.versions.publish(PublishedVersion(
        id=ctx.uow.new_id(), package=package, facts=ctx.read_facts(package), sha256=sha256,
        warnings=tuple(map(as_row, problems)), decision_number=command.decision_number,
        effective_from=command.effective_from,
        published_at=ctx.now, published_by=ctx.actor.name,
    ))
    return {"version_id": version.id, "number": version.number, "repeated": False}


HANDLERS: Mapping[type, Handler] = {
    UploadDraft: Handler(upload, only_controllers, "audit.upload_draft", "slug", review_upload),
    PublishDraft: Handler(publish_draft, only_controllers, "audit.publish_draft", "draft_id", review_draft),
    PublishPackage: Handler(publish_package, only_controllers, "audit.publish_package", "slug", review_upload),
}
