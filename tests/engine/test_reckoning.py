"""When answers that a fee depends on are put right, what is asked for follows; what receipts say stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.corrections import CorrectDossier
from engine.commands.definitions import PublishPackage
from engine.commands.fees import CollectFee, ExemptFee, RefundFee
from engine.commands.supplements import AnswerSupplement
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import FeeUndetermined, NotRefundable
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import payment
from engine.testing import settle
from engine.worker import pick_up
from tests.conftest import actor_named
from tests.engine import costly
from tests.engine.acts import open_steps, open_task, rows
from tests.engine.costly import begin, collect, due, file, lines, receipts, tell, told

pytestmark = pytest.mark.usefixtures("costing")


@pytest.fixture
def cashier(engine: Engine) -> Actor:
    return actor_named(engine, "thungan")


def correct(engine: Engine, officer: Actor, dossier_id: str, copies: int | None) -> None:
    engine.execute(CorrectDossier(dossier_id, "Ghi nhầm số bản", answers={"copies": copies}), officer)


def copies_of(engine: Engine, dossier_id: str) -> list[tuple[int, str]]:
    return [(line.amount, line.state.value) for line in lines(engine, dossier_id) if line.key == "copies"]


def financial(engine: Engine, dossier_id: str) -> str:
    (row,) = rows(engine, dossier, id=dossier_id)
    return str(row.financial_status)


def give_back(engine: Engine, cashier: Actor, dossier_id: str) -> Any:
    (excess,) = (line for line in lines(engine, dossier_id) if line.state.value == "excess")
    return engine.execute(RefundFee(dossier_id, excess.id, "Đã sửa số bản"), cashier)["amount"]


def test_what_nobody_paid_is_replaced_and_money_under_way_for_it_pays_nothing(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    reference = begin(engine, officer, dossier_id).reference
    correct(engine, officer, dossier_id, 300)
    assert copies_of(engine, dossier_id) == [(6000, "cancelled"), (600_000, "due")]
    assert [row.state for row in rows(engine, payment)] == ["expired"]
    assert tell(engine, told(reference, 156_000))["outcome"] == "nothing_to_pay"
    assert collect(engine, officer, dossier_id)["amount"] == 750_000
    assert engine.verify() == []


def test_of_what_was_paid_the_difference_is_due_and_named_so(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    correct(engine, officer, dossier_id, 5)
    correct(engine, officer, dossier_id, 300)
    assert copies_of(engine, dossier_id) == [(6000, "paid"), (4000, "cancelled"), (594_000, "due")]
    assert lines(engine, dossier_id)[-1].name.vi == "Phí bản sao (phần chênh lệch)"
    assert financial(engine, dossier_id) == "due"
    collect(engine, officer, dossier_id)
    assert financial(engine, dossier_id) == "paid"
    assert engine.verify() == []


def test_what_was_paid_too_much_is_given_back_and_a_receipt_for_the_rest_takes_the_old_ones_place(
        engine: Engine, officer: Actor, cashier: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id, method="transfer")
    correct(engine, officer, dossier_id, 1)
    assert copies_of(engine, dossier_id) == [(6000, "paid"), (4000, "excess")]
    assert financial(engine, dossier_id) == "paid"
    assert give_back(engine, cashier, dossier_id) == 4000
    assert copies_of(engine, dossier_id) == [(6000, "refunded"), (4000, "cancelled"), (2000, "paid")]
    assert sorted((each.amount, bool(each.revoked_at)) for each in receipts(engine, dossier_id)) == [
        (2000, False), (6000, True), (150_000, False)]
    assert {row.method for row in rows(engine, payment)} == {"transfer"}
    assert engine.verify() == []


def test_the_newest_receipts_are_taken_back_first_and_whole_ones_need_no_rest(
        engine: Engine, officer: Actor, cashier: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    correct(engine, officer, dossier_id, 5)
    collect(engine, officer, dossier_id)
    correct(engine, officer, dossier_id, 3)
    assert give_back(engine, cashier, dossier_id) == 4000
    assert copies_of(engine, dossier_id) == [(6000, "paid"), (4000, "refunded"), (4000, "cancelled")]
    assert engine.verify() == []


def test_a_correction_of_a_correction_leaves_nothing_to_be_given_back(
        engine: Engine, officer: Actor, cashier: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    correct(engine, officer, dossier_id, 1)
    correct(engine, officer, dossier_id, 3)
    assert copies_of(engine, dossier_id) == [(6000, "paid"), (4000, "cancelled")]
    (_, _, excess) = lines(engine, dossier_id)
    with pytest.raises(NotRefundable):
        engine.execute(RefundFee(dossier_id, excess.id, "Trả lại"), cashier)


def test_the_step_that_waits_for_money_goes_on_when_a_correction_leaves_nothing_due(
        engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    engine.execute(CollectFee(dossier_id, (due(engine, dossier_id)[1],)), officer)
    correct(engine, officer, dossier_id, 0)
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Appraise"]


def test_that_step_goes_on_by_a_sweep_when_its_job_was_lost(engine: Engine, officer: Actor) -> None:
    it = costly.PAID_AT_THE_COUNTER
    free = replace(it, facts_yaml=it.facts_yaml.replace(b"amount: 150000", b"amount: 0"))
    engine.execute(PublishPackage(free), SYSTEM)
    dossier_id = file(engine, officer, it.slug)
    correct(engine, officer, dossier_id, 0)
    with costly.restored(engine, timedelta(minutes=2)) as later:
        assert pick_up(later) == 1
    assert (financial(engine, dossier_id), open_steps(engine, dossier_id)) == ("nothing_due", ["Appraise"])


def test_whoever_is_exempt_stays_so_and_answers_that_tell_no_fee_are_refused(engine: Engine, officer: Actor) -> None:
    poor = {"key": "poor_certificate", "state": "present"}
    dossier_id = file(engine, officer, "paid-at-the-counter", components=(poor,))
    engine.execute(ExemptFee(dossier_id, due(engine, dossier_id)[0], "poor"), officer)
    correct(engine, officer, dossier_id, 300)
    assert copies_of(engine, dossier_id) == [(6000, "exempt")]
    with pytest.raises(FeeUndetermined):
        correct(engine, officer, dossier_id, None)


def test_an_answered_supplement_is_reckoned_anew_too(engine: Engine, officer: Actor) -> None:
    engine.execute(PublishPackage(costly.ASKED_AGAIN), SYSTEM)
    dossier_id = file(engine, officer, "asked-again")
    collect(engine, officer, dossier_id)
    engine.execute(CompleteTask(open_task(engine, dossier_id), {"wrong_fields": ["copies"], "reason": "Sai"}), officer)
    engine.execute(AnswerSupplement(dossier_id, {"copies": 4}), officer)
    assert copies_of(engine, dossier_id) == [(6000, "paid"), (2000, "due")]


def test_money_of_a_dossier_that_came_to_nothing_is_given_back_once(
        engine: Engine, officer: Actor, cashier: Actor) -> None:
    dossier_id = file(engine, officer, "stopped-in-the-end")
    collect(engine, officer, dossier_id)
    correct(engine, officer, dossier_id, 1)
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    (paid,) = (line for line in lines(engine, dossier_id) if line.refundable and line.state.value == "paid")
    assert engine.execute(RefundFee(dossier_id, paid.id, "Hồ sơ bị từ chối"), cashier)["amount"] == 6000
    assert copies_of(engine, dossier_id) == [(6000, "refunded"), (4000, "cancelled")]
    assert engine.verify() == []
