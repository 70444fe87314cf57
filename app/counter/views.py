"""Choosing a procedure and taking in a dossier."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import uploads
from app.catalogue import by_field, matching
from app.counter.intake import DECISIONS, Intake, filled_in, first_look
from app.counter.store import stored
from app.errors import explain
from app.security import requires, takes_files
from app.uploads import Rejected
from app.wiring import current_actor, current_engine
from engine.commands.filing import UploadedFile
from engine.domain.actor import Role
from engine.domain.dossier import NationalStatus
from engine.domain.errors import FeeUndetermined, InvalidInput
from engine.domain.procedure import Kind
from engine.domain.tariff import Quote
from engine.domain.twin import TwinsUnseen
from engine.domain.vault import PaperNotYours
from engine.domain.wording import Channel
from engine.forms.schema import Form
from engine.queries.counter import Offered, offered, offered_procedure
from engine.queries.fees import quote_for
from engine.queries.people import Duty, duties
from engine.queries.supplements import SeenTwin, twins_before

blueprint = Blueprint("counter", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Files:
    """What came with the form: files taken now or before, and files that were not taken."""

    kept: list[UploadedFile]
    rejected: list[Rejected]

    def of(self, component_key: str) -> list[UploadedFile]:
        """Those handed in for one component."""
        return [each for each in self.kept if each.component_key == component_key]


@blueprint.get("/tiep-nhan")
@requires(Role.RECEPTION_OFFICER)
def procedures() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()
    services = (each for each in current_engine().read(offered, current_engine().today())
                if each.facts.kind is Kind.SERVICE)
    found = matching(services, wanted)
    return render_template("counter/procedures.html", fields=by_field(found), wanted=wanted)


@blueprint.get("/tiep-nhan/<slug>")
@requires(Role.RECEPTION_OFFICER)
def intake(slug: str) -> ResponseReturnValue:
    procedure = current_engine().read(offered_procedure, slug, current_engine().today())
    return _page(procedure, first_look(procedure.facts, _application(procedure)), Files([], []))


@blueprint.post("/tiep-nhan/<slug>")
@takes_files
@requires(Role.RECEPTION_OFFICER)
def submit(slug: str) -> ResponseReturnValue:
    procedure = current_engine().read(offered_procedure, slug, current_engine().today())
    filled = filled_in(procedure.facts, _application(procedure), request.form)
    files = _files(procedure)
    if "reckon" in request.form:
        unasked = request.form["reckon"] == "store" and not filled.store_consent
        filled.problems[:] = [("store_consent", gettext("counter.store_needs_consent"))] if unasked else []
        return _page(procedure, filled, files), 422 if unasked else 200
    if filled.problems or files.rejected:
        return _page(procedure, filled, files), 422
    try:
        command = filled.command(_counter(), files.kept)
        result = current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        filled.refuse(refused.facts["problems"])
        return _page(procedure, filled, files), 422
    except FeeUndetermined as refused:
        filled.problems.append(("form", " ".join(explain(refused))))
        return _page(procedure, filled, files), 422
    except PaperNotYours as refused:
        filled.problems.append(("papers", " ".join(explain(refused))))
        return _page(procedure, filled, files), 409
    except TwinsUnseen as refused:
        filled.problems.append(("twins", " ".join(explain(refused))))
        return _page(procedure, filled, files, _twins(procedure, filled, files)), 422
    if result["task_id"] is None and result["status"] == NationalStatus.SUBMITTED:
        flash(gettext("counter.waits_for_competence"), "warning")
        return redirect(url_for("worklist.dossier", dossier_id=result["dossier_id"]), 303)
    return redirect(url_for("counter.handed_over", dossier_id=result["dossier_id"]), 303)


def _twins(procedure: Offered, filled: Intake, files: Files) -> tuple[SeenTwin, ...]:
    hashes = tuple(hashlib.sha256(each.content).hexdigest() for each in files.kept)
    return current_engine().read(twins_before, current_actor(), procedure.facts.slug, filled.owner(), hashes)


def _page(procedure: Offered, filled: Intake, files: Files, twins: tuple[SeenTwin, ...] = ()) -> str:
    owner, submitter, application = filled.sections()
    rejected = [("papers", gettext(f"upload.{each.code}", name=each.filename)) for each in files.rejected]
    return render_template(
        "counter/intake.html", procedure=procedure, intake=filled, files=files, twins=twins, owner=owner,
        submitter=submitter, application=application, problems=[*filled.problems, *rejected], counters=_counters(),
        decisions=DECISIONS, questions=_application(procedure).fields, today=current_engine().today(),
        quote=_quote(procedure, filled), accept=uploads.ACCEPT,
        stored=stored(procedure.facts, filled.owner(), _counter(), consent=filled.store_consent),
        reused={each.paper_id for each in filled.reused},
        staged=uploads.stage(files.kept))


def _quote(procedure: Offered, filled: Intake) -> Quote | None:
    """What the answers would cost; nothing until they tell."""
    engine, channel = current_engine(), Channel.__members__.get(filled.channel.upper())
    if channel is None:
        return None
    try:
        return engine.read(quote_for, procedure.facts.slug, channel, filled.answers, engine.today(), engine.evaluator)
    except FeeUndetermined:
        return None


def _application(procedure: Offered) -> Form:
    return current_engine().form(procedure.version_id, procedure.facts.application_form)


def _files(procedure: Offered) -> Files:
    dropped = set(request.form.getlist("drop"))
    earlier = uploads.staged(request.form.get("staged", ""))
    files = Files([each for each in earlier if f"{each.component_key}/{each.filename}" not in dropped], [])
    for component in procedure.facts.components:
        kept, rejected = uploads.taken(component.key, request.files.getlist(f"files-{component.key}"))
        files.kept.extend(kept)
        files.rejected.extend(rejected)
    return files


def _counters() -> list[Duty]:
    """Where this officer receives: one place for most."""
    held = current_engine().read(duties, current_actor().id)
    return [each for each in held if each.role is Role.RECEPTION_OFFICER]


def _counter() -> str:
    chosen = request.form.get("received_by", "")
    mine = [each.unit_id for each in _counters()]
    return chosen if chosen in mine else mine[0]
