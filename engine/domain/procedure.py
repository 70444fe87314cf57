"""The facts of a procedure: what `bpmn/<slug>/procedure.yaml` says beside the diagram.

The file, complete:

    slug: birth-registration            # the folder's name
    code: "1.001193"                    # national code, quoted, or YAML reads a number
    name: {vi: Đăng ký khai sinh, en: Birth registration}
    field: {vi: Hộ tịch, en: Civil status}
    execution_level: commune            # ministry | province | district | commune | other
    channels:                           # at least one; a channel left out is not offered
      direct: {term: same_day, fee: 0}
      online: {term: same_day, fee: 0}
      postal: {term: 1 working_day, fee: 8000, fee_note: {vi: 8.000 đồng một bản, en: "VND 8,000 per copy"}}
    cutoff_applies: true                # same-day promise moves to the next working day after 15:00; default true
    application_form: application       # forms/<slug>/application.json; default `application`
    components:                         # the papers to hand in; may be empty
      - key: birth_certificate
        name: {vi: Giấy chứng sinh, en: Certificate of live birth}
        required: true                  # default true
        originals: 1                    # default 0
        copies: 0                       # default 0
        form: declaration               # optional: the form that takes the paper's place
        paper_type: KQ.G15.000034       # optional: national code under which a person's store knows this paper
    lead_agency: civil_status           # answers for the whole term; routed as unit `lead`
    agencies: [civil_status]            # every agency of the diagram, the lead too; routed as `agency:<key>`
    legal_basis: [Luật Hộ tịch số 60/2014/QH13]
    results:                            # at least one
      - key: birth_extract
        name: {vi: Giấy khai sinh, en: Birth certificate}
        code: KQ.G15.000031             # optional: the national result code
        given: completed                # default; or refused, or supplement (a notice that is a slip of its own)
        when: record_form = "no_1"      # optional: FEEL; only the results that the application asked for
    decision: 123/QĐ-BTP                # optional: the decision that published the procedure
    rule_pack: ND118_2025               # optional: default the pack in force on the day of acceptance
    settings: {max_supplements: 1}      # optional: settings of the rule pack that differ (`rulepack.SETTINGS`)
    kind: service                       # default; the others are begun by the system itself (`Kind`)
    life_events: [birth]                # optional: keys under which citizens look for it
    keywords: [giấy khai sinh]          # optional: other words that citizens use for it
    authorisation: certified            # allowed (default) | certified | forbidden: may somebody else file it
    slips: {receipt: ct04}              # optional: sector forms that take the place of the pack's own papers
    tariffs: []                         # optional: dated amounts, formulas, exemptions (`tariff_fields`)

What the system begins beside a dossier (`SIDE`) promises nothing to anybody: it has only the fields of `SIDE_FIELDS`. A
petition has all of them but needs no national code.

Fees are whole Vietnamese đồng, collected at intake; `fee` left out means that the `tariffs` set it, or that nothing is
owed. A procedure says it in one of the two ways, never in both (docs/decisions/0011-fee-lines.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as fallback
from enum import Enum
from typing import Any

from engine.domain import rulepack, tariff, tariff_fields, time_limit
from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem
from engine.domain.field_reader import FieldReader
from engine.domain.paper import OWN_FILE
from engine.domain.rulepack import ExecutionLevel
from engine.domain.tariff import Tariff
from engine.domain.time_limit import TimeLimit
from engine.domain.wording import Channel as Channel
from engine.domain.wording import Text as Text

_CODE = re.compile(r"\d\.\d{6}", re.ASCII)


class Kind(Enum):
    """Whom a procedure serves: applicants, or the running of other dossiers (`SIDE`)."""

    SERVICE = "service"
    PETITION = "petition"
    APOLOGY = "apology"
    EXTENSION = "extension"
    WITHDRAWAL = "withdrawal"
    ESCALATION = "escalation"


SIDE = frozenset({Kind.APOLOGY, Kind.EXTENSION, Kind.WITHDRAWAL, Kind.ESCALATION})
"""Begun by the system beside a dossier, as a further instance of it: nobody applies for them."""


class Authorisation(Enum):
    """Whether somebody else may file for the owner, and with what proof (domain.md 12)."""

    ALLOWED = "allowed"
    CERTIFIED = "certified"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """What one channel promises: 224 procedures of the national catalogue promise different terms per channel."""

    term: TimeLimit
    fee: int | None
    fee_note: Text | None


@dataclass(frozen=True, slots=True)
class Component:
    """One paper of the dossier, as the procedure asks for it."""

    key: str
    name: Text
    required: bool
    originals: int
    copies: int
    form: str | None
    paper_type: str = ""


class Given(Enum):
    """With which end of the work a result is handed over; a notice of supplements goes out as its own slip."""

    COMPLETED = "completed"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class ResultFact:
    """What the applicant takes home: from a completed dossier, a refused one, or with a request for supplements.

    `when` is a FEEL condition over the dossier's variables for results that the application chooses; empty is always.
    """

    key: str
    name: Text
    code: str
    given: Given = Given.COMPLETED
    when: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """A procedure as its publication decision describes it; the diagram says how it is carried out."""

    slug: str
    code: str
    name: Text
    field: Text
    execution_level: ExecutionLevel
    channels: Mapping[Channel, ChannelTerms]
    cutoff_applies: bool
    application_form: str
    components: tuple[Component, ...]
    lead_agency: str
    agencies: tuple[str, ...]
    legal_basis: tuple[str, ...]
    results: tuple[ResultFact, ...]
    decision: str
    rule_pack: str | None
    settings: Mapping[str, Any]
    kind: Kind = Kind.SERVICE
    life_events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    authorisation: Authorisation = Authorisation.ALLOWED
    slips: Mapping[str, str] = fallback(default_factory=dict)
    tariffs: tuple[Tariff, ...] = ()

    @property
    def charges(self) -> tuple[Tariff, ...]:
        """What there is to pay: the tariffs, or the fixed amount per channel where that is all there is."""
        return self.tariffs or tariff.fixed({channel: terms.fee or 0 for channel, terms in self.channels.items()})

    def rules(self, pack: str) -> rulepack.RulePack:
        """The decree's rules as this procedure lives by them: its own settings, and its afternoon cut-off or none."""
        return rulepack.PACKS[pack].overruled(self.settings).for_procedure(self.cutoff_applies)


