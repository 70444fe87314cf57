"""What was asked of the applicant and what he gave; the counter answers for him, a leader lets ask once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview, uploads
from app.errors import said
from app.formview import Section
from app.language import in_language
from app.security import requires, takes_files
from app.uploads import Rejected
from app.wiring import current_actor, current_engine
from app.worklist.changed import ChangeLine, application_of, lines
from app.worklist.corrections import may_correct
from app.worklist.task import READERS
from app.worklist.views import blueprint
from engine.commands.filing import UploadedFile
from engine.commands.supplements import LEADERS, AnswerSupplement, ApproveSupplement
from engine.domain.actor import Role
from engine.domain.dossier import DossierComponent
from engine.domain.errors import DomainError, FeeUndetermined, InvalidInput
from engine.domain.supplement import SupplementRequest
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.forms.schema import Form
from engine.queries import supplements
from engine.queries import task as queries
from engine.queries.supplements import Asked
from engine.queries.task import DossierFile

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Round:
    """One request with what came of it, in words."""

    asked: Asked
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """The marked questions and papers with what stands in them, drawn for whoever answers."""

    request: SupplementRequest
    sections: tuple[Section, ...]
    papers: tuple[DossierComponent, ...]
    handed: frozenset[str]
    problems: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/ho-so/<dossier_id>/bo-sung")
@requires(*READERS)
def requests(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    return _page(file, _answering(file))


@blueprint.post("/ho-so/<dossier_id>/bo-sung")
@takes_files
@requires(Role.RECEPTION_OFFICER)
def answer_request(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    asked = current_engine().read(supplements.open_request, dossier_id)
    if asked is None:
        flash(gettext("worklist.nothing_asked"), "warning")
        return redirect(url_for("worklist.requests", dossier_id=dossier_id), 303)
    form = _marked(file, asked)
    given = answers.submitted(form, request.form.to_dict(flat=False))
    values, problems = answers.check(form, given, _known(dossier_id), current_engine().hidden)
    files, rejected = _files(asked)
    if problems or rejected:
        return _refused(file, {**values, **given}, problems, rejected)
    command = AnswerSupplement(dossier_id, values, tuple(files), tuple(request.form.getlist("handed")))
    return _answered(file, command, given)


@blueprint.post("/ho-so/<dossier_id>/bo-sung/dong-y")
@requires(*LEADERS)
def approve_request(dossier_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if reason:
        current_engine().execute(ApproveSupplement(dossier_id, reason), current_actor(), request.form.get("key"))
        flash(gettext("worklist.leave_given"), "success")
    else:
        flash(gettext("worklist.leave_needs_reason"), "warning")
    return redirect(url_for("worklist.requests", dossier_id=dossier_id), 303)


def rounds(file: DossierFile) -> tuple[Round, ...]:
    """Every request of the dossier, newest first."""
    papers = {each.key: each.name for each in file.components}
    form = application_of(file)
    questions = {each.key: in_language(each.label) for each in form.fields}
    found = current_engine().read(supplements.asked_of, file.dossier.id)
    return tuple(Round(
        each, tuple(papers.get(key, key) for key in each.request.missing),
        tuple(questions.get(key, key) for key in each.request.wrong_fields), lines(each.request.changes, file))
        for each in reversed(found))


def _answered(file: DossierFile, command: AnswerSupplement, given: Mapping[str, Any]) -> ResponseReturnValue:
    try:
        current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        return _refused(file, given, refused.facts["problems"], [])
    except FeeUndetermined as refused:
        return _refused(file, given, {}, [], [("main", said(refused))])
    except DomainError as refused:
        flash(said(refused), "warning")
    else:
        flash(gettext("worklist.supplement_taken"), "success")
    return redirect(url_for("worklist.requests", dossier_id=file.dossier.id), 303)


def _refused(file: DossierFile, values: Mapping[str, Any], problems: Mapping[str, Any],
             rejected: list[Rejected], others: Sequence[tuple[str, str]] = ()) -> ResponseReturnValue:
    answering = _answering(file, values, problems, rejected)
    return _page(file, answering and replace(answering, problems=[*answering.problems, *others])), 422


def _page(file: DossierFile, answering: Answering | None) -> str:
    engine, actor = current_engine(), current_actor()
    found = rounds(file)
    leads = any(actor.has(role) for role in LEADERS)
    return render_template(
        "worklist/requests.html", file=file, rounds=found, answering=answering, accept=uploads.ACCEPT,
        late=engine.read(supplements.counts_as_late, file.dossier.id),
        may_correct=may_correct(file.dossier), leave=engine.read(supplements.unused_leave, file.dossier.id),
        may_leave=leads and bool(found),
        corrections=[(each, lines(each.changes, file))
                     for each in engine.read(supplements.corrections_of, file.dossier.id)])


def _answering(file: DossierFile, values: Mapping[str, Any] | None = None,
               problems: Mapping[str, Any] | None = None, rejected: list[Rejected] | None = None) -> Answering | None:
    """Nothing where nothing is asked, or where the reader is not the counter that received the dossier."""
    it, actor = file.dossier, current_actor()
    asked = current_engine().read(supplements.open_request, it.id)
    if asked is None or not any(actor.has(Role.RECEPTION_OFFICER, each) for each in (it.received_by, it.assisted_at)):
        return None
    form, known = _marked(file, asked), _known(it.id)
    wrong = {key: each for key, each in (problems or {}).items() if isinstance(each, AnswerProblem)}
    lacking = [(f"handed-{key.removeprefix('paper-')}", gettext("worklist.paper_still_missing"))
               for key in problems or {} if key.startswith("paper-")]
    turned_away = [("papers", gettext(f"upload.{each.code}", name=each.filename)) for each in rejected or []]
    return Answering(
        asked, formview.sections(form, known if values is None else values, wrong, known),
        tuple(each for each in file.components if each.key in asked.missing),
        frozenset(request.form.getlist("handed")),
        [*formview.error_list(form, wrong), *lacking, *turned_away])


def _marked(file: DossierFile, asked: SupplementRequest) -> Form:
    return Form(tuple(each for each in application_of(file).fields if each.key in asked.wrong_fields))


def _files(asked: SupplementRequest) -> tuple[list[UploadedFile], list[Rejected]]:
    kept: list[UploadedFile] = []
    rejected: list[Rejected] = []
    for key in asked.missing:
        taken, refused = uploads.taken(key, request.files.getlist(f"files-{key}"))
        kept.extend(taken)
        rejected.extend(refused)
    return kept, rejected


def _known(dossier_id: str) -> Mapping[str, Any]:
    return current_engine().read(queries.dossier_variables, dossier_id)


def _file(dossier_id: str) -> DossierFile:
    return current_engine().read(queries.dossier_file, current_actor(), dossier_id)
