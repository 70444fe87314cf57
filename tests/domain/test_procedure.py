"""What an analyst may write in procedure.yaml, and what he is told when it is wrong."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
import yaml

from engine.domain import procedure
from engine.domain.clock_reading import SupplementClock
from engine.domain.errors import InvalidInput
from engine.domain.procedure import Channel, Text
from engine.domain.rulepack import ExecutionLevel
from engine.domain.time_limit import TimeLimit, TimeUnit


def documented_example() -> dict[str, Any]:
    """The example of the module's docstring: what the documentation shows must be accepted as it stands."""
    lines = (procedure.__doc__ or "").split("\n\n")[2]
    return dict(yaml.safe_load(lines))


def problems_with(**changes: Any) -> list[tuple[str, str]]:
    given = documented_example() | changes
    return [(found.path, found.code) for found in procedure.problems_of(given)]


def test_the_documented_example_is_accepted() -> None:
    facts = procedure.from_mapping(documented_example())

    assert procedure.problems_of(documented_example()) == ()
    assert facts.name == Text("Đăng ký khai sinh", "Birth registration")
    assert facts.execution_level is ExecutionLevel.COMMUNE
    assert facts.channels[Channel.DIRECT].term == TimeLimit(Decimal(1), TimeUnit.SAME_DAY)
    assert facts.channels[Channel.POSTAL].fee == 8000
    assert facts.components[0].originals == 1
    assert facts.lead_agency == "civil_status"
    assert facts.settings == {"max_supplements": 1}


def test_every_problem_is_reported_not_only_the_first() -> None:
    assert problems_with(
        slug="Birth Registration",
        code="1001193",
        name="Đăng ký khai sinh",
        channels={"direct": {"term": "3 days"}, "fax": {"term": "same_day"}},
        lead_agency="police",
        results=[],
        rule_pack="ND1_1999",
        cutof_applies=True,
    ) == [
        ("cutof_applies", "unknown"),
        ("slug", "not_key"),
        ("code", "not_code"),
        ("name", "not_mapping"),
        ("channels.fax", "unknown"),
        ("channels.direct.term", "not_term"),
        ("results", "empty"),
        ("rule_pack", "not_choice"),
        ("lead_agency", "not_listed"),
    ]


@pytest.mark.parametrize("field", ["slug", "code", "name", "field", "execution_level", "channels", "lead_agency"])
def test_a_missing_field_is_named(field: str) -> None:
    given = documented_example()
    del given[field]

    assert [(found.path, found.code) for found in procedure.problems_of(given)] == [(field, "missing")]


@pytest.mark.parametrize("given", [None, "text", 3, ["slug"]])
def test_a_file_that_is_no_mapping_is_refused(given: object) -> None:
    with pytest.raises(InvalidInput):
        procedure.from_mapping(given)


def test_problems_inside_lists_carry_their_position() -> None:
    nameless = {"key": "a", "name": {"vi": "Giấy A", "en": ""}}
    papers = [nameless, {"key": "a", "name": {"vi": "B", "en": "B"}, "copies": -1}, None]

    assert problems_with(components=papers) == [
        ("components[0].name.en", "not_text"),
        ("components[1].copies", "not_count"),
        ("components[2]", "not_mapping"),
        ("components", "not_unique"),
    ]


@pytest.mark.parametrize(("field", "value", "path", "code"), [
    ("components", [{"key": "result", "name": {"vi": "A", "en": "A"}}], "components", "reserved"),
    ("cutoff_applies", "yes", "cutoff_applies", "not_boolean"),
    ("components", {"key": "a"}, "components", "not_list"),
    ("legal_basis", ["Luật Hộ tịch", " "], "legal_basis[1]", "not_text"),
    ("agencies", ["civil_status", "Công an"], "agencies[1]", "not_key"),
    ("agencies", [], "agencies", "empty"),
    ("channels", {}, "channels", "empty"),
    ("channels", {"direct": {"fee": 0}}, "channels.direct.term", "missing"),
    ("channels", {"direct": {"term": "same_day", "fee": True}}, "channels.direct.fee", "not_count"),
    ("execution_level", ["commune"], "execution_level", "not_choice"),
    ("application_form", "../secret", "application_form", "not_key"),
])
def test_a_wrong_value_is_reported_where_it_stands(field: str, value: object, path: str, code: str) -> None:
    assert problems_with(**{field: value}) == [(path, code)]


def test_a_problem_says_in_vietnamese_and_english_what_is_wrong() -> None:
    found = procedure.problems_of(documented_example() | {"channels": {"direct": {"term": "3 ngày"}}})[0]

    assert found.message.startswith('channels.direct.term: "3 ngày" không phải là thời hạn')
    assert found.message_en.startswith('channels.direct.term: "3 ngày" is not a time limit')


def test_settings_of_the_rule_pack_are_converted_and_checked() -> None:
    given = copy.deepcopy(documented_example())
    given["settings"] = {"supplement_clock": "restart", "transfer_cutoff": "16:00"}

    assert procedure.from_mapping(given).settings["supplement_clock"] is SupplementClock.RESTART
    assert problems_with(settings={"transfer_cutoff": 960, "max_supplement": 2}) == [
        ("settings.max_supplement", "unknown"), ("settings.transfer_cutoff", "not_time")]


def test_a_fee_left_out_is_not_a_fee_of_zero() -> None:
    facts = procedure.from_mapping(documented_example() | {"channels": {"direct": {"term": "3 working_day"}}})

    assert facts.channels[Channel.DIRECT].fee is None


def test_a_procedure_lives_by_its_own_settings() -> None:
    settings = {"supplement_clock": "restart", "max_supplements": 2}
    given = documented_example() | {"cutoff_applies": False, "settings": settings}
    rules = procedure.from_mapping(given).rules("ND118_2025")

    assert (rules.supplement_clock.value, rules.max_supplements) == ("restart", 2)
    assert rules.time_policy.same_day_cutoff is None


BESIDE = {"slug": "apology", "kind": "apology", "name": {"vi": "Xin lỗi", "en": "Apology"},
          "field": {"vi": "Hệ thống", "en": "System"}, "legal_basis": ["Nghị định 61/2018/NĐ-CP"]}


@pytest.mark.parametrize("kind", sorted(kind.value for kind in procedure.SIDE))
def test_what_the_system_begins_beside_a_dossier_promises_nothing(kind: str) -> None:
    facts = procedure.from_mapping(BESIDE | {"kind": kind})

    assert (facts.code, facts.lead_agency, facts.application_form) == ("", "", "")
    assert (facts.channels, facts.components, facts.results) == ({}, (), ())


@pytest.mark.parametrize("extra", ["code", "channels", "components", "lead_agency", "settings"])
def test_a_term_written_beside_a_dossier_is_not_silently_ignored(extra: str) -> None:
    given = BESIDE | {extra: documented_example()[extra]}

    assert [(found.path, found.code) for found in procedure.problems_of(given)] == [(extra, "unknown")]


def test_a_petition_needs_no_national_code_but_everything_else() -> None:
    petition = documented_example() | {"kind": "petition"}
    del petition["code"]

    assert procedure.problems_of(petition) == ()
    assert [found.path for found in procedure.problems_of(petition | {"channels": None})] == ["channels"]


def test_a_service_keeps_every_demand() -> None:
    given = BESIDE | {"kind": "service"}

    assert {"code", "execution_level", "channels", "lead_agency", "agencies", "results"} <= {
        found.path for found in procedure.problems_of(given)}
