"""Several steps at once: claimed, handed over, or answered with one form; each has a result of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview
from app.drawn import step_name
from app.errors import said
from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.task import NO_FORM
from app.worklist.views import OFFICERS, blueprint
from engine.commands.tasks import ClaimTask, CompleteTask, ReassignTask
from engine.domain.errors import DomainError, InvalidInput
from engine.forms import answers
from engine.forms.schema import Form
from engine.queries import task as queries
from engine.queries import worklist
from engine.queries.people import colleagues
from engine.queries.task import Task
from engine.queries.worklist import TaskRow

MOST = 50
"""Steps in one batch: each is a transaction of its own, and the page answers within seconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step: the next one, or why it could not be done."""

    row: TaskRow
    done: bool
    text: str


@blueprint.post("/viec/nhieu")
@requires(*OFFICERS)
def batch() -> ResponseReturnValue:
    """Steps of the same kind only: one form cannot answer two questions."""
    rows = _chosen()
    if not rows:
        flash(gettext("worklist.nothing_chosen"), "warning")
        return redirect(url_for("worklist.tasks"), 303)
    if request.form.get("act") == "claim":
        outcomes = [_outcome(row, ClaimTask(row.id), gettext("worklist.batch_claimed")) for row in rows]
        return _results(outcomes)
    first = _task(rows[0].id)
    if any(not _alike(first, _task(row.id)) for row in rows[1:]):
        flash(gettext("worklist.mixed_steps"), "warning")
        return redirect(url_for("worklist.tasks"), 303)
    return _page(first, rows)


@blueprint.post("/viec/nhieu/giao")
@requires(*OFFICERS)
def batch_assign() -> ResponseReturnValue:
    rows, reason = _chosen(), request.form.get("reason", "").strip()[:500]
    if not rows or not reason or not request.form.get("assignee_id"):
        flash(gettext("worklist.reassign_incomplete"), "warning")
        return redirect(url_for("worklist.tasks"), 303)
    assigned = gettext("worklist.batch_assigned")
    return _results([_outcome(row, ReassignTask(row.id, request.form["assignee_id"], reason), assigned)
                     for row in rows])


@blueprint.post("/viec/nhieu/xong")
@requires(*OFFICERS)
def batch_complete() -> ResponseReturnValue:
    rows = _chosen()
    if not rows:
        flash(gettext("worklist.nothing_chosen"), "warning")
        return redirect(url_for("worklist.tasks"), 303)
    first = _task(rows[0].id)
    form = _form(first)
    given = answers.submitted(form, request.form.to_dict(flat=False))
    known = current_engine().read(queries.variables, first.instance_id)
    values, problems = answers.check(form, given, known, current_engine().hidden)
    if problems:
        return _page(first, rows, {**values, **given}, problems), 422
    same = [row for row in rows if _alike(first, _task(row.id))]
    return _results([_outcome(row, CompleteTask(row.id, given), gettext("worklist.batch_completed")) for row in same])


def _outcome(row: TaskRow, command: Any, done: str) -> Outcome:
    """The key of the form and the step make a second click harmless."""
    key = request.form.get("key", "")
    try:
        result = current_engine().execute(command, current_actor(), f"{key}:{row.id}"[:80] if key else None)
    except InvalidInput:
        return Outcome(row, False, gettext("worklist.batch_refused"))
    except DomainError as refused:
        return Outcome(row, False, said(refused))
    opened = ", ".join(step_name(each, row.version_id) for each in result.get("opened") or ())
    return Outcome(row, True, f"{done} {gettext('worklist.batch_next', next=opened)}" if opened else done)


def _results(outcomes: Sequence[Outcome]) -> str:
    return render_template("worklist/batch_results.html", outcomes=outcomes,
                           done=sum(each.done for each in outcomes))


def _page(first: Task, rows: Sequence[TaskRow], values: Mapping[str, Any] | None = None,
          problems: Mapping[str, Any] | None = None) -> str:
    form, engine = _form(first), current_engine()
    return render_template(
        "worklist/batch.html", first=first, rows=rows,
        sections=formview.sections(form, values or {}, problems or {}, {}),
        problems=formview.error_list(form, problems or {}),
        colleagues=engine.read(colleagues, first.unit_id, first.role) if first.may_reassign else ())


def _alike(first: Task, other: Task) -> bool:
    return (first.name, first.form_key, first.version_id) == (other.name, other.form_key, other.version_id)


def _chosen() -> tuple[TaskRow, ...]:
    chosen = request.form.getlist("task")[:MOST]
    return current_engine().read(worklist.same_step, current_actor(), chosen) if chosen else ()


def _task(task_id: str) -> Task:
    return current_engine().read(queries.task, current_actor(), task_id)


def _form(it: Task) -> Form:
    return current_engine().form(it.version_id, it.form_key) if it.form_key else NO_FORM
