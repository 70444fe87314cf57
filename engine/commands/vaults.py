"""A person's electronic store: filled by accepted papers with consent and by results, used instead of asking again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from engine.commands.context import Context
from engine.domain import procedure
from engine.domain.actor import ActorKind
from engine.domain.calendar import VIETNAM
from engine.domain.citizen import Assurance
from engine.domain.dossier import Attachment, Dossier
from engine.domain.occasion import Happening, Occasion
from engine.domain.paper import Result
from engine.domain.procedure import Channel
from engine.domain.vault import (
    FileSource,
    FileVersion,
    PaperNotYours,
    PaperStanding,
    ReusedPaper,
    VaultPaper,
    identity_of,
)

A_DAY = timedelta(days=1)
"""How long the owner's leave to look into his store lasts."""


def fill_vault(ctx: Context, happening: Happening) -> None:
    """Accepted papers go into the owner's store when he agreed; results go there by law; a revoked one is marked."""
    if happening.occasion is Occasion.ACCEPTED:
        _keep_accepted(ctx, happening.dossier)
    elif happening.occasion in (Occasion.COMPLETED, Occasion.RETURNED):
        keep_results(ctx, happening.dossier)
    elif happening.occasion in (Occasion.RESULT_REVOKED, Occasion.REOPENED):  # which takes the results back as well
        _mark_revoked(ctx, happening.dossier)


def reuse(ctx: Context, dossier: Dossier, papers: Iterable[ReusedPaper]) -> list[str]:
    """Puts papers of the owner's store into the dossier. Returns the ids of the attachments.

    Raises PaperNotYours: for somebody else's paper, one of another type than asked for, or one that no longer holds;
    and at the counter for one of a store that its owner did not let this officer look into within `A_DAY`.
    """
    return [_reused(ctx, dossier, each) for each in papers]


def identity_seen(ctx: Context, dossier: Dossier) -> str:
    """The owner's identification number as far as it was proven; empty when anybody could have typed it.

    At the counter an officer saw the card; online an identity provider has to vouch for the same number. A closed
    account vouches for nothing any more.
    """
    written = identity_of(dossier.owner.id_number)
    if dossier.channel is not Channel.ONLINE:
        return written
    profile = ctx.uow.citizens.profile(dossier.submitted_by)
    proven = identity_of(profile.id_number) if profile and profile.assurance is Assurance.PROVEN else ""
    return written if written == proven else ""


def keep_results(ctx: Context, dossier: Dossier) -> None:
    """Only what has its file already; whoever makes a file later asks again."""
    identity = identity_seen(ctx, dossier)
    if identity:
        facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
        codes = {each.key: each.code for each in facts.results}
        for it in _holding(ctx.uow.papers.results(dossier.id)):
            ctx.uow.vault.keep(_result(ctx, dossier, identity, codes.get(it.key, ""), it))


def _reused(ctx: Context, dossier: Dossier, asked: ReusedPaper) -> str:
    it = ctx.uow.vault.paper(asked.paper_id)
    on = ctx.now.astimezone(VIETNAM).date()
    owner = identity_seen(ctx, dossier)
    if it is None or not owner or it.identity != owner or it.standing(on) is not PaperStanding.VALID:
        raise PaperNotYours(component=asked.component_key)
    if ctx.actor.kind is ActorKind.STAFF and not ctx.uow.files.consented(ctx.actor.id, it.dossier_id, ctx.now - A_DAY):
        raise PaperNotYours(component=asked.component_key)
    if _types(ctx, dossier).get(asked.component_key) != it.paper_type:
        raise PaperNotYours(component=asked.component_key)
    row = Attachment(ctx.uow.new_id(), dossier.id, asked.component_key, it.filename, it.media_type, it.size, it.sha256,
                     it.path, ctx.now, ctx.actor.id)
    ctx.uow.dossiers.add_attachment(row)
    ctx.uow.files.add_version(FileVersion(row.id, dossier.id, FileSource.AGENCY_STORE, vault_paper_id=it.id))
    return row.id


def _keep_accepted(ctx: Context, dossier: Dossier) -> None:
    identity = identity_seen(ctx, dossier)
    filing = ctx.uow.applications.filing(dossier.id)
    if not identity or filing is None or not filing.keep_papers:
        return
    types = _types(ctx, dossier)
    for file in ctx.uow.files.current(dossier.id):
        if types.get(file.component_key):
            ctx.uow.vault.keep(_accepted(ctx, dossier, identity, types[file.component_key], file))


def _accepted(ctx: Context, dossier: Dossier, identity: str, paper_type: str, file: Attachment) -> VaultPaper:
    name = next((paper.name for paper in ctx.uow.changes.papers(dossier.id).values()
                 if paper.key == file.component_key), file.filename)
    return VaultPaper(
        id=ctx.uow.new_id(), identity=identity, owner_name=dossier.owner.name, paper_type=paper_type, name=name,
        filename=file.filename, media_type=file.media_type, size=file.size, sha256=file.sha256, path=file.path,
        dossier_id=dossier.id, origin=f"paper:{file.id}", kept_at=ctx.now, consent_at=ctx.now)


def _holding(results: Sequence[Result]) -> list[Result]:
    return [each for each in results if each.print is not None and each.revocation is None]


def _result(ctx: Context, dossier: Dossier, identity: str, paper_type: str, it: Result) -> VaultPaper:
    assert it.print is not None
    return VaultPaper(
        id=ctx.uow.new_id(), identity=identity, owner_name=dossier.owner.name, paper_type=paper_type or it.key,
        name=it.name, filename=f"{it.code}.pdf", media_type=it.print.media_type, size=it.print.size,
        sha256=it.print.sha256, path=it.print.path, dossier_id=dossier.id, origin=f"result:{it.code}",
        kept_at=ctx.now, valid_from=it.issued_at.astimezone(VIETNAM).date())


def _mark_revoked(ctx: Context, dossier: Dossier) -> None:
    for it in ctx.uow.papers.results(dossier.id):
        if it.revocation is not None:
            ctx.uow.vault.invalidate(f"result:{it.code}", PaperStanding.REVOKED, ctx.now, it.revocation.reason[:500])


def _types(ctx: Context, dossier: Dossier) -> dict[str, str]:
    """The national code of the paper that each component asks for."""
    facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
    return {paper.key: paper.paper_type for paper in facts.components if paper.paper_type}
