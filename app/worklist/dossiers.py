"""The dossier around a task: summary, papers, history, diagram."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.paging import page_number
from app.pictures import picture
from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.changed import lines
from app.worklist.presenters import content_of, remaining
from app.worklist.task import READERS
from app.worklist.term import term_of
from app.worklist.views import blueprint
from engine.queries import task as queries
from engine.queries.fees import lines_of
from engine.queries.supplements import corrections_of
from engine.queries.task import DossierFile

LONGEST_SEARCH = 100


@blueprint.get("/ho-so")
@requires(*READERS)
def dossiers() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = current_engine().read(queries.dossiers, current_actor(), wanted, page_number())
    lines = [(row, remaining(row.dossier)) for row in page.rows]
    return render_template("worklist/dossiers.html", page=page, lines=lines, wanted=wanted)


@blueprint.get("/ho-so/<dossier_id>")
@requires(*READERS)
def dossier(dossier_id: str) -> ResponseReturnValue:
    file = file_of(dossier_id)
    return render_template("worklist/dossier.html", file=file, left=remaining(file.dossier),
                           content=content_of(file.dossier), fees=current_engine().read(lines_of, dossier_id),
                           term=term_of(file.dossier))


@blueprint.get("/ho-so/<dossier_id>/lich-su")
@requires(*READERS)
def history(dossier_id: str) -> ResponseReturnValue:
    file = file_of(dossier_id)
    made = current_engine().read(corrections_of, dossier_id)
    return render_template("worklist/history.html", file=file,
                           corrections=[(each, lines(each.changes, file)) for each in made])


@blueprint.get("/ho-so/<dossier_id>/so-do")
@requires(*READERS)
def diagram(dossier_id: str) -> ResponseReturnValue:
    drawn = current_engine().read(queries.dossier_diagram, current_actor(), dossier_id)
    marks = picture(drawn.diagram, active=drawn.tokens.active, done=drawn.tokens.done,
                    incidents=drawn.tokens.incidents)
    return render_template("worklist/diagram.html", file=file_of(dossier_id), picture=marks)


def file_of(dossier_id: str) -> DossierFile:
    """The dossier as the officer who asks may see it. Raises NotFound."""
    return current_engine().read(queries.dossier_file, current_actor(), dossier_id)
