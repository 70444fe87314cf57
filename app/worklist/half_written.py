"""A task's form may be left half-written: by the button, or by itself every few seconds where scripts run."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.task import form_of, task_of
from app.worklist.views import OFFICERS, blueprint
from engine.commands.task_drafts import SaveTaskDraft
from engine.forms import answers

BY_ITSELF = "X-Autosave"
"""The script asks with this header and wants no page."""


@blueprint.post("/viec/<task_id>/nhap")
@requires(*OFFICERS)
def save_draft(task_id: str) -> ResponseReturnValue:
    it = task_of(task_id)
    written = answers.submitted(form_of(it), request.form.to_dict(flat=False))
    current_engine().execute(SaveTaskDraft(task_id, written), current_actor())
    if BY_ITSELF in request.headers:
        return Response(status=204)
    flash(gettext("worklist.draft_saved"), "success")
    return redirect(url_for("worklist.task", task_id=task_id), 303)
