"""A dossier's content as it is read: papers with their files, answers with their questions, the result's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.formview import answer_text
from app.language import in_language
from app.timeleft import TimeLeft, time_left
from app.wiring import current_engine
from engine.domain import procedure
from engine.domain.dossier import Attachment, Dossier, DossierComponent
from engine.forms.schema import Field
from engine.queries.task import DossierFile, answered_forms, dossier_variables


@dataclass(frozen=True, slots=True)
class Paper:
    """One component with the files handed in for it."""

    component: DossierComponent
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with its question."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """The document that was issued: its number within the year, and the day."""

    number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Content:
    """What the applicant asked, what officers found since then, and the result once it has a number."""

    application: tuple[Answer, ...]
    findings: tuple[Answer, ...]
    result: Result | None


def content_of(it: Dossier) -> Content:
    """Reads the answers of all agencies; questions left open are not shown."""
    engine = current_engine()
    version = engine.version(it.version_id)
    known = engine.read(dossier_variables, it.id)
    application = procedure.from_mapping(version.facts).application_form
    asked = engine.form(it.version_id, application).fields
    # Two forms may ask for the same key in other words; the one answered last is the one that holds.
    later = {each.key: each for key in engine.read(answered_forms, it.id)
             for each in engine.form(it.version_id, key).fields}
    own = {each.key for each in asked}
    return Content(
        application=_answers(asked, known),
        findings=_answers([later[key] for key in known if key in later and key not in own], known),
        result=_result(known))


def papers_of(file: DossierFile) -> list[Paper]:
    """The components in their order, each with its files."""
    return [Paper(each, tuple(kept for kept in file.attachments if kept.component_key == each.key))
            for each in file.components]


def remaining(it: Dossier) -> TimeLeft | None:
    """Time left of the promise to the applicant; nothing once the work is finished."""
    return time_left(it.due_at, it.received_by, it.clock)


def _answers(asked: list[Field] | tuple[Field, ...], known: Mapping[str, Any]) -> tuple[Answer, ...]:
    read = (Answer(in_language(each.label), answer_text(each, known.get(each.key), known)) for each in asked)
    return tuple(each for each in read if each.text)


def _result(known: Mapping[str, Any]) -> Result | None:
    """`issue_number` leaves the number; the clerk wrote the symbol of the document."""
    number, year = known.get("result_number"), known.get("result_year")
    if number is None:
        return None
    symbol, issued_on = known.get("document_symbol"), known.get("result_issued_on")
    written = f"{number}/{year}" + (f"/{symbol}" if symbol else "")
    return Result(written, date.fromisoformat(issued_on) if isinstance(issued_on, str) else None)
