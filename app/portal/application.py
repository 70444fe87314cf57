"""One application as its draft holds it: its questions, what is still wrong, and the command that sends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask_babel import gettext

from app import formview
from app.formview import Section
from app.language import in_language
from app.parties import OWNER, SUBMITTER, owner_form, party, submitter_form
from app.wiring import current_engine
from engine.commands.applicants import LONGEST_ADDRESS, Wishes
from engine.commands.drafts import SendDraft
from engine.domain.application import AUTHORISATION, DeliveryWay, DraftApplication, DraftFile, DraftStep
from engine.domain.citizen import CitizenProfile
from engine.domain.dossier import ComponentState
from engine.domain.errors import FeeUndetermined
from engine.domain.organisation import Unit
from engine.domain.procedure import Authorisation, Channel, Component, ProcedureFacts, Text
from engine.domain.tariff import QuoteLine
from engine.domain.vault import ReusedPaper, VaultPaper
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.forms.schema import Choice, Field, FieldType, Form
from engine.queries.citizens import WrittenDraft
from engine.queries.counter import Offered
from engine.queries.fees import quote_for

FILING = "filing__"
"""Prefix of what the portal asks itself; no procedure's form may use a double underscore by accident."""

ABOUT_CODE = "about_code"
"""The question of a petition's form that names a dossier; begun from a dossier, it is answered already."""

FOR_OTHER, REUSED, RECEIVED_BY = f"{FILING}for_other", f"{FILING}reused", f"{FILING}received_by"
WAY, ADDRESS, CONSENT = f"{FILING}delivery_way", f"{FILING}delivery_address", f"{FILING}keep_papers"
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the application: what is asked for, what has come, what the owner's store already holds."""

    key: str
    name: str
    required: bool
    files: tuple[DraftFile, ...]
    reused: str = ""
    known: tuple[VaultPaper, ...] = ()

    @property
    def missing(self) -> bool:
        """True when the application cannot be sent without it."""
        return self.required and not self.files and not self.reused


