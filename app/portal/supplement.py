"""Answering a marked request: exactly the answers and papers that the officer marked, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview, uploads
from app.errors import said
from app.portal.apply import UPLOAD_RATE
from app.portal.views import blueprint
from app.security import for_citizens, limiter, takes_files
from app.wiring import current_actor, current_engine
from engine.commands.filing import UploadedFile
from engine.commands.supplements import AnswerSupplement
from engine.domain.dossier import DossierComponent
from engine.domain.errors import FeeUndetermined, InvalidInput, NotFound
from engine.domain.file_rules import TooMuchUploaded
from engine.domain.supplement import SupplementRequest
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.forms.schema import Form
from engine.queries import own_dossiers as own
from engine.queries.counter import facts_of
from engine.queries.supplements import open_request
from engine.queries.task import dossier_variables


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request is about: its dossier, the marked questions, the marked papers."""

    it: own.OwnDossier
    request: SupplementRequest
    form: Form
    papers: tuple[DossierComponent, ...]
    known: dict[str, Any]


@dataclass(slots=True)
class Given:
    """One attempt to answer it, as it stood on the page."""

    answers: dict[str, Any] = field(default_factory=dict)
    files: list[UploadedFile] = field(default_factory=list)
    wrong: dict[str, AnswerProblem] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/cong-dan/ho-so/<dossier_id>/bo-sung")
@for_citizens
def supplement(dossier_id: str) -> ResponseReturnValue:
    return _page(_asked(dossier_id), Given())


@blueprint.post("/cong-dan/ho-so/<dossier_id>/bo-sung")
@limiter.limit(UPLOAD_RATE)
@takes_files
@for_citizens
def answer_supplement(dossier_id: str) -> ResponseReturnValue:
    asked = _asked(dossier_id)
    given = _given(asked)
    if given.problems:
        return _page(asked, given), 422
    command = AnswerSupplement(dossier_id, given.answers, tuple(given.files))
    try:
        current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        given.problems = [(f"field-{key}" if not key.startswith("paper-") else key.replace("paper-", "files-"),
                           gettext("portal.refused")) for key in refused.facts["problems"]]
        return _page(asked, given), 422
    except FeeUndetermined as refused:
        given.problems = [("main", said(refused))]
        return _page(asked, given), 422
    flash(gettext("portal.supplement_sent"), "success")
    return redirect(url_for("portal.own_dossier", dossier_id=dossier_id), 303)


def _asked(dossier_id: str) -> Asked:
    """Raises NotFound when nothing is asked, or of somebody else."""
    engine = current_engine()
    it = engine.read(own.own_dossier, current_actor(), dossier_id)
    found = engine.read(open_request, dossier_id)
    if found is None:
        raise NotFound(what="supplement", id=dossier_id)
    whole = engine.form(it.dossier.version_id, engine.read(facts_of, it.dossier.version_id).application_form)
    marked = Form(tuple(each for each in whole.fields if each.key in found.wrong_fields))
    papers = tuple(each for each in it.components if each.key in found.missing)
    return Asked(it, found, marked, papers, dict(engine.read(dossier_variables, dossier_id)))


def _given(asked: Asked) -> Given:
    typed = answers.submitted(asked.form, request.form.to_dict(flat=False))
    values, wrong = answers.check(asked.form, typed, asked.known, None)
    given = Given({each.key: values[each.key] for each in asked.form.fields}, _kept_files(), dict(wrong))
    given.problems = formview.error_list(asked.form, wrong)
    try:
        uploads.meter()
        _take_files(asked, given)
    except TooMuchUploaded as refusal:
        given.problems.append(("main", said(refusal)))
    if given.wrong:
        given.answers.update(typed)
    return given


def _take_files(asked: Asked, given: Given) -> None:
    for paper in asked.papers:
        kept, rejected = uploads.taken(paper.key, request.files.getlist(f"files-{paper.key}"))
        given.files += kept
        given.problems += [(f"files-{paper.key}", gettext(f"upload.{each.code}", name=each.filename))
                           for each in rejected]
        if not rejected and not any(each.component_key == paper.key for each in given.files):
            given.problems.append((f"files-{paper.key}", gettext("portal.paper_missing", paper=paper.name)))


def _kept_files() -> list[UploadedFile]:
    dropped = set(request.form.getlist("drop"))
    return [each for each in uploads.staged(request.form.get("staged", ""))
            if f"{each.component_key}/{each.filename}" not in dropped]


def _page(asked: Asked, given: Given) -> str:
    values = {**{each.key: asked.known.get(each.key) for each in asked.form.fields}, **given.answers}
    return render_template(
        "portal/supplement.html", asked=asked, given=given, problems=given.problems, accept=uploads.ACCEPT,
        sections=formview.sections(asked.form, values, given.wrong, asked.known), staged=uploads.stage(given.files),
        expired=current_engine().clock.now() > asked.request.due_at)
