"""How a paper reaches a reader: printed and signed when it is first asked for, and the same file ever after.

The view asks first whether the reader may have it (`engine.queries.papers.paper_for`, `result_for`); who prints it then
is the engine itself.
"""

from __future__ import annotations

from flask import Response

from app.wiring import current_engine
from engine.commands.papers import RenderPaper
from engine.commands.results import RenderResult
from engine.domain.actor import SYSTEM
from engine.domain.paper import Paper, Result

PDF = "application/pdf"


def pdf_of(paper: Paper) -> Response:
    """The signed slip. Raises DocumentError when it cannot be printed."""
    path = paper.print.path if paper.print else current_engine().execute(RenderPaper(paper.id), SYSTEM)["path"]
    return pdf_answer(current_engine().files.get(path), f"{paper.label.replace('/', '-')}.pdf")


def result_pdf_of(result: Result) -> Response:
    """The signed result. Raises DocumentError when it cannot be printed."""
    path = result.print.path if result.print else current_engine().execute(RenderResult(result.id), SYSTEM)["path"]
    return pdf_answer(current_engine().files.get(path), f"{result.code}.pdf")


def pdf_answer(content: bytes, filename: str) -> Response:
    """Shown in the browser, saved under a name that tells what it is."""
    answer = Response(content, mimetype=PDF)
    answer.headers.set("Content-Disposition", "inline", filename=filename)
    return answer
