"""How a paper reaches a reader: printed and signed when it is first asked for, and the same file ever after.

Officials of the units concerned and whoever filed the dossier may read it; who prints it is the engine itself.
"""

from __future__ import annotations

from flask import Response

from app.reading import shows
from app.wiring import current_actor, current_engine
from engine.commands.papers import RenderPaper
from engine.commands.results import RenderResult
from engine.domain.actor import SYSTEM
from engine.queries import papers as queries

PDF = "application/pdf"


def pdf_of(paper_id: str) -> Response:
    """The signed slip. Raises NotFound, and DocumentError when it cannot be printed."""
    engine = current_engine()
    paper = engine.read(queries.paper_for, current_actor(), paper_id)
    shows(paper.dossier_id, f"/phieu/{paper.label}")
    path = paper.print.path if paper.print else engine.execute(RenderPaper(paper.id), SYSTEM)["path"]
    return pdf_answer(engine.files.get(path), f"{paper.label.replace('/', '-')}.pdf")


def result_pdf_of(result_id: str) -> Response:
    """The signed result. Raises NotFound, and DocumentError when it cannot be printed."""
    engine = current_engine()
    result = engine.read(queries.result_for, current_actor(), result_id)
    shows(result.dossier_id, f"/ket-qua/{result.code}")
    path = result.print.path if result.print else engine.execute(RenderResult(result.id), SYSTEM)["path"]
    return pdf_answer(engine.files.get(path), f"{result.code}.pdf")


def pdf_answer(content: bytes, filename: str) -> Response:
    """Shown in the browser, saved under a name that tells what it is."""
    answer = Response(content, mimetype=PDF)
    answer.headers.set("Content-Disposition", "inline", filename=filename)
    return answer
