"""Whose work a step is."""

from __future__ import annotations

import pytest

from engine.domain import routing
from engine.domain.actor import Actor, ActorKind, Membership, Role
from engine.domain.errors import UnitNotRouted

PARTIES = routing.parties("commune-centre", "civil_status",
                          {"civil_status": "commune-committee", "commune_police": "commune-police"})


@pytest.mark.parametrize(("unit", "expected"), [
    ("receiving", "commune-centre"),
    ("lead", "commune-committee"),
    ("agency:civil_status", "commune-committee"),
    ("agency:commune_police", "commune-police"),
])
def test_the_names_on_a_diagram_mean_units(unit: str, expected: str) -> None:
    assert routing.resolve_unit(unit, PARTIES) == expected


def test_an_official_unit_code_is_known_where_the_routing_names_it() -> None:
    assert routing.resolve_unit("G01.99.01", PARTIES | {"G01.99.01": "commune-police"}) == "commune-police"


@pytest.mark.parametrize("unit", ["agency:tax", "commune_police", "", "H99.01"])
def test_a_unit_nobody_routed_is_refused_rather_than_guessed(unit: str) -> None:
    with pytest.raises(UnitNotRouted):
        routing.resolve_unit(unit, PARTIES)


def test_the_lead_agency_must_have_a_unit() -> None:
    with pytest.raises(UnitNotRouted):
        routing.parties("commune-centre", "tax", {"civil_status": "commune-committee"})


def test_a_role_counts_only_at_the_unit_where_it_is_held() -> None:
    officer = Actor("a-1", "Trần Văn Bình", ActorKind.STAFF,
                    frozenset({Membership("commune-committee", Role.CASE_OFFICER)}))

    assert routing.entitled(officer, Role.CASE_OFFICER, "commune-committee")
    assert not routing.entitled(officer, Role.CASE_OFFICER, "commune-police")
    assert not routing.entitled(officer, Role.APPROVER, "commune-committee")