FIELDS = ("slug", "code", "name", "field", "execution_level", "channels", "cutoff_applies", "application_form",
          "components", "lead_agency", "agencies", "legal_basis", "results", "decision", "rule_pack", "settings",
          "kind", "life_events", "keywords", "authorisation", "slips", "tariffs")
SIDE_FIELDS = ("slug", "kind", "name", "field", "legal_basis", "decision")


def from_mapping(given: object) -> ProcedureFacts:
    """Reads the parsed YAML. Raises InvalidInput with every FieldProblem in `facts['problems']`."""
    reader = FieldReader("" if given is None else given)
    kind: Kind = _chosen(reader, "kind", Kind.SERVICE)
    reader.only(*(SIDE_FIELDS if kind in SIDE else FIELDS))
    facts = _side_facts(reader, kind) if kind in SIDE else _facts(reader, kind)
    if facts.lead_agency and facts.agencies and facts.lead_agency not in facts.agencies:
        reader.report("lead_agency", "not_listed", value=facts.lead_agency)
    if facts.tariffs and any(terms.fee is not None for terms in facts.channels.values()):
        reader.report("tariffs", "fee_beside_tariffs")
    if reader.problems:
        raise InvalidInput(problems=tuple(reader.problems))
    return facts


def problems_of(given: object) -> tuple[FieldProblem, ...]:
    """Every problem of the parsed YAML; none when it can be published. For the publish gate."""
    try:
        from_mapping(given)
    except InvalidInput as invalid:
        return tuple(invalid.facts["problems"])
    return ()


def _side_facts(reader: FieldReader, kind: Kind) -> ProcedureFacts:
    return ProcedureFacts(
        slug=reader.key("slug"), code="", name=_text(reader, "name"), field=_text(reader, "field"),
        execution_level=ExecutionLevel.OTHER, channels={}, cutoff_applies=True, application_form="", components=(),
        lead_agency="", agencies=(), legal_basis=reader.texts("legal_basis"), results=(),
        decision=reader.optional_text("decision"), rule_pack=None, settings={}, kind=kind,
    )


