"""The analysts' scenarios are our tests: one test per scenario, and what they cover together."""

from functools import cache

import pytest

from engine.bootstrap import content_slugs, load_package, national_calendar
from engine.domain import procedure
from engine.domain.procedure import Kind
from engine.domain.rehearsal import Rehearsal
from engine.forms import plain_yaml
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.rehearsal.rehearse import rehearse
from engine.workflow.rehearsal.scenarios import read_script

SLUGS = content_slugs()
SCENARIOS = [
    (slug, scenario.name)
    for slug in SLUGS for scenario in read_script(load_package(slug).scenarios_yaml).scenarios
]


def kind_of(slug: str) -> Kind:
    return procedure.from_mapping(plain_yaml.read(load_package(slug).facts_yaml)).kind


@cache
def rehearsal(slug: str) -> Rehearsal:
    return rehearse(load_package(slug), SpiffAdapter(), national_calendar())


@pytest.mark.parametrize(("slug", "name"), SCENARIOS)
def test_the_scenario_goes_as_the_analyst_wrote_it(slug: str, name: str) -> None:
    result = next(result for result in rehearsal(slug).results if result.name == name)

    assert result.ok, result.message


@pytest.mark.parametrize("slug", SLUGS)
def test_scenarios_reach_every_end_and_walk_every_flow(slug: str) -> None:
    assert rehearsal(slug).end_events.missed == ()
    assert rehearsal(slug).flows.missed == ()


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if kind_of(slug) is Kind.SERVICE])
def test_scenarios_cover_the_cases_that_every_counter_knows(slug: str) -> None:
    """A happy end, papers asked for, a refusal and a late result."""
    scenarios = read_script(load_package(slug).scenarios_yaml).scenarios
    said = [expect for scenario in scenarios for expect in (scenario.expect, *(step.expect for step in scenario.steps))]

    assert any(expect.get("status") == 10 and expect.get("on_time") for expect in said)
    assert any(expect.get("on_time") is False for expect in said)
    assert any(expect.get("clock") == "paused" for expect in said)
    assert {3, 8} <= {expect.get("status") for expect in said}
