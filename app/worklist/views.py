"""The worklist."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.paging import page_number
from app.security import requires
from app.timeleft import TimeLeft, time_left
from app.wiring import current_actor, current_engine
from engine.domain.actor import Role
from engine.domain.urgency import SOON
from engine.queries import worklist
from engine.queries.worklist import Filter, Sort, TaskRow, View

blueprint = Blueprint("worklist", __name__, template_folder="templates")

OFFICERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CASE_OFFICER, Role.DEPT_HEAD, Role.APPROVER, Role.CLERK,
            Role.CENTRE_HEAD, Role.CASHIER)
"""Everybody to whom a diagram can give work."""


@dataclass(frozen=True, slots=True)
class Line:
    """One task of the list with its time left."""

    task: TaskRow
    left: TimeLeft | None


@blueprint.get("/viec")
@requires(*OFFICERS)
def tasks() -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    wanted = _wanted()
    page = engine.read(worklist.tasks, actor, wanted)
    load = engine.read(worklist.load, actor, wanted.now, wanted.soon_until)
    return render_template("worklist/tasks.html", page=page, lines=[_line(row) for row in page.rows], load=load,
                           wanted=wanted, views=View, sorts=Sort)


def _wanted() -> Filter:
    """Everything the reader chose stands in the address, so that a view can be kept as a bookmark and passed on."""
    names = {view.value: view for view in View}
    now = current_engine().clock.now()
    return Filter(
        view=names.get(request.args.get("xem", ""), View.UNIT), procedure=request.args.get("thu-tuc", ""),
        step=request.args.get("buoc", ""), page=page_number(), now=now,
        soon_until=current_engine().calendar().add_working(now, SOON),
        sort={each.value: each for each in Sort}.get(request.args.get("sap-xep", ""), Sort.DUE_FIRST))


def _line(row: TaskRow) -> Line:
    return Line(row, time_left(row.due_at, row.unit_id, row.clock))
