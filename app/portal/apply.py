"""Applying: form, papers, fee, check, send. Every page saves what stands on it before it says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import uploads
from app.errors import said
from app.portal.application import ABOUT_CODE, FOR_OTHER, REUSED, Application, Problem, begun, following, typed_on
from app.portal.petitions import ABOUT, LONGEST_CODE, about_dossier
from app.portal.views import blueprint
from app.security import for_citizens, limiter, takes_files
from app.wiring import current_actor, current_engine, current_settings
from engine.commands.drafts import AddDraftFiles, BeginDraft, DropDraft, DropDraftFile, SaveDraft
from engine.commands.filing import UploadedFile
from engine.domain.application import DraftStep
from engine.domain.citizen import CitizenProfile
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.file_rules import TooManyFiles, TooMuchUploaded
from engine.domain.procedure import Authorisation, Channel, Kind
from engine.domain.vault import PaperStanding
from engine.queries.citizens import drafts_of, profile_of, receiving_units, written_draft
from engine.queries.counter import offered_procedure
from engine.queries.vault import own_papers

RATE = "60 per hour"
"""From one address: enough for an office that files for many people, too little for a machine."""

UPLOAD_RATE = "300 per hour"
"""Of pages with files: somebody who brings them one by one stays below it."""

PAGES = {DraftStep.FORM: "portal.draft_form", DraftStep.PAPERS: "portal.draft_papers",
         DraftStep.FEE: "portal.draft_fee", DraftStep.CHECK: "portal.draft_check"}


@blueprint.get("/cong-dan/nop/<slug>")
@for_citizens
def start(slug: str) -> ResponseReturnValue:
    engine = current_engine()
    found = engine.read(offered_procedure, slug, engine.today())
    if Channel.ONLINE not in found.facts.channels:
        raise NotFound(what="procedure", slug=slug)
    waiting = [each for each in engine.read(drafts_of, current_actor()) if each.slug == slug]
    may_authorise = found.facts.authorisation is not Authorisation.FORBIDDEN
    return render_template("portal/start.html", procedure=found, waiting=waiting, may_authorise=may_authorise,
                           about=about_dossier() if found.facts.kind is Kind.PETITION else {},
                           drafts_kept=current_settings().draft_days)


@blueprint.post("/cong-dan/nop/<slug>")
@limiter.limit(RATE)
@for_citizens
def begin(slug: str) -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    draft_id = engine.execute(BeginDraft(slug, _kept_for()), actor, request.form.get("key"))["draft_id"]
    about = request.form.get(ABOUT, "").strip()[:LONGEST_CODE]
    first = {FOR_OTHER: request.form.get("whom") == "other", ABOUT_CODE: about}
    if any(first.values()):
        _save(draft_id, DraftStep.FORM, {key: value for key, value in first.items() if value})
    return redirect(url_for("portal.draft_form", draft_id=draft_id), 303)


@blueprint.get("/cong-dan/don/<draft_id>/to-khai")
@for_citizens
def draft_form(draft_id: str) -> ResponseReturnValue:
    it = application(draft_id)
    return _form_page(it, judged=begun(it.draft))


@blueprint.post("/cong-dan/don/<draft_id>/to-khai")
@for_citizens
def save_form(draft_id: str) -> ResponseReturnValue:
    forms = application(draft_id).forms
    it = _saved(draft_id, DraftStep.FORM, typed_on(forms, request.form.to_dict(flat=False)))
    if it.problems(DraftStep.FORM) and "later" not in request.form:
        return _form_page(it, judged=True), 422
    return _onward(it, DraftStep.FORM)


@blueprint.get("/cong-dan/don/<draft_id>/giay-to")
@for_citizens
def draft_papers(draft_id: str) -> ResponseReturnValue:
    return _papers_page(application(draft_id), [])


@blueprint.post("/cong-dan/don/<draft_id>/giay-to")
@limiter.limit(UPLOAD_RATE)
@takes_files
@for_citizens
def save_papers(draft_id: str) -> ResponseReturnValue:
    it, problems = application(draft_id), _take_files(draft_id)
    if "drop" in request.form:
        current_engine().execute(DropDraftFile(draft_id, request.form["drop"]), current_actor())
    chosen = {each.key: request.form.get(f"reuse-{each.key}") for each in it.papers if each.known}
    it = _saved(draft_id, DraftStep.PAPERS, {REUSED: chosen})
    if "onward" in request.form:
        problems += it.problems(DraftStep.PAPERS)
    if problems:
        return _papers_page(it, problems), 422
    if "onward" in request.form or "later" in request.form:
        return _onward(it, DraftStep.PAPERS)
    return redirect(url_for("portal.draft_papers", draft_id=draft_id), 303)


@blueprint.get("/cong-dan/don/<draft_id>/nhan-ket-qua")
@for_citizens
def draft_fee(draft_id: str) -> ResponseReturnValue:
    return _fee_page(application(draft_id), judged=False)


@blueprint.post("/cong-dan/don/<draft_id>/nhan-ket-qua")
@for_citizens
def save_fee(draft_id: str) -> ResponseReturnValue:
    wishes = application(draft_id).wishes
    it = _saved(draft_id, DraftStep.FEE, typed_on((wishes,), request.form.to_dict(flat=False)))
    if it.problems(DraftStep.FEE) and "later" not in request.form:
        return _fee_page(it, judged=True), 422
    return _onward(it, DraftStep.FEE)


@blueprint.get("/cong-dan/don/<draft_id>/kiem-tra")
@for_citizens
def draft_check(draft_id: str) -> ResponseReturnValue:
    return _check_page(application(draft_id))


@blueprint.post("/cong-dan/don/<draft_id>/kiem-tra")
@limiter.limit(RATE)
@for_citizens
def send(draft_id: str) -> ResponseReturnValue:
    sent = current_engine().read(written_draft, current_actor(), draft_id).draft.dossier_id
    if sent:
        return redirect(url_for("portal.own_dossier", dossier_id=sent), 303)
    it = application(draft_id)
    if any(it.problems(step) for step in DraftStep):
        return _check_page(it), 422
    try:
        result = current_engine().execute(it.command(), current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        return _check_page(it, it.refused(refused.facts["problems"])), 422
    flash(gettext("portal.sent"), "success")
    return redirect(url_for("portal.own_dossier", dossier_id=result["dossier_id"]), 303)


@blueprint.post("/cong-dan/don/<draft_id>/xoa")
@for_citizens
def drop_draft(draft_id: str) -> ResponseReturnValue:
    current_engine().execute(DropDraft(draft_id), current_actor())
    flash(gettext("portal.draft_dropped"), "success")
    return redirect(url_for("portal.own_dossiers"), 303)


def application(draft_id: str) -> Application:
    """The actor's own unsent draft with everything its pages need. Raises NotFound."""
    engine, actor = current_engine(), current_actor()
    written = engine.read(written_draft, actor, draft_id)
    if written.draft.dossier_id is not None or written.draft.expires_at <= engine.clock.now():
        raise NotFound(what="draft", id=draft_id)
    found = engine.read(offered_procedure, written.draft.slug, engine.today())
    profile = engine.read(profile_of, actor.id) or CitizenProfile(actor.id)
    units = engine.read(receiving_units, found.facts.lead_agency, engine.today())
    store = tuple(each for each in engine.read(own_papers, actor)
                  if each.standing(engine.today()) is PaperStanding.VALID)
    form = engine.form(found.version_id, found.facts.application_form)
    return Application(found, form, written, profile, units, store)


