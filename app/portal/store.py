"""What the service has told me, and the papers it keeps for me."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.downloads import file_answer
from app.paging import page_number
from app.portal.views import blueprint
from app.reading import shows
from app.security import for_citizens
from app.wiring import current_actor, current_engine
from engine.queries.notices import for_account
from engine.queries.vault import own_paper, own_papers


@blueprint.get("/cong-dan/thong-bao")
@for_citizens
def notices() -> ResponseReturnValue:
    page = current_engine().read(for_account, current_actor().id, page_number())
    return render_template("portal/notices.html", page=page)


@blueprint.get("/cong-dan/giay-to")
@for_citizens
def stored() -> ResponseReturnValue:
    engine = current_engine()
    return render_template("portal/stored.html", papers=engine.read(own_papers, current_actor()), today=engine.today())


@blueprint.get("/cong-dan/giay-to/<paper_id>")
@for_citizens
def stored_file(paper_id: str) -> ResponseReturnValue:
    kept = current_engine().read(own_paper, current_actor(), paper_id)
    shows(kept.dossier_id, f"/cong-dan/giay-to/{kept.filename}")
    return file_answer(current_engine().files.get(kept.path), kept.media_type, kept.filename)
