"""What an officer typed and ticked at the counter, checked and ready for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app import formview
from app.counter.post import envelope
from app.counter.store import chosen
from app.formview import Section
from app.language import in_language
from app.parties import OWNER, SUBMITTER, owner_form, party, submitter_form
from app.wiring import current_engine
from engine.commands.applicants import Wishes
from engine.commands.asking import ASKS
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.commands.filing import UploadedFile
from engine.commands.guarding import ACCEPTS
from engine.domain.dossier import ComponentState, Party
from engine.domain.procedure import Component, ProcedureFacts
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.forms.schema import Form

REFUSES = "refuse"
DECISIONS = (ACCEPTS, ASKS, REFUSES)
"""The answers of the intake check; only an accepted application must be complete."""

LONGEST_REASON = 2000
MOST_COPIES = 999


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of the table of papers as it stands on the page."""

    component: Component
    present: bool
    by_data: bool
    originals: int
    copies: int

    @property
    def state(self) -> ComponentState:
        """What the ticks mean for the dossier."""
        if self.by_data:
            return ComponentState.REPLACED_BY_DATA
        if self.present:
            return ComponentState.PRESENT
        return ComponentState.REQUIRED if self.component.required else ComponentState.NOT_APPLICABLE

    @property
    def counted(self) -> tuple[int, int]:
        """Originals and copies: those handed in, or those asked for; none of a paper that does not apply."""
        told = self.state in (ComponentState.PRESENT, ComponentState.REQUIRED)
        return (self.originals, self.copies) if told else (0, 0)

    @property
    def missing(self) -> bool:
        """True when the dossier is incomplete without it."""
        return self.state is ComponentState.REQUIRED


class Intake:
    """One filling-in of the counter form. `problems` is empty when `command` may be given to the engine."""

    def __init__(self, facts: ProcedureFacts, application: Form, fields: MultiDict[str, str], *, first: bool) -> None:
        self._facts, self._application, self._fields = facts, application, fields
        self._forms = (owner_form(), submitter_form(), application)
        self._given = _given(self._forms, fields)
        hidden = current_engine().hidden
        checked = [answers.check(form, self._given, {}, hidden) for form in self._forms]
        self._answers: dict[str, Any] = {key: value for values, _ in checked for key, value in values.items()}
        self.channel = fields.get("channel") or next(iter(facts.channels)).name.lower()
        self.decision = fields.get("decision", "")
        open_still = _open(self.decision, checked[-1][1])
        self._wrong: dict[str, AnswerProblem] = {}
        if not first:
            self._wrong = {key: each for _, problems in checked for key, each in problems.items()
                           if key not in open_still}
        self.reason = fields.get("reason", "").strip()[:LONGEST_REASON]
        self.papers = tuple(_line(each, fields, first) for each in facts.components)
        self.envelope = envelope(fields, self.channel, current_engine().today())
        marked = {*fields.getlist("wrong_fields"), *(open_still if self.decision == ASKS else ())}
        self.wrong_fields = tuple(each.key for each in application.fields if each.key in marked)
        self.reused = chosen(fields)
        self.wishes = Wishes(keep_papers=True) if "keep_papers" in fields else None
        self.store_consent = "store_consent" in fields
        self.seen_twins = "seen_twins" in fields
        self.problems = [] if first else [*self._form_problems(), *self._decision_problems()]

    def refuse(self, problems: Mapping[str, Any]) -> None:
        """Adds what the engine found wrong with the answers."""
        self._wrong.update({key: each for key, each in problems.items() if isinstance(each, AnswerProblem)})
        self.problems = [*self._form_problems(), *self._decision_problems()] or [("form", gettext("counter.refused"))]

    @property
    def answers(self) -> Mapping[str, Any]:
        """What is answered so far, as far as it can be read."""
        return self._answers

    def sections(self) -> tuple[tuple[Section, ...], ...]:
        """The owner, the submitter and the application, drawn."""
        values = {**self._answers, **self._given}
        return tuple(formview.sections(form, values, self._wrong, {}) for form in self._forms)

    def command(self, received_by: str, files: Iterable[UploadedFile]) -> SubmitDossier:
        """What the engine is asked to do."""
        missing = tuple(each.component.key for each in self.papers if each.missing)
        return SubmitDossier(
            slug=self._facts.slug, channel=self.channel, received_by=received_by,
            owner=party(OWNER, self._answers) or {}, submitter=party(SUBMITTER, self._answers),
            answers={each.key: self._answers.get(each.key) for each in self._application.fields},
            components=tuple({"key": each.component.key, "state": each.state.value, "originals": each.counted[0],
                              "copies": each.counted[1]} for each in self.papers),
            files=tuple(files), reused=self.reused, wishes=self.wishes, posted=self.envelope.item,
            seen_twins=self.seen_twins,
            intake=IntakeDecision(self.decision, self.reason, *(
                (missing, self.wrong_fields) if self.decision == ASKS else ((), ()))))

    def owner(self) -> Party:
        """The owner as far as he is written down; for looking up who he may be."""
        return Party(**{"name": "", **(party(OWNER, self._answers) or {})})

    def _form_problems(self) -> list[tuple[str, str]]:
        return [line for form in self._forms for line in formview.error_list(form, self._wrong)]

    def _decision_problems(self) -> list[tuple[str, str]]:
        if self.envelope.problems:
            return self.envelope.problems
        if self.decision not in DECISIONS:
            return [("decision", gettext("counter.decision_needed"))]
        if self.decision == ACCEPTS:
            return [(f"paper-{each.component.key}",
                     gettext("counter.paper_missing", paper=in_language(each.component.name)))
                    for each in self.papers if each.missing]
        return [] if self.reason else [("reason", gettext("counter.reason_needed"))]


def first_look(facts: ProcedureFacts, application: Form) -> Intake:
    """The empty form."""
    return Intake(facts, application, MultiDict(), first=True)


def filled_in(facts: ProcedureFacts, application: Form, fields: ImmutableMultiDict[str, str]) -> Intake:
    """The form as it was sent."""
    return Intake(facts, application, MultiDict(fields), first=False)


def _open(decision: str, problems: Mapping[str, AnswerProblem]) -> set[str]:
    """The required questions that may be left open, because the application is refused or goes back."""
    return {key for key, each in problems.items() if each.code == "required" and decision in (ASKS, REFUSES)}


def _given(forms: Iterable[Form], fields: MultiDict[str, str]) -> dict[str, Any]:
    flat = fields.to_dict(flat=False)
    return {key: value for form in forms for key, value in answers.submitted(form, flat).items()}


def _line(component: Component, fields: MultiDict[str, str], first: bool) -> PaperLine:
    key = component.key
    return PaperLine(
        component=component,
        present=component.required if first else f"paper-{key}" in fields,
        by_data=f"data-{key}" in fields or key in {each.component_key for each in chosen(fields)},
        originals=_count(fields.get(f"originals-{key}"), component.originals),
        copies=_count(fields.get(f"copies-{key}"), component.copies))


def _count(text: str | None, otherwise: int) -> int:
    if text is None or not text.isascii() or not text.strip().isdigit():
        return otherwise
    return min(int(text.strip()[:4]), MOST_COPIES)
