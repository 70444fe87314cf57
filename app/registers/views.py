"""What was issued for one dossier: slips, results, the control slip; and what a leader or clerk does with results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.papers_view import pdf_answer, pdf_of, result_pdf_of
from app.security import requires, takes_files
from app.wiring import current_actor, current_engine, current_settings
from engine.commands.filing import UploadedFile
from engine.commands.results import RevokeResult, UploadResult
from engine.commands.seals import ApplySeal
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput
from engine.domain.paper import Slip
from engine.queries import papers as queries
from engine.queries.register import control_slip
from engine.queries.task import dossier_file

blueprint = Blueprint("registers", __name__, template_folder="templates")
READERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CENTRE_HEAD, Role.CASE_OFFICER, Role.DEPT_HEAD,
           Role.APPROVER, Role.CLERK, Role.CASHIER, Role.AUDITOR)
PREPARERS = (Role.CASE_OFFICER, Role.DEPT_HEAD, Role.APPROVER)
LARGEST = 20 * 1024 * 1024


@blueprint.get("/ho-so/<dossier_id>/phieu")
@requires(*READERS)
def issued(dossier_id: str) -> ResponseReturnValue:
    return _issued(dossier_id, [])


@blueprint.get("/phieu/<paper_id>")
@requires(*READERS)
def paper(paper_id: str) -> ResponseReturnValue:
    return pdf_of(paper_id)


@blueprint.get("/ket-qua/<result_id>")
@requires(*READERS)
def result(result_id: str) -> ResponseReturnValue:
    return result_pdf_of(result_id)


@blueprint.get("/ho-so/<dossier_id>/phieu-kiem-soat")
@requires(*READERS)
def control(dossier_id: str) -> ResponseReturnValue:
    """Printed from the history as it is now; once the dossier was returned, the slip that was kept then."""
    engine = current_engine()
    it = engine.read(dossier_file, current_actor(), dossier_id).dossier
    kept = [each for each in engine.read(queries.papers_of, dossier_id) if each.slip is Slip.CONTROL]
    if kept:
        return pdf_of(kept[-1].id)
    data = engine.read(control_slip, dossier_id, engine.calendar, engine.clock.now())
    link = f"{current_settings().public_url}/tra-cuu/{it.code}/{it.tracking_secret}" if it.code else ""
    pdf = engine.documents.render(f"{it.rule_pack}/control", data, engine.clock.now(), link=link)
    return pdf_answer(pdf, f"phieu-kiem-soat-{it.code or it.id}.pdf")


@blueprint.post("/ho-so/<dossier_id>/thu-hoi")
@requires(Role.APPROVER)
def revoke(dossier_id: str) -> ResponseReturnValue:
    try:
        current_engine().execute(RevokeResult(dossier_id, request.form.get("reason", "")), current_actor(),
                                 request.form.get("key"))
    except InvalidInput:
        return _issued(dossier_id, [("reason", gettext("registers.reason_needed"))]), 422
    flash(gettext("registers.revoked"), "success")
    return redirect(url_for("registers.issued", dossier_id=dossier_id), 303)


@blueprint.post("/ket-qua/<result_id>/dong-dau")
@requires(Role.CLERK)
def seal_result(result_id: str) -> ResponseReturnValue:
    it = current_engine().read(queries.result_for, current_actor(), result_id)
    current_engine().execute(ApplySeal(result_id), current_actor(), request.form.get("key"))
    flash(gettext("registers.sealed"), "success")
    return redirect(url_for("registers.issued", dossier_id=it.dossier_id), 303)


@blueprint.post("/ho-so/<dossier_id>/tep-ket-qua")
@takes_files
@requires(*PREPARERS)
def upload(dossier_id: str) -> ResponseReturnValue:
    """The agency's own document in the place of the generic one."""
    given = request.files.get("result")
    content = given.stream.read(LARGEST + 1) if given else b""
    file = UploadedFile("result", (given.filename if given else "") or "ket-qua.pdf", "application/pdf", content)
    try:
        if not content or len(content) > LARGEST:
            raise InvalidInput(problems={"file": "not_a_pdf"})
        current_engine().execute(UploadResult(dossier_id, file), current_actor(), request.form.get("key"))
    except InvalidInput:
        return _issued(dossier_id, [("result", gettext("registers.pdf_needed"))]), 422
    flash(gettext("registers.uploaded"), "success")
    return redirect(url_for("registers.issued", dossier_id=dossier_id), 303)


def _issued(dossier_id: str, problems: list[tuple[str, Any]]) -> str:
    read, actor = current_engine().read, current_actor()
    file = read(dossier_file, actor, dossier_id)
    results = read(queries.results_of, dossier_id)
    live = [each for each in results if each.revocation is None]
    return render_template(
        "registers/issued.html", file=file, papers=read(queries.papers_of, dossier_id), results=results,
        problems=problems, may_revoke=bool(live) and actor.has(Role.APPROVER, file.dossier.competent),
        may_seal=actor.has(Role.CLERK),
        may_upload=not live and file.dossier.code and any(actor.has(role) for role in PREPARERS))
