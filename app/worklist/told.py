"""What the applicant was told about a dossier, by which way, and whether it arrived."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.security import requires
from app.wiring import current_engine
from app.worklist.dossiers import file_of
from app.worklist.task import READERS
from app.worklist.views import blueprint
from engine.queries.notices import log_of


@blueprint.get("/ho-so/<dossier_id>/thong-bao")
@requires(*READERS)
def notices(dossier_id: str) -> ResponseReturnValue:
    file = file_of(dossier_id)
    return render_template("worklist/notices.html", file=file, lines=current_engine().read(log_of, file.dossier.id))