class Application:
    """Reads a draft. Nothing is refused before it is sent: a page says what is wrong and keeps it."""

    def __init__(self, procedure: Offered, form: Form, written: WrittenDraft, profile: CitizenProfile,
                 units: tuple[Unit, ...], store: tuple[VaultPaper, ...] = ()) -> None:
        self._store = store
        self.procedure, self.form, self.draft, self.units = procedure, form, written.draft, units
        self._files, self._profile = written, profile
        self._given = {**self._first(), **written.draft.typed}
        hidden = current_engine().hidden
        self.forms, self.wishes = self._forms(), _wish_form()
        checked = [answers.check(each, self._given, {}, hidden) for each in (*self.forms, self.wishes)]
        self.values: dict[str, Any] = {key: value for values, _ in checked for key, value in values.items()}
        self._wrong = {key: each for _, problems in checked for key, each in problems.items()}
        if self.values[WAY] == DeliveryWay.POST.value and not self.values[ADDRESS]:
            self._wrong.setdefault(ADDRESS, AnswerProblem("required"))
        self.papers = tuple(self._paper(each) for each in self.facts.components)

    @property
    def facts(self) -> ProcedureFacts:
        """Of the version that is in force today."""
        return self.procedure.facts

    @property
    def for_other(self) -> bool:
        """True when somebody else will own the dossier."""
        return bool(self.draft.typed.get(FOR_OTHER)) and self.facts.authorisation is not Authorisation.FORBIDDEN

    @property
    def proof(self) -> Paper | None:
        """The paper by which the owner authorises the applicant; none where he files for himself."""
        if not self.for_other:
            return None
        certified = self.facts.authorisation is Authorisation.CERTIFIED
        name = gettext("portal.proof_certified" if certified else "portal.proof")
        return Paper(AUTHORISATION, str(name), certified, self._files.of(AUTHORISATION))

    def upload_keys(self) -> tuple[str, ...]:
        """Everything a file may be handed in for."""
        proof = (AUTHORISATION,) if self.for_other else ()
        return (*(each.key for each in self.facts.components), *proof)

    def headed_sections(self, *, judged: bool) -> tuple[tuple[str, tuple[Section, ...]], ...]:
        """The unit, the owner, the applicant (when another) and the application, drawn, each with its heading."""
        return tuple((heading, self._sections(each, judged)) for heading, each in self._headed())

    def wish_sections(self, *, judged: bool) -> tuple[Section, ...]:
        """How the result is to be had, drawn."""
        return self._sections(self.wishes, judged)

    def problems(self, step: DraftStep) -> list[Problem]:
        """(field id, sentence) of one step, in the order of its page."""
        if step is DraftStep.FORM:
            return [line for each in self.forms for line in formview.error_list(each, self._wrong)]
        if step is DraftStep.PAPERS:
            asked = (*self.papers, *((self.proof,) if self.proof else ()))
            return [(f"files-{each.key}", gettext("portal.paper_missing", paper=each.name))
                    for each in asked if each.missing]
        return formview.error_list(self.wishes, self._wrong) if step is DraftStep.FEE else []

    def refused(self, problems: Mapping[str, Any]) -> list[Problem]:
        """What the engine found wrong, as lines that lead to the pages."""
        known = {key: each for key, each in problems.items() if isinstance(each, AnswerProblem)}
        return formview.error_list(self.form, known) or [("send", gettext("portal.refused"))]

    def read_out(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Every answer as it will be sent, under the heading of its form; questions left open are passed over."""
        return tuple((heading, self._lines(each)) for heading, each in self._headed())

    def quote(self) -> tuple[QuoteLine, ...]:
        """What it will cost with the answers given so far; nothing where they do not say yet."""
        engine = current_engine()
        try:
            found = engine.read(quote_for, self.facts.slug, Channel.ONLINE, self.values, engine.today(),
                                engine.evaluator)
        except FeeUndetermined:
            return ()
        return found.lines

    def wish_lines(self) -> tuple[tuple[str, str], ...]:
        """How the result is to be had, to be read; the address only where something is posted to it."""
        posted = self.values[WAY] == DeliveryWay.POST.value
        return self._lines(Form(tuple(each for each in self.wishes.fields if posted or each.key != ADDRESS)))

    def command(self) -> SendDraft:
        """What the engine is asked to do once nothing is wrong any more."""
        submitter = party(SUBMITTER, self.values) if self.for_other else None
        return SendDraft(
            draft_id=self.draft.id, received_by=str(self.values[RECEIVED_BY]), owner=party(OWNER, self.values) or {},
            submitter=submitter, answers={each.key: self.values.get(each.key) for each in self.form.fields},
            components=tuple({"key": each.key, "state": _state(each).value} for each in self.papers),
            reused=tuple(ReusedPaper(each.key, each.reused) for each in self.papers if each.reused),
            wishes=Wishes(str(self.values[WAY] or ""), str(self.values[ADDRESS] or ""),
                          bool(self.values[CONSENT])))

    def _headed(self) -> tuple[tuple[str, Form], ...]:
        keys = ("portal.where", "portal.owner", *(("portal.submitter",) if self.for_other else ()),
                "portal.application")
        return tuple((str(gettext(key)), form) for key, form in zip(keys, self.forms, strict=True))

    def _forms(self) -> tuple[Form, ...]:
        where = tuple(Choice(each.id, Text(each.name, each.name)) for each in self.units)
        unit = Form((_field(RECEIVED_BY, "portal.receiving_unit", "portal.receiving_unit_hint",
                            type=FieldType.SELECT, choices=where, required=True),))
        return (unit, owner_form(), *((_submitter_form(),) if self.for_other else ()), self.form)

    def _first(self) -> dict[str, Any]:
        """What stands on the page before anything was typed: the applicant as his account knows him."""
        told = {key: value for key, value in asdict(self._profile).items()
                if key in ("name", "id_number", "phone", "email", "address") and value}
        prefix = SUBMITTER if self.for_other else OWNER
        first: dict[str, Any] = {f"{prefix}{key}": value for key, value in told.items()}
        if len(self.units) == 1:
            first[RECEIVED_BY] = self.units[0].id
        return {**first, WAY: DeliveryWay.COUNTER.value, ADDRESS: self._profile.address}

    def _sections(self, form: Form, judged: bool) -> tuple[Section, ...]:
        return formview.sections(form, {**self.values, **self._given}, self._wrong if judged else {}, {})

    def _lines(self, form: Form) -> tuple[tuple[str, str], ...]:
        said = ((in_language(each.label), formview.answer_text(each, self.values.get(each.key), {}))
                for each in form.fields)
        return tuple((label, text) for label, text in said if text)

    def _paper(self, asked: Component) -> Paper:
        """Papers of the store are offered where the applicant is their owner, and of the type that is asked for."""
        fitting = tuple(each for each in self._store if each.paper_type == asked.paper_type and not self.for_other)
        chosen = str((self.draft.typed.get(REUSED) or {}).get(asked.key) or "")
        return Paper(asked.key, in_language(asked.name), asked.required and asked.form is None,
                     self._files.of(asked.key), chosen if chosen in {each.id for each in fitting} else "", fitting)


def typed_on(forms: Iterable[Form], fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """What a page sent, ready to be kept; a question left open is kept as open, or an old answer would come back."""
    kept: dict[str, Any] = {}
    for form in forms:
        sent = answers.submitted(form, fields)
        kept.update({each.key: sent.get(each.key) for each in form.fields})
    return kept


def following(step: DraftStep) -> DraftStep:
    """The step after this one; the last one stays."""
    steps = list(DraftStep)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def begun(draft: DraftApplication) -> bool:
    """True once a page of the draft was saved by its writer."""
    return any(key not in (FOR_OTHER, ABOUT_CODE) for key in draft.typed)


def _wish_form() -> Form:
    """Counter, post or an electronic document; and consent to keep papers in the store."""
    ways = tuple(Choice(each.value, _text(f"label.DeliveryWay.{each.value}")) for each in DeliveryWay)
    return Form((
        _field(WAY, "portal.delivery_way", type=FieldType.RADIO, choices=ways, required=True),
        _field(ADDRESS, "portal.delivery_address", "portal.delivery_address_hint", type=FieldType.TEXT,
               max_length=LONGEST_ADDRESS),
        _field(CONSENT, "portal.keep_papers", "portal.keep_papers_hint", type=FieldType.CHECKBOX),
    ))


def _submitter_form() -> Form:
    needed = ("name", "basis")
    fields = (replace(each, required=each.key.removeprefix(SUBMITTER) in needed) for each in submitter_form().fields)
    return Form(tuple(fields))


def _state(paper: Paper) -> ComponentState:
    if paper.files or paper.reused:
        return ComponentState.PRESENT
    return ComponentState.REQUIRED if paper.required else ComponentState.NOT_APPLICABLE


def _field(key: str, label: str, hint: str = "", *, type: FieldType, **rules: Any) -> Field:
    return Field(key=key, type=type, label=_text(label), description=_text(hint) if hint else Text("", ""), **rules)


def _text(key: str) -> Text:
    words = str(gettext(key))
    return Text(words, words)
