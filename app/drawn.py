"""What a dossier keeps in Vietnamese, in the reader's language: its version knows the English of it.

Vietnamese readers see what is written, also where a later version words it anew. Versions are remembered by the
engine, so that a list of dossiers asks the database once per version and not once per row.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from app.language import LANGUAGES, current_language, in_language
from app.wiring import current_engine
from engine.commands.supplements import ANSWERED
from engine.domain.dossier import DossierComponent
from engine.domain.paper import Result
from engine.queries.names import name_of, paper_of, result_of
from engine.queries.outline import words


def init_app(app: Flask) -> None:
    """Makes the filters known to every template."""
    app.jinja_env.filters.update(
        procedure_name=procedure_name, detail_status=detail_status, paper_name=paper_name,
        result_name=result_name, step_name=step_name)


def procedure_name(written: str, version_id: str) -> str:
    """The name of a dossier's procedure."""
    if _as_written():
        return written
    return in_language(name_of(current_engine().version(version_id).facts, written))


def detail_status(written: str, version_id: str) -> str:
    """The detailed status of a dossier; nothing for nothing."""
    if written == ANSWERED:
        return str(gettext("detail.answered"))
    return step_name(written, version_id) if written else ""


def step_name(written: str, version_id: str) -> str:
    """The name of something on the diagram of a version, where all that is known of it is what is written there."""
    if _as_written():
        return written
    return words(current_engine().version(version_id).diagram).get(written, written)


def paper_name(it: DossierComponent, version_id: str) -> str:
    """The name of a paper of a dossier."""
    if _as_written():
        return it.name
    return in_language(paper_of(current_engine().version(version_id).facts, it.key, it.name))


def result_name(it: Result, version_id: str) -> str:
    """The name of what a dossier gave."""
    if _as_written():
        return it.name
    return in_language(result_of(current_engine().version(version_id).facts, it.key, it.name))


def _as_written() -> bool:
    return current_language() == LANGUAGES[0]
