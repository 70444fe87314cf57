"""One task: its form, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview, reading
from app.drawn import step_name
from app.errors import said
from app.formview import Problems
from app.security import requires
from app.timeleft import time_left
from app.wiring import current_actor, current_engine
from app.worklist.beside import beside
from app.worklist.presenters import content_of
from app.worklist.views import OFFICERS, blueprint
from engine.commands.tasks import ClaimTask, CompleteTask, ReassignTask, ReleaseTask
from engine.domain.actor import Role
from engine.domain.errors import Conflict, InvalidInput
from engine.domain.fee import FeeLine, due
from engine.domain.routing import SUPERVISORS
from engine.domain.supplement import SupplementLimit
from engine.domain.twin import TwinsUnseen
from engine.forms import answers
from engine.forms.schema import MARKS, FieldType, Form
from engine.queries import task as queries
from engine.queries.fees import lines_of
from engine.queries.people import colleagues
from engine.queries.sent_back import sent_back
from engine.queries.task import Task
from engine.queries.task_draft import draft_of

READERS = (*OFFICERS, Role.AUDITOR)
"""Whoever works on dossiers, and who audits that work; administrators see the processes, not the people."""

NO_FORM = Form(())


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form: earlier answers or what has just been sent, and what is wrong with it."""

    values: Mapping[str, Any]
    problems: Problems = field(default_factory=dict)


@blueprint.get("/viec/<task_id>")
@requires(*READERS)
def task(task_id: str) -> ResponseReturnValue:
    it = task_of(task_id)
    reading.shows(it.dossier_id, f"/viec/{it.name}")
    return _page(it)


@blueprint.post("/viec/<task_id>")
@requires(*OFFICERS)
def complete(task_id: str) -> ResponseReturnValue:
    it = task_of(task_id)
    form, engine = form_of(it), current_engine()
    known = engine.read(queries.variables, it.instance_id)
    given = answers.submitted(form, request.form.to_dict(flat=False))
    values, problems = answers.check(form, given, known, engine.hidden)
    if problems:
        return _page(it, Filled({**values, **given}, problems)), 422
    return _completed(it, values, given)


@blueprint.post("/viec/<task_id>/nhan")
@requires(*OFFICERS)
def claim(task_id: str) -> ResponseReturnValue:
    current_engine().execute(ClaimTask(task_id), current_actor(), request.form.get("key"))
    flash(gettext("worklist.claimed"), "success")
    return redirect(url_for("worklist.task", task_id=task_id), 303)


@blueprint.post("/viec/<task_id>/tra-lai")
@requires(*OFFICERS)
def release(task_id: str) -> ResponseReturnValue:
    current_engine().execute(ReleaseTask(task_id), current_actor(), request.form.get("key"))
    flash(gettext("worklist.released"), "success")
    return redirect(url_for("worklist.tasks"), 303)


@blueprint.post("/viec/<task_id>/giao")
@requires(*SUPERVISORS)
def reassign(task_id: str) -> ResponseReturnValue:
    command = ReassignTask(task_id, request.form.get("assignee_id", ""), request.form.get("reason", "").strip()[:500])
    if not command.reason or not command.assignee_id:
        flash(gettext("worklist.reassign_incomplete"), "warning")
        return redirect(url_for("worklist.task", task_id=task_id, _anchor="reassign"), 303)
    result = current_engine().execute(command, current_actor(), request.form.get("key"))
    flash(gettext("worklist.reassigned", name=result["assignee"]), "success")
    return redirect(url_for("worklist.task", task_id=task_id), 303)


def _completed(it: Task, values: Mapping[str, Any], given: Mapping[str, Any]) -> ResponseReturnValue:
    """Somebody may have been faster: the officer is told who, not shown an error page."""
    try:
        command = CompleteTask(it.id, values, seen_twins="seen_twins" in request.form)
        result = current_engine().execute(command, current_actor(), request.form.get("key"))
    except (SupplementLimit, TwinsUnseen) as first:
        flash(said(first), "warning")
        return _page(it, Filled({**values, **given})), 422
    except Conflict as late:
        flash(said(late), "warning")
        return redirect(url_for("worklist.tasks"), 303)
    except InvalidInput as refused:
        return _page(it, Filled({**values, **given}, refused.facts["problems"])), 422
    flash(_what_happened(it, result), "warning" if result["incident"] else "success")
    if result["next_task_id"]:
        return redirect(url_for("worklist.task", task_id=result["next_task_id"]), 303)
    return redirect(url_for("worklist.tasks"), 303)


def _what_happened(it: Task, result: Mapping[str, Any]) -> str:
    name = step_name(it.name, it.version_id)
    if result["incident"]:
        return str(gettext("worklist.completed_with_incident", task=name))
    if result["opened"]:
        opened = ", ".join(step_name(each, it.version_id) for each in result["opened"])
        return str(gettext("worklist.completed_next", task=name, next=opened))
    return str(gettext("worklist.completed", task=name))


def _page(it: Task, filled: Filled | None = None) -> str:
    engine, form = current_engine(), form_of(it)
    known = engine.read(queries.variables, it.instance_id)
    draft = engine.read(draft_of, current_actor(), it.id) if filled is None and it.may_complete else None
    shown = filled or Filled(draft.written if draft else _earlier(form, known))
    file = engine.read(queries.dossier_file, current_actor(), it.dossier_id)
    return render_template(
        "worklist/task.html", task=it, beside=beside(it, file), unpaid=_unpaid(it), draft=draft, file=file,
        content=content_of(file.dossier), sent_back=engine.read(sent_back, it.instance_id) if it.may_complete else None,
        sections=formview.sections(form, {**shown.values, **_only_read(form, known)}, shown.problems, known),
        problems=formview.error_list(form, shown.problems), left=time_left(it.due_at, it.unit_id),
        colleagues=engine.read(colleagues, it.unit_id, it.role) if it.may_reassign else ())


def _unpaid(it: Task) -> tuple[FeeLine, ...]:
    """What must be collected before a step that collects money can be completed."""
    return due(current_engine().read(lines_of, it.dossier_id)) if it.facts.get("kind") == "pay" else ()


def _only_read(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown and not asked is never sent back by a browser."""
    return {each.key: known[each.key] for each in form.fields if each.readonly and each.key in known}


def _earlier(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of an earlier round stand in the form again; a decision and its marks are taken anew each time."""
    return {each.key: known[each.key] for each in form.fields
            if each.key in known and each.type is not FieldType.RADIO and each.key not in MARKS}


def task_of(task_id: str) -> Task:
    """Raises NotFound where the actor may not see it."""
    return current_engine().read(queries.task, current_actor(), task_id)


def form_of(it: Task) -> Form:
    """What the step asks; nothing where it asks nothing."""
    return current_engine().form(it.version_id, it.form_key) if it.form_key else NO_FORM
