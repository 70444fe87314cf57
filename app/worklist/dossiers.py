"""The dossier around a task: summary, papers, history, diagram."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import uploads
from app.paging import page_number
from app.pictures import picture
from app.security import requires, takes_files
from app.uploads import Rejected
from app.wiring import current_actor, current_engine
from app.worklist.presenters import content_of, papers_of, remaining
from app.worklist.task import READERS
from app.worklist.views import OFFICERS, blueprint
from engine.commands.dossiers import AttachFile
from engine.commands.filing import UploadedFile
from engine.domain.errors import NotFound
from engine.queries import task as queries
from engine.queries.task import DossierFile

LONGEST_SEARCH = 100
INLINE = ("application/pdf", "image/png", "image/jpeg")
"""Types a browser shows without running anything in them."""


@blueprint.get("/ho-so")
@requires(*READERS)
def dossiers() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = current_engine().read(queries.dossiers, current_actor(), wanted, page_number())
    lines = [(row, remaining(row.dossier)) for row in page.rows]
    return render_template("worklist/dossiers.html", page=page, lines=lines, wanted=wanted)


@blueprint.get("/ho-so/<dossier_id>")
@requires(*READERS)
def dossier(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    return render_template("worklist/dossier.html", file=file, left=remaining(file.dossier),
                           content=content_of(file.dossier))


@blueprint.get("/ho-so/<dossier_id>/giay-to")
@requires(*READERS)
def papers(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    return render_template("worklist/papers.html", file=file, papers=papers_of(file), accept=uploads.ACCEPT,
                           may_attach=not file.dossier.returned_at and _works_here())


@blueprint.post("/ho-so/<dossier_id>/giay-to")
@takes_files
@requires(*OFFICERS)
def attach(dossier_id: str) -> ResponseReturnValue:
    """Files that come later, such as those of a supplement."""
    file = _file(dossier_id)
    chosen = request.form.get("component", "")
    if chosen not in {each.key for each in file.components}:
        raise NotFound(what="component")
    kept, rejected = uploads.taken(chosen, request.files.getlist("files"))
    key = request.form.get("key", "")
    for number, each in enumerate(kept):
        current_engine().execute(AttachFile(dossier_id, each), current_actor(), f"{key}:{number}" if key else None)
    _tell(kept, rejected)
    return redirect(url_for("worklist.papers", dossier_id=dossier_id, viec=request.args.get("viec")), 303)


@blueprint.get("/ho-so/<dossier_id>/lich-su")
@requires(*READERS)
def history(dossier_id: str) -> ResponseReturnValue:
    return render_template("worklist/history.html", file=_file(dossier_id))


@blueprint.get("/ho-so/<dossier_id>/so-do")
@requires(*READERS)
def diagram(dossier_id: str) -> ResponseReturnValue:
    drawn = current_engine().read(queries.dossier_diagram, current_actor(), dossier_id)
    marks = picture(drawn.diagram, active=drawn.tokens.active, done=drawn.tokens.done,
                    incidents=drawn.tokens.incidents)
    return render_template("worklist/diagram.html", file=_file(dossier_id), picture=marks)


@blueprint.get("/tep/<attachment_id>")
@requires(*READERS)
def download(attachment_id: str) -> ResponseReturnValue:
    engine = current_engine()
    kept = engine.read(queries.file_of, current_actor(), attachment_id)
    answer = Response(engine.files.get(kept.path), mimetype=kept.media_type)
    disposition = "inline" if kept.media_type in INLINE else "attachment"
    answer.headers.set("Content-Disposition", disposition, filename=kept.filename)
    return answer


def _tell(kept: Sequence[UploadedFile], rejected: Sequence[Rejected]) -> None:
    for each in rejected:
        flash(gettext(f"upload.{each.code}", name=each.filename), "warning")
    if kept:
        flash(gettext("worklist.attached", names=", ".join(each.filename for each in kept)), "success")
    if not kept and not rejected:
        flash(gettext("worklist.no_file_chosen"), "warning")


def _works_here() -> bool:
    return any(membership.role in OFFICERS for membership in current_actor().memberships)


def _file(dossier_id: str) -> DossierFile:
    return current_engine().read(queries.dossier_file, current_actor(), dossier_id)