def _facts(reader: FieldReader, kind: Kind) -> ProcedureFacts:
    components = _components(reader)
    return ProcedureFacts(
        slug=reader.key("slug"),
        code="" if kind is Kind.PETITION and not reader.has("code") else _code(reader),
        name=_text(reader, "name"),
        field=_text(reader, "field"),
        execution_level=reader.choice("execution_level", {level.value: level for level in ExecutionLevel}),
        channels=_channels(reader),
        cutoff_applies=reader.flag("cutoff_applies", default=True),
        application_form=reader.key("application_form") if reader.has("application_form") else "application",
        components=components,
        lead_agency=reader.key("lead_agency"),
        agencies=_agencies(reader),
        legal_basis=reader.texts("legal_basis"),
        results=_results(reader),
        decision=reader.optional_text("decision"),
        rule_pack=_rule_pack(reader),
        settings=_settings(reader),
        kind=kind,
        life_events=reader.keys("life_events") if reader.has("life_events") else (),
        keywords=reader.texts("keywords") if reader.has("keywords") else (),
        authorisation=_chosen(reader, "authorisation", Authorisation.ALLOWED),
        slips=_slips(reader),
        tariffs=tariff_fields.read_tariffs(reader, (each.key for each in components)),
    )


def _chosen(reader: FieldReader, key: str, default: Enum) -> Any:
    return reader.choice(key, {each.value: each for each in type(default)}) if reader.has(key) else default


def _slips(reader: FieldReader) -> Mapping[str, str]:
    if not reader.has("slips"):
        return {}
    given = reader.section("slips")
    papers = sorted({form for pack in rulepack.PACKS.values() for form in pack.forms})
    given.only(*papers)
    return {name: given.key(name) for name in papers if given.has(name)}


def _code(reader: FieldReader) -> str:
    code = reader.text("code")
    if code and not _CODE.fullmatch(code):
        reader.report("code", "not_code")
    return code


def _text(reader: FieldReader, key: str) -> Text:
    words = reader.section(key)
    if not reader.has(key):
        return Text("", "")
    words.only("vi", "en")
    return Text(words.text("vi"), words.text("en"))


def _channels(reader: FieldReader) -> dict[Channel, ChannelTerms]:
    channels = reader.section("channels")
    names = {channel.name.lower(): channel for channel in Channel}
    channels.only(*names)
    offered = {channel: _terms(channels.section(name)) for name, channel in names.items() if channels.has(name)}
    if reader.has("channels") and not offered:
        reader.report("channels", "empty")
    return offered


def _terms(channel: FieldReader) -> ChannelTerms:
    channel.only("term", "fee", "fee_note")
    term = channel.checked("term", time_limit.problem_of)
    return ChannelTerms(
        term=time_limit.parse(term or "none"),
        fee=channel.count("fee", 0) if channel.has("fee") else None,
        fee_note=_text(channel, "fee_note") if channel.has("fee_note") else None,
    )


def _components(reader: FieldReader) -> tuple[Component, ...]:
    components = tuple(_component(each) for each in reader.sections("components"))
    _refuse_repeats(reader, "components", [component.key for component in components])
    if any(component.key == OWN_FILE for component in components):
        reader.report("components", "reserved", value=OWN_FILE)
    return components


def _component(paper: FieldReader) -> Component:
    paper.only("key", "name", "required", "originals", "copies", "form", "paper_type")
    return Component(
        key=paper.key("key"),
        name=_text(paper, "name"),
        required=paper.flag("required", default=True),
        originals=paper.count("originals", 0),
        copies=paper.count("copies", 0),
        form=paper.key("form") if paper.has("form") else None,
        paper_type=paper.optional_text("paper_type"),
    )


def _agencies(reader: FieldReader) -> tuple[str, ...]:
    agencies = reader.keys("agencies")
    if not agencies:
        reader.report("agencies", "empty")
    _refuse_repeats(reader, "agencies", list(agencies))
    return agencies


def _results(reader: FieldReader) -> tuple[ResultFact, ...]:
    results = tuple(_result(each) for each in reader.sections("results"))
    if not results:
        reader.report("results", "empty")
    _refuse_repeats(reader, "results", [result.key for result in results])
    return results


def _result(result: FieldReader) -> ResultFact:
    result.only("key", "name", "code", "given", "when")
    return ResultFact(result.key("key"), _text(result, "name"), result.optional_text("code"),
                      _chosen(result, "given", Given.COMPLETED), result.optional_text("when"))


def _rule_pack(reader: FieldReader) -> str | None:
    if not reader.has("rule_pack"):
        return None
    pack: rulepack.RulePack = reader.choice("rule_pack", rulepack.PACKS)
    return pack.code


def _settings(reader: FieldReader) -> Mapping[str, Any]:
    if not reader.has("settings"):
        return {}
    return rulepack.read_settings(reader.section("settings"))


def _refuse_repeats(reader: FieldReader, key: str, names: list[str]) -> None:
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        reader.report(key, "not_unique", value=name)
