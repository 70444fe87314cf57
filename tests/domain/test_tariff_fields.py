"""What an analyst may write about money in procedure.yaml, and what he is told when it is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from engine.domain import procedure, tariff_fields
from engine.domain.procedure import Channel
from engine.domain.tariff import CollectionPoint, FeeKind
from tests.domain.test_procedure import documented_example


def documented_tariff() -> dict[str, Any]:
    """The example of the module's docstring."""
    lines = (tariff_fields.__doc__ or "").split("\n\n")[1]
    return dict(yaml.safe_load(lines)[0])


def with_tariffs(*tariffs: Any) -> dict[str, Any]:
    """A procedure with these tariffs and the paper that proves the documented exemption."""
    given = documented_example()
    channels = {name: {"term": "3 working_day"} for name in ("direct", "online")}
    proof = {"key": "poor_certificate", "name": {"vi": "Giấy xác nhận hộ nghèo", "en": "Proof"}, "required": False}
    return given | {"channels": channels, "tariffs": list(tariffs), "components": [*given["components"], proof]}


def problems(**changes: Any) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in procedure.problems_of(with_tariffs(documented_tariff() | changes))]


def test_the_documented_example_is_read_as_it_says() -> None:
    (it,) = procedure.from_mapping(with_tariffs(documented_tariff())).tariffs
    assert (it.key, it.kind, it.collect, it.refundable) == ("certification", FeeKind.FEE, CollectionPoint.INTAKE, False)
    assert [(each.since, each.until) for each in it.periods] == [
        (date(2025, 7, 1), date(2026, 12, 31)), (date(2027, 1, 1), None)]
    later = it.rate(Channel.DIRECT, date(2027, 1, 1))
    assert later and later.formula == "copies * 2000"
    assert it.rate(Channel.POSTAL, date(2027, 1, 1)) is None
    assert it.exemptions[0].evidence == "poor_certificate"
    assert it.reductions[0].channels == {Channel.ONLINE}


@pytest.mark.parametrize(("changes", "expected"), [
    ({"kind": "tax"}, ("tariffs[0].kind", "not_choice")),
    ({"collect": "later"}, ("tariffs[0].collect", "not_choice")),
    ({"valid": []}, ("tariffs[0].valid", "empty")),
    ({"valid": [{"from": "1/7/2025", "amount": 1}]}, ("tariffs[0].valid[0].from", "not_date")),
    ({"valid": [{"from": "2025-02-30", "amount": 1}]}, ("tariffs[0].valid[0].from", "not_date")),
    ({"valid": [{"amount": 1}]}, ("tariffs[0].valid[0].from", "missing")),
    ({"valid": [{"from": "2025-07-01", "to": "2025-06-30", "amount": 1}]}, ("tariffs[0].valid[0].to", "backwards")),
    ({"valid": [{"from": "2025-07-01", "amount": 1}, {"from": "2026-01-01", "amount": 2}]},
     ("tariffs[0].valid", "overlap")),
    ({"valid": [{"from": "2025-07-01"}]}, ("tariffs[0].valid[0].amount", "one_of")),
    ({"valid": [{"from": "2025-07-01", "amount": -1}]}, ("tariffs[0].valid[0].amount", "not_count")),
    ({"valid": [{"from": "2025-07-01", "amount": 1.5}]}, ("tariffs[0].valid[0].amount", "not_count")),
    ({"valid": [{"from": "2025-07-01", "formula": "1"}]}, ("tariffs[0].valid[0].note", "missing")),
    ({"valid": [{"from": "2025-07-01", "channels": {"fax": {"amount": 1}}}]},
     ("tariffs[0].valid[0].channels.fax", "unknown")),
    ({"exemptions": [{"key": "a", "name": {"vi": "A", "en": "A"}, "evidence": "gone"}]},
     ("tariffs[0].exemptions[0].evidence", "not_component")),
    ({"reductions": [{"share": 0, "from": "2025-07-01", "ground": "TT"}]},
     ("tariffs[0].reductions[0].share", "not_percent")),
    ({"reductions": [{"share": 101, "from": "2025-07-01", "ground": "TT"}]},
     ("tariffs[0].reductions[0].share", "not_percent")),
    ({"amount": 8000}, ("tariffs[0].amount", "unknown")),
])
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in problems(**changes)


def test_two_rates_for_one_period_are_refused() -> None:
    both = {"from": "2025-07-01", "amount": 1, "formula": "2", "note": {"vi": "x", "en": "x"}}
    assert problems(valid=[both]) == [("tariffs[0].valid[0].formula", "one_of")]


def test_a_tariff_stands_once_and_never_beside_a_fixed_fee() -> None:
    twice = procedure.problems_of(with_tariffs(documented_tariff(), documented_tariff()))
    assert [(each.path, each.code) for each in twice] == [("tariffs", "not_unique")]
    beside = with_tariffs(documented_tariff()) | {"channels": {"direct": {"term": "same_day", "fee": 8000}}}
    assert [(each.path, each.code) for each in procedure.problems_of(beside)] == [("tariffs", "fee_beside_tariffs")]


@pytest.mark.parametrize("given", ["text", 3, {"key": "x"}, [3], [None], [["x"]]])
def test_what_is_no_list_of_tariffs_is_refused_without_harm(given: object) -> None:
    assert procedure.problems_of(documented_example() | {"tariffs": given})