def _saved(draft_id: str, step: DraftStep, typed: Mapping[str, Any]) -> Application:
    _save(draft_id, step, typed)
    return application(draft_id)


def _save(draft_id: str, step: DraftStep, typed: Mapping[str, Any]) -> None:
    current_engine().execute(SaveDraft(draft_id, step.value, typed, _kept_for()), current_actor())


def _kept_for() -> timedelta:
    return timedelta(days=current_settings().draft_days)


def _take_files(draft_id: str) -> list[Problem]:
    """Keeps the good files of a page although others on it are bad; returns what was wrong with those."""
    kept: list[UploadedFile] = []
    problems: list[Problem] = []
    for key in application(draft_id).upload_keys():
        good, bad = uploads.taken(key, request.files.getlist(f"files-{key}"))
        kept += good
        problems += [(f"files-{key}", gettext(f"upload.{each.code}", name=each.filename)) for each in bad]
    if kept:
        problems += _keep(draft_id, tuple(kept))
    return problems


def _keep(draft_id: str, files: tuple[UploadedFile, ...]) -> list[Problem]:
    try:
        uploads.meter()
        current_engine().execute(AddDraftFiles(draft_id, files), current_actor())
    except (TooManyFiles, TooMuchUploaded) as refusal:
        return [(f"files-{files[0].component_key}", said(refusal))]
    return []


def _onward(it: Application, step: DraftStep) -> ResponseReturnValue:
    """To the next page, or away when the writer wants to go on later."""
    if "later" in request.form:
        flash(gettext("portal.draft_saved", days=current_settings().draft_days), "success")
        return redirect(url_for("portal.own_dossiers"), 303)
    later = following(step)
    _save(it.draft.id, later, {})
    return redirect(url_for(PAGES[later], draft_id=it.draft.id), 303)


def _form_page(it: Application, *, judged: bool) -> str:
    problems = it.problems(DraftStep.FORM) if judged else []
    return render_template("portal/draft_form.html", it=it, step=DraftStep.FORM, steps=_steps(), problems=problems,
                           headed=it.headed_sections(judged=judged))


def _papers_page(it: Application, problems: list[Problem]) -> str:
    return render_template("portal/draft_papers.html", it=it, step=DraftStep.PAPERS, steps=_steps(), problems=problems,
                           accept=uploads.ACCEPT)


def _fee_page(it: Application, *, judged: bool) -> str:
    return render_template("portal/draft_fee.html", it=it, step=DraftStep.FEE, steps=_steps(),
                           problems=it.problems(DraftStep.FEE) if judged else [],
                           sections=it.wish_sections(judged=judged), quote=it.quote(),
                           terms=it.facts.channels[Channel.ONLINE])


def _check_page(it: Application, refused: list[Problem] | None = None) -> str:
    wrong = {step: it.problems(step) for step in DraftStep}
    problems = [(f"step-{step.value}", text) for step, lines in wrong.items() for _, text in lines]
    return render_template("portal/draft_check.html", it=it, step=DraftStep.CHECK, steps=_steps(), wrong=wrong,
                           problems=[*problems, *(refused or [])], pages=PAGES, quote=it.quote(),
                           terms=it.facts.channels[Channel.ONLINE])


def _steps() -> list[tuple[DraftStep, str]]:
    return list(PAGES.items())
