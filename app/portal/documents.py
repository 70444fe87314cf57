"""The papers and results of one's own dossier, and the files one handed in."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.downloads import file_answer
from app.papers_view import pdf_of
from app.portal.views import blueprint
from app.security import for_citizens
from app.wiring import current_actor, current_engine
from engine.domain.dossier import NationalStatus
from engine.domain.errors import NotFound
from engine.domain.paper import ISSUED
from engine.queries import own_dossiers as own
from engine.queries.papers import papers_of, results_of

GIVEN = (NationalStatus.COMPLETED, NationalStatus.RETURNED)
"""A result is the applicant's from the moment it is issued, not while it is being signed."""


@blueprint.get("/cong-dan/ho-so/<dossier_id>/tep/<attachment_id>")
@for_citizens
def own_file(dossier_id: str, attachment_id: str) -> ResponseReturnValue:
    kept = current_engine().read(own.own_file, current_actor(), attachment_id)
    if kept.dossier_id != dossier_id:
        raise NotFound(what="attachment", id=attachment_id)
    return file_answer(current_engine().files.get(kept.path), kept.media_type, kept.filename)


@blueprint.get("/cong-dan/ho-so/<dossier_id>/phieu/<paper_id>")
@for_citizens
def own_paper(dossier_id: str, paper_id: str) -> ResponseReturnValue:
    engine = current_engine()
    mine = engine.read(own.own_dossier, current_actor(), dossier_id)
    found = next((each for each in engine.read(papers_of, mine.dossier.id) if each.id == paper_id), None)
    if found is None or found.slip not in ISSUED:
        raise NotFound(what="paper", id=paper_id)
    return pdf_of(paper_id)


@blueprint.get("/cong-dan/ho-so/<dossier_id>/ket-qua/<result_id>")
@for_citizens
def own_result(dossier_id: str, result_id: str) -> ResponseReturnValue:
    engine = current_engine()
    mine = engine.read(own.own_dossier, current_actor(), dossier_id)
    found = next((each for each in engine.read(results_of, mine.dossier.id) if each.id == result_id), None)
    given = mine.dossier.national_status in GIVEN
    if found is None or found.print is None or found.revocation is not None or not given:
        raise NotFound(what="result", id=result_id)
    return file_answer(engine.files.get(found.print.path), found.print.media_type, f"{found.code}.pdf", download=True)
