"""What was changed in a dossier, as officers read it: under which name, what stood there, what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.drawn import paper_name
from app.formview import answer_text
from app.labels import label
from app.language import in_language
from app.wiring import current_engine
from engine.domain import procedure
from engine.domain.change import Change, ChangeKind
from engine.domain.dossier import ComponentState
from engine.forms.schema import Form
from engine.queries.task import DossierFile


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. `old` is empty where nothing stood; `fresh` for a paper that came, with files or again."""

    name: str
    old: str
    new: str
    fresh: bool = False


def lines(changes: Iterable[Change], file: DossierFile) -> tuple[ChangeLine, ...]:
    """The changes with the words of the dossier's own form and papers; a paper and its files are told as one."""
    told, form = tuple(changes), application_of(file)
    papers = {each.key: paper_name(each, file.dossier.version_id) for each in file.components}
    files: dict[str, list[str]] = {}
    for each in told:
        if each.kind is ChangeKind.FILE:
            files.setdefault(each.key, []).append(str(each.new))
    return tuple(_line(each, form, papers, files) for each in told if each.kind is not ChangeKind.FILE)


def application_of(file: DossierFile) -> Form:
    """The form that the applicant filled in, as it was published then."""
    engine = current_engine()
    version = engine.version(file.dossier.version_id)
    return engine.form(version.id, procedure.from_mapping(version.facts).application_form)


def _line(each: Change, form: Form, papers: Mapping[str, str], files: Mapping[str, list[str]]) -> ChangeLine:
    if each.kind is ChangeKind.ANSWER:
        return _answer(each, form)
    if each.kind is ChangeKind.OWNER:
        return ChangeLine(str(gettext(f"party.{each.key}")), str(each.old or ""), str(each.new or ""))
    new = ", ".join((*files.get(each.key, ()), _paper(each.new)))
    return ChangeLine(papers.get(each.key, each.key), _paper(each.old), new, not each.old or each.key in files)


def _answer(each: Change, form: Form) -> ChangeLine:
    asked = next((field for field in form.fields if field.key == each.key), None)
    if asked is None:
        return ChangeLine(each.key, str(each.old or ""), str(each.new or ""))
    return ChangeLine(in_language(asked.label), answer_text(asked, each.old, {}), answer_text(asked, each.new, {}))


def _paper(value: Any) -> str:
    """A state, or the parts of a correction."""
    if not isinstance(value, dict):
        return _state(value)
    said = {
        "state": _state(value.get("state")),
        "originals": gettext("worklist.originals_number", number=value.get("originals")),
        "copies": gettext("worklist.copies_number", number=value.get("copies")),
    }
    return ", ".join(str(said[part]) for part in value if part in said)


def _state(value: Any) -> str:
    return label(ComponentState(value)) if value else ""
