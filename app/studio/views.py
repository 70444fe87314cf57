"""Procedures, versions, drafts: what an analyst reads, hands in and publishes."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import status_of
from app.language import current_language
from app.pictures import picture
from app.security import requires, takes_files
from app.studio.presenters import findings, review_picture, sentence
from app.studio.refusal import UploadRefused
from app.studio.upload import MAX_ARCHIVE, MAX_FILE, read_package
from app.wiring import current_actor, current_engine
from engine.commands.definitions import PublishDraft, UploadDraft
from engine.domain.actor import Role
from engine.domain.errors import DiagramRefused, NotFound
from engine.domain.procedure import from_mapping
from engine.domain.review import Package, Problem, Severity
from engine.queries import studio as queries

blueprint = Blueprint("studio", __name__, template_folder="templates")
LONGEST_DECISION = 80
UNSAFE = "SAFE_"
"""Problem codes of a file that is not even kept as a draft."""


@blueprint.get("/thiet-ke")
@requires(Role.PROCEDURE_CONTROLLER)
def procedures() -> ResponseReturnValue:
    read = current_engine().read
    return render_template("studio/procedures.html", procedures=read(queries.procedures), drafts=read(queries.drafts))


@blueprint.get("/thiet-ke/quy-trinh/<slug>")
@blueprint.get("/thiet-ke/quy-trinh/<slug>/<int(max=99999):number>")
@requires(Role.PROCEDURE_CONTROLLER)
def procedure(slug: str, number: int | None = None) -> ResponseReturnValue:
    read = current_engine().read
    content = read(queries.version_content, slug, number)
    counts = read(queries.node_counts, content.row.id)
    marks = picture(content.diagram, active=counts.waiting, incidents=counts.incidents)
    return render_template(
        "studio/procedure.html", content=content, version=content.row, versions=read(queries.versions, slug),
        drafts=read(queries.drafts, slug), facts=from_mapping(content.facts),
        picture=marks, findings=findings(content.problems, current_language()))


@blueprint.get("/thiet-ke/quy-trinh/<slug>/<int(max=99999):number>/so-do.bpmn")
@requires(Role.PROCEDURE_CONTROLLER)
def diagram(slug: str, number: int) -> ResponseReturnValue:
    content = current_engine().read(queries.version_content, slug, number)
    answer = Response(content.diagram, mimetype="application/xml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{content.row.slug}-v{number}.bpmn")
    return answer


@blueprint.get("/thiet-ke/tai-len")
@requires(Role.PROCEDURE_CONTROLLER)
def upload() -> ResponseReturnValue:
    return _upload_page(request.args.get("slug", ""))


@blueprint.post("/thiet-ke/tai-len")
@takes_files
@requires(Role.PROCEDURE_CONTROLLER)
def take_upload() -> ResponseReturnValue:
    slug = request.form.get("slug", "").strip().lower()
    try:
        package = read_package(slug, _uploaded_files(), _current_version(slug))
    except UploadRefused as refused:
        field = "slug" if refused.code == "bad_slug" else "files"
        return _upload_page(slug, [(field, gettext(f"studio.refused.{refused.code}", **refused.facts))])
    unsafe = _unsafe(package)
    if unsafe:
        return _upload_page(slug, [("files", sentence(problem, current_language())) for problem in unsafe])
    result = current_engine().execute(UploadDraft(package), current_actor(), request.form.get("key"))
    return redirect(url_for("studio.draft", draft_id=result["draft_id"]), 303)


@blueprint.get("/thiet-ke/ban-nhap/<draft_id>")
@requires(Role.PROCEDURE_CONTROLLER)
def draft(draft_id: str) -> ResponseReturnValue:
    return _draft_page(draft_id)


@blueprint.get("/thiet-ke/ban-nhap/<draft_id>/dien-tap")
@requires(Role.PROCEDURE_CONTROLLER)
def rehearsal(draft_id: str) -> ResponseReturnValue:
    content = current_engine().read(queries.draft_content, draft_id)
    if content.row.errors:
        return redirect(url_for("studio.draft", draft_id=draft_id), 303)
    result = current_engine().rehearse(content.package)
    return render_template("studio/rehearsal.html", draft=content.row, rehearsal=result)


@blueprint.post("/thiet-ke/ban-nhap/<draft_id>/cong-bo")
@requires(Role.PROCEDURE_CONTROLLER)
def publish(draft_id: str) -> ResponseReturnValue:
    decision = request.form.get("decision_number", "").strip()
    problems, effective_from = _check_publication(decision)
    if problems:
        return _draft_page(draft_id, problems, 422)
    command = PublishDraft(draft_id, decision, effective_from)
    try:
        result = current_engine().execute(command, current_actor(), request.form.get("key"))
    except DiagramRefused as refused:
        return _draft_page(draft_id, [("problems", gettext("studio.publish_refused"))], status_of(refused))
    slug = current_engine().read(queries.draft_content, draft_id).row.slug
    flash(gettext("studio.published", number=result["number"]), "success")
    return redirect(url_for("studio.procedure", slug=slug, number=result["number"]), 303)


def _uploaded_files() -> list[tuple[str, bytes]]:
    """Names and contents; one byte more than allowed is enough to know that a file is too large."""
    return [(each.filename or "", each.stream.read(_most(each.filename or "") + 1))
            for each in request.files.getlist("files")]


def _most(name: str) -> int:
    return MAX_ARCHIVE if name.lower().endswith(".zip") else MAX_FILE


def _current_version(slug: str) -> queries.VersionContent | None:
    try:
        found: queries.VersionContent = current_engine().read(queries.version_content, slug)
    except NotFound:
        return None
    return found


def _unsafe(package: Package) -> list[Problem]:
    found = current_engine().review(package)
    return [each for each in found if each.severity is Severity.ERROR and each.code.startswith(UNSAFE)]


def _check_publication(decision: str) -> tuple[list[tuple[str, str]], date | None]:
    """The problems of the publication form by field, and the date when there is one."""
    problems = []
    if not decision or len(decision) > LONGEST_DECISION:
        problems.append(("decision_number", gettext("studio.decision_needed")))
    parts = [request.form.get(f"effective_from-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return problems, date(*map(int, parts)) if any(parts) else None
    except (ValueError, OverflowError):
        return [*problems, ("effective_from-day", gettext("studio.date_wrong"))], None


def _upload_page(slug: str, problems: list[tuple[str, str]] | None = None) -> ResponseReturnValue:
    known = current_engine().read(queries.procedures)
    page = render_template("studio/upload.html", slug=slug, problems=problems or [], procedures=known)
    return page, 422 if problems else 200


def _draft_page(draft_id: str, problems: list[tuple[str, str]] | None = None, status: int = 200) -> ResponseReturnValue:
    content = current_engine().read(queries.draft_content, draft_id)
    listed = findings(content.problems, current_language())
    page = render_template(
        "studio/draft.html", draft=content.row, package=content.package, findings=listed, problems=problems or [],
        picture=review_picture(content.package.diagram, listed), given=request.form)
    return page, status
