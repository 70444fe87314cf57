"""The papers of a dossier: files with their earlier versions, and what officers found when they digitised them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import reading, uploads
from app.downloads import file_answer
from app.security import requires, takes_files
from app.uploads import Rejected
from app.wiring import current_actor, current_engine
from app.worklist.dossiers import file_of
from app.worklist.presenters import papers_of
from app.worklist.task import READERS
from app.worklist.views import OFFICERS, blueprint
from engine.commands.digitising import DigitiseComponent, ReplaceFile
from engine.commands.dossiers import AttachFile
from engine.commands.filing import UploadedFile
from engine.domain.dossier import FINAL, ComponentState
from engine.domain.errors import NotFound
from engine.domain.vault import FileSource
from engine.queries import files as file_queries
from engine.queries import task as queries
from engine.queries.permits import papers_out

MOST_DIGITS = 5


@blueprint.get("/ho-so/<dossier_id>/giay-to")
@requires(*READERS)
def papers(dossier_id: str) -> ResponseReturnValue:
    file, engine = file_of(dossier_id), current_engine()
    versions = engine.read(file_queries.versions_of, dossier_id)
    return render_template(
        "worklist/papers.html", file=file, papers=papers_of(file), accept=uploads.ACCEPT, versions=versions,
        replaced={each.replaces: each.attachment_id for each in versions.values() if each.replaces},
        findings=engine.read(file_queries.findings_of, dossier_id), outside=engine.read(papers_out, dossier_id),
        states=list(ComponentState),
        sources=list(FileSource), may_attach=file.dossier.national_status not in FINAL and _works_here())


@blueprint.post("/ho-so/<dossier_id>/giay-to")
@takes_files
@requires(*OFFICERS)
def attach(dossier_id: str) -> ResponseReturnValue:
    """Files that come later, such as those of a supplement."""
    file = file_of(dossier_id)
    chosen = request.form.get("component", "")
    if chosen not in {each.key for each in file.components}:
        raise NotFound(what="component")
    kept, rejected = uploads.taken(chosen, request.files.getlist("files"))
    key = request.form.get("key", "")
    for number, each in enumerate(kept):
        current_engine().execute(AttachFile(dossier_id, each), current_actor(), f"{key}:{number}" if key else None)
    _tell(kept, rejected)
    return _back(dossier_id)


@blueprint.post("/ho-so/<dossier_id>/giay-to/<component_key>/so-hoa")
@requires(*OFFICERS)
def digitise(dossier_id: str, component_key: str) -> ResponseReturnValue:
    """What the officer found about one paper."""
    given = request.form
    pages = given.get("pages", "").strip()
    command = DigitiseComponent(
        dossier_id, component_key, given.get("state", ""), given.get("source", ""), given.get("original_seen") == "1",
        int(pages) if pages.isascii() and pages.isdigit() and len(pages) <= MOST_DIGITS else 0)
    current_engine().execute(command, current_actor(), given.get("key"))
    flash(gettext("worklist.digitised"), "success")
    return _back(dossier_id)


@blueprint.post("/ho-so/<dossier_id>/giay-to/tep/<attachment_id>/thay")
@takes_files
@requires(*OFFICERS)
def replace_file(dossier_id: str, attachment_id: str) -> ResponseReturnValue:
    """A better scan takes the place of one; the earlier one stays."""
    kept, rejected = uploads.taken("", request.files.getlist("files")[:1])
    for each in kept:
        command = ReplaceFile(dossier_id, attachment_id, each)
        current_engine().execute(command, current_actor(), request.form.get("key"))
    _tell(kept, rejected)
    return _back(dossier_id)


@blueprint.get("/tep/<attachment_id>")
@requires(*READERS)
def download(attachment_id: str) -> ResponseReturnValue:
    engine = current_engine()
    kept = engine.read(queries.file_of, current_actor(), attachment_id)
    reading.shows(kept.dossier_id, f"/tep/{kept.filename}")
    return file_answer(engine.files.get(kept.path), kept.media_type, kept.filename)


def _back(dossier_id: str) -> ResponseReturnValue:
    return redirect(url_for("worklist.papers", dossier_id=dossier_id, viec=request.args.get("viec")), 303)


def _tell(kept: Sequence[UploadedFile], rejected: Sequence[Rejected]) -> None:
    for each in rejected:
        flash(gettext(f"upload.{each.code}", name=each.filename), "warning")
    if kept:
        flash(gettext("worklist.attached", names=", ".join(each.filename for each in kept)), "success")
    if not kept and not rejected:
        flash(gettext("worklist.no_file_chosen"), "warning")


def _works_here() -> bool:
    return any(membership.role in OFFICERS for membership in current_actor().memberships)
