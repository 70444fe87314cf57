"""Papers that leave the centre: the list of permits, and asking for one on the page of a dossier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import said
from app.filters import local
from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.task import READERS
from app.worklist.views import OFFICERS, blueprint
from engine.commands.permits import KEEPERS, AskPermit, CarryOut, CheckIn, DecidePermit
from engine.domain.actor import Role
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import ComponentState
from engine.domain.errors import DomainError, InvalidInput
from engine.queries import permits
from engine.queries import task as queries
from engine.queries.task import DossierFile

ACTS: dict[str, Callable[[str], Any]] = {
    "duyet": lambda permit_id: DecidePermit(permit_id, True),
    "khong-duyet": lambda permit_id: DecidePermit(permit_id, False),
    "mang-di": CarryOut,
    "giao-lai": CheckIn,
}
"""The last part of the address of a button: what it does."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The form as it stands: texts as a browser sends them."""

    papers: frozenset[str] = frozenset()
    holder_id: str = ""
    purpose: str = ""
    leave_at: str = ""
    due_back_at: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/giay-phep")
@requires(*READERS)
def permit_list() -> ResponseReturnValue:
    engine = current_engine()
    rows = engine.read(permits.permits, current_actor(), engine.clock.now())
    return render_template("worklist/permits.html", rows=sorted(rows, key=lambda row: not row.overdue))


@blueprint.post("/giay-phep/<permit_id>/<act>")
@requires(*KEEPERS, Role.CENTRE_HEAD)
def permit_act(permit_id: str, act: str) -> ResponseReturnValue:
    if act not in ACTS:
        return redirect(url_for("worklist.permit_list"), 303)
    try:
        current_engine().execute(ACTS[act](permit_id), current_actor(), request.form.get("key"))
        flash(gettext("worklist.permit_done"), "success")
    except DomainError as refused:
        flash(said(refused), "warning")
    return redirect(url_for("worklist.permit_list"), 303)


@blueprint.get("/ho-so/<dossier_id>/giay-phep")
@requires(*READERS)
def permits_of(dossier_id: str) -> ResponseReturnValue:
    return _page(dossier_id, Asking())


@blueprint.post("/ho-so/<dossier_id>/giay-phep")
@requires(*OFFICERS)
def ask_permit(dossier_id: str) -> ResponseReturnValue:
    asked = _asked()
    leave_at, due_back_at = _instant(asked.leave_at), _instant(asked.due_back_at)
    if leave_at is None or due_back_at is None:
        asked.problems.append(("leave_at", gettext("worklist.permit_times")))
        return _page(dossier_id, asked), 422
    command = AskPermit(dossier_id, tuple(sorted(asked.papers)), asked.holder_id, asked.purpose, leave_at, due_back_at)
    try:
        current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput as refused:
        asked.problems.extend((key, gettext(f"worklist.permit_needs_{key}")) for key in refused.facts["problems"])
        return _page(dossier_id, asked), 422
    except DomainError as refused:
        flash(said(refused), "warning")
    else:
        flash(gettext("worklist.permit_asked"), "success")
    return redirect(url_for("worklist.permits_of", dossier_id=dossier_id), 303)


def _page(dossier_id: str, asking: Asking) -> str:
    engine, actor = current_engine(), current_actor()
    file: DossierFile = engine.read(queries.dossier_file, actor, dossier_id)
    return render_template(
        "worklist/dossier_permits.html", file=file, asking=asking,
        people=engine.read(permits.carriers, actor, file.dossier),
        present=[each for each in file.components if each.state is ComponentState.PRESENT],
        rows=engine.read(permits.permits_of, actor, dossier_id, engine.clock.now()),
        example=f"{local(engine.clock.now()):%d/%m/%Y %H:%M}")


def _asked() -> Asking:
    form = request.form
    return Asking(frozenset(form.getlist("papers")), form.get("holder_id", ""), form.get("purpose", "").strip()[:2000],
                  form.get("leave_at", "").strip()[:20], form.get("due_back_at", "").strip()[:20])


def _instant(text: str) -> datetime | None:
    """An hour of a day in Vietnam, as it is written: 02/03/2026 14:00."""
    try:
        return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError:
        return None
