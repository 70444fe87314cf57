"""The counter puts right what it took in wrongly: owner, answers, papers, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import errors, formview
from app.formview import Section
from app.parties import OWNER, owner_form
from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.changed import application_of
from app.worklist.views import blueprint
from engine.commands.corrections import MOST_COPIES, CorrectDossier
from engine.domain.actor import Role
from engine.domain.dossier import FINAL, ComponentState, Dossier
from engine.domain.errors import FeeUndetermined, InvalidInput, NotAllowed
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.queries import task as queries
from engine.queries.task import DossierFile

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Corrected:
    """What stands in the page: what is known, or what was just sent, and what is wrong with it."""

    owner: tuple[Section, ...]
    application: tuple[Section, ...]
    papers: Mapping[str, Mapping[str, str]]
    reason: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/ho-so/<dossier_id>/dinh-chinh")
@requires(Role.RECEPTION_OFFICER)
def correction(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    return _page(file, _drawn(file, _known_of(file), {}, _papers_of(file)))


@blueprint.post("/ho-so/<dossier_id>/dinh-chinh")
@requires(Role.RECEPTION_OFFICER)
def correct(dossier_id: str) -> ResponseReturnValue:
    file = _file(dossier_id)
    flat = request.form.to_dict(flat=False)
    given = {**answers.submitted(owner_form(), flat), **answers.submitted(application_of(file), flat)}
    owner, wrong_owner = answers.check(owner_form(), given)
    values, wrong = answers.check(application_of(file), given, {}, current_engine().hidden)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    problems: dict[str, Any] = {**wrong_owner, **wrong, **({} if reason else {"reason": "required"})}
    if problems:
        return _refused(file, given, problems, reason)
    names = {key.removeprefix(OWNER): str(value or "") for key, value in owner.items()}
    try:
        current_engine().execute(CorrectDossier(dossier_id, reason, names, values, _sent_papers(file)),
                                 current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        return _refused(file, given, refused.facts["problems"], reason)
    except FeeUndetermined as undetermined:
        return _refused(file, given, {}, reason, [("form", errors.said(undetermined))])
    flash(gettext("worklist.corrected"), "success")
    return redirect(url_for("worklist.requests", dossier_id=dossier_id), 303)


def may_correct(it: Dossier) -> bool:
    """True for the counter that received the dossier, from acceptance until the end."""
    mine = current_actor().has(Role.RECEPTION_OFFICER, it.received_by)
    return mine and it.accepted_at is not None and it.national_status not in FINAL


def _refused(file: DossierFile, given: Mapping[str, Any], problems: Mapping[str, Any],
             reason: str, others: Sequence[tuple[str, str]] = ()) -> ResponseReturnValue:
    drawn = _drawn(file, given, problems, _sent_papers(file), reason)
    return _page(file, replace(drawn, problems=[*drawn.problems, *others])), 422


def _page(file: DossierFile, corrected: Corrected) -> str:
    return render_template("worklist/correction.html", file=file, it=corrected, states=ComponentState,
                           most=MOST_COPIES)


def _drawn(file: DossierFile, values: Mapping[str, Any], problems: Mapping[str, Any],
           papers: Mapping[str, Mapping[str, str]], reason: str = "") -> Corrected:
    form = application_of(file)
    wrong = {key: each for key, each in problems.items() if isinstance(each, AnswerProblem)}
    said = {"reason": gettext("worklist.correction_needs_reason"), "form": gettext("worklist.nothing_corrected")}
    others = [(key, said[key]) for key in problems if key in said]
    others += [("papers", gettext("worklist.paper_not_usable")) for key in problems if key.startswith("paper-")]
    return Corrected(
        formview.sections(owner_form(), values, wrong, {}), formview.sections(form, values, wrong, {}), papers, reason,
        [*formview.error_list(owner_form(), wrong), *formview.error_list(form, wrong), *others])


def _known_of(file: DossierFile) -> dict[str, Any]:
    known = current_engine().read(queries.dossier_variables, file.dossier.id)
    owner = {f"{OWNER}{key}": value for key, value in asdict(file.dossier.owner).items()}
    return {**known, **owner}


def _papers_of(file: DossierFile) -> dict[str, dict[str, str]]:
    return {each.key: {"state": each.state.value, "originals": str(each.originals), "copies": str(each.copies)}
            for each in file.components}


def _sent_papers(file: DossierFile) -> dict[str, dict[str, str]]:
    """As it was sent; what a browser left out stays as it is."""
    known = _papers_of(file)
    return {key: {part: request.form.get(f"{part}-{key}", value).strip() for part, value in paper.items()}
            for key, paper in known.items()}


def _file(dossier_id: str) -> DossierFile:
    """Raises NotFound, and NotAllowed where nothing can be corrected."""
    file = current_engine().read(queries.dossier_file, current_actor(), dossier_id)
    if not may_correct(file.dossier):
        raise NotAllowed(status=int(file.dossier.national_status))
    return file
