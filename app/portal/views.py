"""The open pages: home, the procedures, and one procedure."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue import by_field, matching
from app.security import public
from app.wiring import current_engine
from engine.queries.counter import offered, offered_procedure
from engine.queries.outline import outline

blueprint = Blueprint("portal", __name__, template_folder="templates")


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("portal/home.html", procedures=current_engine().read(offered, current_engine().today()))


@blueprint.get("/thu-tuc")
@public
def procedures() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()
    found = matching(current_engine().read(offered, current_engine().today()), wanted)
    return render_template("portal/procedures.html", fields=by_field(found), wanted=wanted, found=len(found))


@blueprint.get("/thu-tuc/<slug>")
@public
def procedure(slug: str) -> ResponseReturnValue:
    engine = current_engine()
    found = engine.read(offered_procedure, slug, engine.today())
    return render_template("portal/procedure.html", procedure=found, stages=engine.read(outline, found.version_id))
