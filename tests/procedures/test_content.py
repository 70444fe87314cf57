"""What every procedure of the repository owes: everything it names exists, and the gate lets it through."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from engine.bootstrap import content_slugs, load_package, offline_vocabulary
from engine.domain import procedure
from engine.domain.actor import Role
from engine.domain.procedure import Kind, ProcedureFacts
from engine.domain.review import Package, Severity
from engine.forms import options, schema
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.facts import facts_of, participants
from engine.workflow.gate.graph import HUMAN_TASKS, Diagram
from engine.workflow.xml import bpmn, parse_xml

SLUGS = content_slugs()
FORMS = sorted(Path(__file__).parents[2].glob("forms/*/*.json"))
EXPECTED = {
    "birth-registration": ("1.001193", "same_day"),
    "household-business": ("1.001612", "3 working_day"),
    "child-birth-residence-insurance": ("2.002621", "3 working_day"),
    "certified-copy": ("2.000815", "same_day"),
    "marriage-registration": ("1.000894", "same_day"),
    "criminal-record": ("3.000333", "10 calendar_day"),
    "death-registration": ("1.000656", "same_day"),
    "marital-status-certificate": ("1.004873", "3 working_day"),
    "company-registration": ("2.001583", "3 working_day"),
    "construction-permit": ("1.013225", "15 calendar_day", "20 calendar_day"),
    "lost-land-certificate": ("1.012786", "10 working_day"),
    "land-transfer": ("1.013831", "18 working_day"),
}


def facts(slug: str) -> ProcedureFacts:
    return procedure.from_mapping(yaml.safe_load(load_package(slug).facts_yaml))


def diagram(package: Package) -> Diagram:
    return Diagram(parse_xml(package.diagram, name=package.diagram_name))


def kind_of(slug: str) -> Kind:
    return facts(slug).kind


SERVICES = [slug for slug in SLUGS if kind_of(slug) is Kind.SERVICE]


def test_every_service_is_held_to_the_catalogue() -> None:
    assert set(SERVICES) == set(EXPECTED)


@pytest.mark.parametrize(("slug", "published"), EXPECTED.items())
def test_the_procedure_promises_what_the_national_catalogue_says(slug: str, published: tuple[str, ...]) -> None:
    told = facts(slug)

    assert (told.code, *sorted({str(channel.term) for channel in told.channels.values()})) == published


@pytest.mark.parametrize("slug", SLUGS)
def test_the_publish_gate_finds_no_error(slug: str) -> None:
    problems = SpiffAdapter().review(load_package(slug), offline_vocabulary())

    assert [f"{p.code} {p.element}: {p.message_en}" for p in problems if p.severity is Severity.ERROR] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_form_role_delegate_and_agency_resolves(slug: str) -> None:
    package, known = load_package(slug), offline_vocabulary()
    nodes = list(diagram(package).nodes.values())

    assert {node.facts["form"] for node in nodes if "form" in node.facts} == set(package.forms)
    assert {node.placement.role for node in nodes if node.tag in HUMAN_TASKS} <= {role.value for role in Role}
    assert {node.facts["delegate"] for node in nodes if node.tag == "serviceTask"} <= known.delegates
    assert set(facts(slug).agencies) <= known.agencies


@pytest.mark.parametrize("slug", SERVICES)
def test_every_paper_can_be_ticked_as_missing_and_as_supplied(slug: str) -> None:
    papers = {component.key for component in facts(slug).components}
    package = load_package(slug)
    forms = {key: options.listed(schema.parse(data), facts(slug), package.forms) for key, data in package.forms.items()}

    for key, question in (("intake-check", "missing"), ("intake-recheck", "supplied"), ("supplement", "supplied")):
        asked = next(field for field in forms[key].fields if field.key == question)
        assert {choice.value for choice in asked.choices} == papers, key


@pytest.mark.parametrize("slug", SERVICES)
def test_the_officer_at_the_counter_decides_by_the_intake_form(slug: str) -> None:
    first = next(node for node in diagram(load_package(slug)).nodes.values() if node.facts.get("kind") == "receive")
    form = schema.parse(load_package(slug).forms[first.facts["form"]])

    assert (first.facts["form"], first.placement.role) == ("intake-check", "reception_officer")
    assert [field.key for field in form.fields] == ["decision", "missing", "wrong_fields", "reason"]
    assert [choice.value for choice in form.fields[0].choices] == ["accept", "supplement", "refuse"]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if kind_of(slug) not in procedure.SIDE])
def test_a_decision_of_the_diagram_is_an_answer_of_a_form(slug: str) -> None:
    """A condition that compares with a word no form offers would never hold."""
    package = load_package(slug)
    offered = {
        (field.key, choice.value)
        for data in package.forms.values() for field in schema.parse(data).fields for choice in field.choices
    }
    compared = {
        tuple(part.strip(' "') for part in comparison.split("="))
        for flow in diagram(package).flows() if flow.condition
        for comparison in flow.condition.split(" and ")
    }

    assert compared <= offered


def named(slug: str) -> list[tuple[str, str, str]]:
    """Everything of the diagram that people read by name: its tag, its name, its English name."""
    tags = ("participant", "lane", *sorted(HUMAN_TASKS), "serviceTask", "receiveTask", "businessRuleTask", "startEvent",
            "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent")
    root = diagram(load_package(slug)).root
    return [(tag, element.get("name", ""), facts_of(element).get("name_en", ""))
            for tag in tags for element in root.iter(bpmn(tag)) if element.get("name")]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_pool_lane_task_and_event_has_an_english_name(slug: str) -> None:
    found = named(slug)

    assert {"participant", "lane", "userTask", "endEvent"} & {tag for tag, *_ in found}
    assert [(tag, vi) for tag, vi, en in found if not en or not en.replace("–", "").isascii()] == []


def test_a_name_is_said_alike_wherever_it_stands() -> None:
    english: dict[str, set[str]] = {}
    for slug in SLUGS:
        for _, vi, en in named(slug):
            english.setdefault(vi, set()).add(en)

    assert {vi: en for vi, en in english.items() if len(en) > 1} == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_detailed_status_is_said_in_english(slug: str) -> None:
    stated = [node.facts for node in diagram(load_package(slug)).nodes.values() if "detailStatus" in node.facts]

    assert [each["detailStatus"] for each in stated if not each.get("detailStatus_en", "").isascii()
            or not each.get("detailStatus_en")] == []


def test_the_three_agencies_of_the_group_share_its_three_days() -> None:
    """The birth comes first, then residence and health card side by side: the longest branch decides."""
    pools = participants(diagram(load_package("child-birth-residence-insurance")).root)
    shares = {pool: Decimal(facts_of(element)["share"].split()[0]) for pool, element in pools.items()}

    assert shares["Process_CivilStatus"] == 1
    assert shares["Process_OneStop"] + shares["Process_CivilStatus"] + max(
        shares["Process_Police"], shares["Process_SocialInsurance"]) <= 3


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_question_is_asked_in_both_languages(path: Path) -> None:
    form = schema.parse(path.read_bytes())

    texts = [text for field in form.fields
             for text in (field.label, field.description, *(choice.label for choice in field.choices))]
    assert [text.vi for text in texts if text.vi and text.vi == text.en] == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_form_is_written_as_its_editor_writes_it(path: Path) -> None:
    """Two spaces and Vietnamese letters as they are, so that a change shows as the lines it touches."""
    text = path.read_text("utf-8")

    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_element_is_drawn(slug: str) -> None:
    root = diagram(load_package(slug)).root
    drawn = {element.get("bpmnElement") for element in root.iter("{*}BPMNShape", "{*}BPMNEdge")}
    wanted = {element.get("id") for process in root.iter(bpmn("process"))
              for element in process.iter("{*}lane", "{*}sequenceFlow", *(bpmn(tag) for tag in (
                  "startEvent", "endEvent", "userTask", "serviceTask", "receiveTask", "businessRuleTask",
                  "exclusiveGateway",
                  "parallelGateway", "boundaryEvent", "intermediateThrowEvent", "intermediateCatchEvent")))}
    pools = {element.get("id") for element in root.iter("{*}participant", "{*}messageFlow")}

    assert wanted | pools == drawn
