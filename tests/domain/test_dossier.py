"""The states of a dossier and the moves between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from engine.domain import dossier
from engine.domain.dossier import (
    FINAL,
    ComponentState,
    DeliveryStatus,
    Dossier,
    DossierComponent,
    NationalStatus,
    Party,
)
from engine.domain.errors import IllegalMove
from engine.domain.procedure import Channel
from tests.domain.days import at

ONWARD = {1: {2, 3, 5, 7}, 2: {4, 5, 6, 7, 9}, 3: set(), 4: {5, 6, 7, 8, 9}, 5: {2, 4, 7, 8}, 6: {4, 7, 8, 9},
          7: {4, 8}, 8: set(), 9: {10, 4}, 10: set()}
"""The table of the national portal, written out once more."""

MONDAY, TUESDAY, FRIDAY = at("Mon 2026-03-02 09:00"), at("Tue 2026-03-03 09:00"), at("Fri 2026-03-06 09:00")


def submitted() -> Dossier:
    return Dossier(
        id="d-1", tracking_secret="s", slug="birth-registration", procedure_code="1.001193",
        procedure_name="Đăng ký khai sinh", version_id="v-1", rule_pack="ND118_2025", term="same_day",
        channel=Channel.DIRECT, owner=Party("Nguyễn Thị Lan"), assisted_at="commune-centre",
        received_by="commune-centre", competent="commune-committee", submitted_at=MONDAY, submitted_by="officer-1")


def brought_to(*statuses: int) -> Dossier:
    found = submitted()
    for status in statuses:
        found = found.moved(NationalStatus(status), MONDAY)
    return found


@pytest.mark.parametrize(("current", "to"), list(product(range(1, 11), repeat=2)))
def test_only_the_moves_of_the_national_table_are_made(current: int, to: int) -> None:
    if to in ONWARD[current]:
        assert dossier.move(NationalStatus(current), NationalStatus(to)) is NationalStatus(to)
    else:
        with pytest.raises(IllegalMove) as refused:
            dossier.move(NationalStatus(current), NationalStatus(to))
        assert refused.value.facts == {"current": current, "to": to, "allowed": sorted(ONWARD[current])}


def test_nothing_leaves_refused_stopped_and_returned() -> None:
    assert {int(status) for status in FINAL} == {3, 8, 10}


def test_acceptance_is_dated_once_even_when_papers_come_later() -> None:
    accepted = submitted().moved(NationalStatus.ACCEPTED, MONDAY)
    again = accepted.moved(NationalStatus.SUPPLEMENT_REQUESTED, TUESDAY).moved(NationalStatus.ACCEPTED, FRIDAY)

    assert accepted.accepted_at == again.accepted_at == MONDAY


def test_the_work_is_finished_when_the_result_is_ready_not_when_it_is_collected() -> None:
    ready = brought_to(2, 4).moved(NationalStatus.COMPLETED, TUESDAY)
    returned = ready.moved(NationalStatus.RETURNED, FRIDAY)

    assert ready.finished_at == returned.finished_at == TUESDAY
    assert returned.returned_at == FRIDAY
    assert ready.delivery_status is DeliveryStatus.READY
    assert returned.delivery_status is DeliveryStatus.HANDED_OVER


def test_a_result_sent_by_post_stays_sent() -> None:
    ready = replace(brought_to(2, 4, 9), delivery_status=DeliveryStatus.SENT)

    assert ready.moved(NationalStatus.RETURNED, FRIDAY).delivery_status is DeliveryStatus.SENT


def test_a_wrong_result_goes_back_to_work_and_is_not_finished_any_more() -> None:
    reopened = brought_to(2, 4, 9).moved(NationalStatus.IN_PROGRESS, FRIDAY, "Sửa lại kết quả")

    assert reopened.finished_at is None
    assert reopened.delivery_status is DeliveryStatus.NOT_READY
    assert reopened.detail_status == "Sửa lại kết quả"


@pytest.mark.parametrize("path", [(3,), (2, 4, 8), (7, 8)])
def test_refusing_and_stopping_finish_the_work_too(path: tuple[int, ...]) -> None:
    assert brought_to(*path).finished_at == MONDAY


@pytest.mark.parametrize(("required", "state", "missing"), [
    (True, ComponentState.REQUIRED, True),
    (True, ComponentState.PRESENT, False),
    (True, ComponentState.REPLACED_BY_DATA, False),
    (True, ComponentState.NOT_APPLICABLE, False),
    (False, ComponentState.REQUIRED, False),
])
def test_a_paper_is_missing_when_it_is_asked_for_and_nothing_stands_for_it(
        required: bool, state: ComponentState, missing: bool) -> None:
    assert DossierComponent("a", "Giấy A", required, 1, 0, state).missing is missing
