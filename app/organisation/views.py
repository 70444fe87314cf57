"""What the pages of the organisation share: who may enter, the way between them, refusals told on the page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import said
from app.security import may_enter
from app.wiring import current_actor, current_engine
from engine.commands.organisation import HEADS
from engine.domain.actor import Role
from engine.domain.errors import DomainError, InvalidInput

blueprint = Blueprint("organisation", __name__, template_folder="templates")

ADMINISTRATORS = (Role.PROCESS_ADMIN, Role.SYS_ADMIN)
PLANNERS = (*HEADS, *ADMINISTRATORS)
DISPATCHERS = (Role.CENTRE_HEAD, Role.PROCESS_ADMIN)
PAGES = ("units", "calendar", "workload", "absences", "dispatch_queue")


@blueprint.context_processor
def _pages() -> dict[str, Any]:
    """Only those that the reader may open."""
    return {"pages": [page for page in PAGES if may_enter(f"organisation.{page}")]}


def carried_out(command: Any, endpoint: str, done: str, **where: Any) -> ResponseReturnValue:
    """Executes the command and returns to the page; what was refused is said there, with what to do."""
    try:
        current_engine().execute(command, current_actor(), request.form.get("key"))
    except InvalidInput:
        flash(gettext("organisation.incomplete"), "warning")
    except DomainError as refused:
        flash(said(refused), "warning")
    else:
        flash(done, "success")
    return redirect(url_for(f"organisation.{endpoint}", **where), 303)
