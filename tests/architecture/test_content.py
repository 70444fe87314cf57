"""What the diagrams of bpmn/ name exists, and what exists is named."""

import json

import pytest
import yaml

from engine.delegates.registry import DELEGATES
from engine.domain.actor import Role
from engine.domain.procedure import SIDE
from engine.workflow.facts import node_facts, roles_and_units
from engine.workflow.xml import bpmn, parse_xml
from tests.architecture.source import ROOT

DIAGRAMS = sorted((ROOT / "bpmn").glob("*/process.bpmn"))
SLUGS = [path.parent.name for path in DIAGRAMS]
HUMAN = ("userTask", "manualTask")


def root_of(slug: str):
    return parse_xml((ROOT / "bpmn" / slug / "process.bpmn").read_bytes())


def facts_of(slug: str) -> dict:
    return yaml.safe_load((ROOT / "bpmn" / slug / "procedure.yaml").read_text("utf-8"))


def forms_of(slug: str) -> set[str]:
    return {path.stem for path in (ROOT / "forms" / slug).glob("*.json")}


def named(slug: str, fact: str) -> set[str]:
    return {facts[fact] for facts in node_facts(root_of(slug)).values() if fact in facts}


def test_there_are_procedures():
    assert len(SLUGS) >= 3


@pytest.mark.parametrize("slug", SLUGS)
def test_every_form_that_a_diagram_names_exists(slug):
    beside = facts_of(slug).get("kind") in {kind.value for kind in SIDE}  # nobody applies for it
    wanted = named(slug, "form") | (set() if beside else {facts_of(slug).get("application_form", "application")})
    assert wanted <= forms_of(slug), f"missing in forms/{slug}: {wanted - forms_of(slug)}"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_form_is_asked_for_somewhere(slug):
    facts = facts_of(slug)
    papers = {paper["form"] for paper in facts.get("components", []) if "form" in paper}
    used = named(slug, "form") | papers | {facts.get("application_form", "application")}
    assert forms_of(slug) <= used, f"nobody asks for {forms_of(slug) - used}"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_form_is_json_whose_keys_are_its_own(slug):
    for path in (ROOT / "forms" / slug).glob("*.json"):
        keys = [each["key"] for each in json.loads(path.read_text("utf-8"))["components"] if "key" in each]
        assert len(keys) == len(set(keys)), path.name


@pytest.mark.parametrize("slug", SLUGS)
def test_every_delegate_that_a_diagram_names_is_registered(slug):
    assert named(slug, "delegate") <= DELEGATES.keys()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_decision_that_a_diagram_names_lies_beside_it(slug):
    assert named(slug, "decision") <= {path.stem for path in (ROOT / "bpmn" / slug).glob("*.dmn")}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_human_step_stands_in_a_lane_with_a_role_we_know(slug):
    root = root_of(slug)
    placed = roles_and_units(root)
    roles = {role.value for role in Role}
    steps = [task.get("id") for tag in HUMAN for task in root.iter(bpmn(tag))]
    assert not [step for step in steps if placed[step].role not in roles]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_diagram_travels_with_its_facts_and_scenarios(slug):
    scenarios = yaml.safe_load((ROOT / "bpmn" / slug / "scenarios.yaml").read_text("utf-8"))
    assert scenarios and facts_of(slug)["slug"] == slug


def test_no_form_stands_without_a_procedure():
    folders = {path.name for path in (ROOT / "forms").iterdir() if path.is_dir()} - {"slips", "notices"}
    assert folders <= set(SLUGS)
