"""What a dossier owes becomes due when it should, is collected once, and the books balance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.fees import CancelFee, CollectFee, ExemptFee, RefundFee
from engine.commands.stopping import ContinueDossier, RequestWithdrawal, StopDossier
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import (
    FeesDue,
    FeeUndetermined,
    InvalidInput,
    NotAllowed,
    NotFound,
    NothingDue,
    NotRefundable,
)
from engine.store.fee_tables import fee_line, refund
from engine.testing import settle
from tests.engine import costly
from tests.engine.acts import messages_of, open_steps, open_task, rows
from tests.engine.costly import assess, collect, due, file, lines, receipts, status

Actors = Callable[[str], Actor]
POOR = {"key": "poor_certificate", "state": "present"}


pytestmark = pytest.mark.usefixtures("costing")


def told(engine: Engine, dossier_id: str) -> list[tuple[str, int, str]]:
    return [(line.key, line.amount, line.state.value) for line in lines(engine, dossier_id)]


def test_nothing_is_owed_before_acceptance_and_intake_fees_from_it_on(engine: Engine, officer: Actor) -> None:
    filed = engine.execute(SubmitDossier("paid-at-the-counter", "direct", "commune-centre", {"name": "An"},
                                         costly.ASKED), officer)
    assert told(engine, filed["dossier_id"]) == []
    engine.execute(CompleteTask(filed["task_id"], {"decision": "accept"}), officer)
    assert told(engine, filed["dossier_id"]) == [("copies", 6000, "due"), ("registration", 150_000, "due")]
    assert status(engine, filed["dossier_id"]) == (2, "due")


def test_a_dossier_whose_fee_cannot_be_reckoned_is_not_accepted(engine: Engine, officer: Actor) -> None:
    filed = engine.execute(SubmitDossier("paid-at-the-counter", "direct", "commune-centre", {"name": "An"},
                                         {"subject": "thử"}), officer)
    with pytest.raises(FeeUndetermined):
        engine.execute(CompleteTask(filed["task_id"], {"decision": "accept"}), officer)
    assert status(engine, filed["dossier_id"]) == (1, "nothing_due")


def test_collecting_gives_a_receipt_for_each_line_and_the_step_that_waited_goes_on(
        engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    assert open_steps(engine, dossier_id) == ["Pay"]
    result = collect(engine, officer, dossier_id)
    assert result["amount"] == 156_000
    assert sorted((row.series, row.number, row.amount) for row in receipts(engine, dossier_id)) == [
        ("BLL", 1, 150_000), ("BLP", 1, 6000)]
    assert open_steps(engine, dossier_id) == ["Appraise"]
    assert result["next_task_id"] == open_task(engine, dossier_id)
    assert status(engine, dossier_id) == (4, "paid")
    assert engine.verify() == []


def test_receipts_are_numbered_without_a_hole_whatever_fails_between(engine: Engine, officer: Actor) -> None:
    first, second = (file(engine, officer, "paid-at-the-counter") for _ in range(2))
    (one, other) = due(engine, first)
    with pytest.raises(NothingDue):
        engine.execute(CollectFee(first, (one, "no-such-line")), officer)
    engine.execute(CollectFee(first, (one,)), officer)
    with pytest.raises(InvalidInput):
        engine.execute(CollectFee(first, (other,), "barter"), officer)
    collect(engine, officer, second)
    collect(engine, officer, first)
    assert sorted((row.series, row.number) for row in rows(engine, costly.fee_receipt)) == [
        ("BLL", 1), ("BLL", 2), ("BLP", 1), ("BLP", 2)]
    assert engine.verify() == []


def test_the_step_that_collects_money_cannot_be_answered_while_money_is_due(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    with pytest.raises(FeesDue):
        engine.execute(CompleteTask(open_task(engine, dossier_id), {"fee_state": "paid"}), officer)
    assert open_steps(engine, dossier_id) == ["Pay"]


def test_a_part_may_be_paid_and_the_step_waits_for_the_rest(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    copies, registration = due(engine, dossier_id)
    engine.execute(CollectFee(dossier_id, (copies,)), officer)
    assert open_steps(engine, dossier_id) == ["Pay"]
    assert status(engine, dossier_id)[1] == "due"
    engine.execute(CollectFee(dossier_id, (registration,), "transfer"), officer)
    assert open_steps(engine, dossier_id) == ["Appraise"]


def test_money_is_collected_once(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    waiting = due(engine, dossier_id)
    collect(engine, officer, dossier_id)
    with pytest.raises(NothingDue):
        engine.execute(CollectFee(dossier_id, waiting), officer)
    assert len(receipts(engine, dossier_id)) == 2


def test_a_second_click_gets_the_first_receipts_again(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    command = CollectFee(dossier_id, due(engine, dossier_id))
    first = engine.execute(command, officer, "one-form")
    assert engine.execute(command, officer, "one-form") == first


def test_lines_of_another_dossier_are_not_taken_along(engine: Engine, officer: Actor) -> None:
    mine, other = (file(engine, officer, "paid-at-the-counter") for _ in range(2))
    with pytest.raises(NothingDue):
        engine.execute(CollectFee(mine, due(engine, other)), officer)
    assert all(state == "due" for _, _, state in told(engine, other))


def test_an_exemption_needs_its_paper_and_leaves_the_rest_to_be_paid(engine: Engine, officer: Actor) -> None:
    without = file(engine, officer, "paid-at-the-counter")
    with pytest.raises(InvalidInput) as refused:
        engine.execute(ExemptFee(without, due(engine, without)[0], "poor"), officer)
    assert refused.value.facts["problems"] == {"exemption": "evidence_missing"}
    proven = file(engine, officer, "paid-at-the-counter", components=(POOR,))
    copies, registration = due(engine, proven)
    with pytest.raises(InvalidInput):
        engine.execute(ExemptFee(proven, registration, "poor"), officer)   # this tariff exempts nobody
    result = engine.execute(CollectFee(proven, (copies, registration), exemptions={copies: "poor"}), officer)
    assert result["amount"] == 150_000
    assert told(engine, proven) == [("copies", 6000, "exempt"), ("registration", 150_000, "paid")]
    (line,) = rows(engine, fee_line, id=copies)
    assert (line.exemption, line.evidence, line.settled_by) == ("poor", "poor_certificate", officer.id)


def test_a_dossier_exempt_of_everything_is_exempt_and_goes_on(engine: Engine, officer: Actor) -> None:
    command = SubmitDossier("paid-at-the-counter", "direct", "commune-centre", {"name": "An"}, costly.ASKED,
                            components=(POOR,))
    filed = engine.execute(command, officer)
    engine.execute(CompleteTask(filed["task_id"], {"decision": "accept"}), officer)
    copies, registration = due(engine, filed["dossier_id"])
    engine.execute(CollectFee(filed["dossier_id"], (registration,)), officer)
    engine.execute(ExemptFee(filed["dossier_id"], copies, "poor"), officer)
    assert open_steps(engine, filed["dossier_id"]) == ["Appraise"]


def test_only_the_receiving_unit_takes_money(engine: Engine, officer: Actor, actor: Actors) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    for stranger in ("hotich", "kinhte", "giamdoc", "quantri"):
        with pytest.raises(NotAllowed):
            collect(engine, actor(stranger), dossier_id)
    with pytest.raises(NotFound):
        engine.execute(CollectFee("no-such-dossier", ("x",)), officer)
    assert collect(engine, actor("thungan"), dossier_id)["amount"] == 156_000


def test_the_fee_for_the_result_is_due_once_there_is_one_and_only_once(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    assert status(engine, dossier_id) == (9, "due")
    assert told(engine, dossier_id)[-1] == ("result", 8000, "due")
    assert lines(engine, dossier_id)[-1].collect == 4


def test_the_professional_state_never_moves_the_money_nor_the_reverse(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    before = status(engine, dossier_id)[0]
    collect(engine, officer, dossier_id)
    assert status(engine, dossier_id) == (before, "paid")
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    assert status(engine, dossier_id) == (10, "paid")


def test_an_obligation_is_due_from_state_six_and_its_payment_moves_the_diagram_on(
        engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-by-himself")
    assess(engine, officer, dossier_id, 3_000_000_000)
    assert told(engine, dossier_id) == [("obligation", 3_000_000_000, "due")]
    assert status(engine, dossier_id) == (6, "due")
    collect(engine, officer, dossier_id, method="transfer")
    settle(engine)
    assert status(engine, dossier_id) == (4, "paid")
    assert [(row.name, row.status) for row in messages_of(engine, dossier_id)] == [("payment_received", "delivered")]
    assert engine.verify() == []


def owing_twice(engine: Engine, officer: Actor) -> str:
    """The intake fee is paid; the obligation that came later is not."""
    dossier_id = file(engine, officer, "paid-twice")
    collect(engine, officer, dossier_id)
    settle(engine)
    assess(engine, officer, dossier_id, 500_000)
    settle(engine)
    return dossier_id


def test_what_was_paid_before_opens_no_later_gate(engine: Engine, officer: Actor) -> None:
    dossier_id = owing_twice(engine, officer)
    assert status(engine, dossier_id) == (6, "due")
    assert messages_of(engine, dossier_id) == []
    collect(engine, officer, dossier_id)
    settle(engine)
    assert status(engine, dossier_id) == (4, "paid")
    assert open_steps(engine, dossier_id) == ["Appraise"]


def test_old_word_of_a_payment_is_not_believed_while_something_is_due(engine: Engine, officer: Actor) -> None:
    dossier_id = owing_twice(engine, officer)
    with engine.dispatcher.open_unit_of_work() as uow:
        uow.instances.post(dossier_id, "payment_received", {}, "old word", engine.clock.now())
    settle(engine)
    assert status(engine, dossier_id) == (6, "due")
    collect(engine, officer, dossier_id)
    settle(engine)
    assert status(engine, dossier_id) == (4, "paid")
    assert engine.verify() == []


@pytest.mark.parametrize("amount", [0, None])
def test_an_obligation_of_nothing_lets_the_diagram_go_on_at_once(
        engine: Engine, officer: Actor, amount: int | None) -> None:
    dossier_id = file(engine, officer, "paid-by-himself")
    assess(engine, officer, dossier_id, amount)
    settle(engine)
    assert status(engine, dossier_id) == (4, "nothing_due")
    assert told(engine, dossier_id) == []


@pytest.mark.parametrize("amount", [-1, 10**14])
def test_an_obligation_that_is_no_amount_is_refused(engine: Engine, officer: Actor, amount: int) -> None:
    dossier_id = file(engine, officer, "paid-by-himself")
    with pytest.raises(FeeUndetermined):
        assess(engine, officer, dossier_id, amount)
    assert status(engine, dossier_id) == (4, "nothing_due")


def refused_in_the_end(engine: Engine, officer: Actor) -> str:
    dossier_id = file(engine, officer, "stopped-in-the-end")
    collect(engine, officer, dossier_id)
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    return dossier_id


def test_a_refundable_fee_is_given_back_after_a_refusal_and_its_receipt_revoked(
        engine: Engine, officer: Actor, actor: Actors) -> None:
    dossier_id = refused_in_the_end(engine, officer)
    copies, registration = (line.id for line in lines(engine, dossier_id))
    cashier = actor("thungan")
    with pytest.raises(NotRefundable):
        engine.execute(RefundFee(dossier_id, registration, "Hồ sơ bị từ chối"), cashier)
    with pytest.raises(NotAllowed):
        engine.execute(RefundFee(dossier_id, copies, "Hồ sơ bị từ chối"), officer)
    with pytest.raises(InvalidInput):
        engine.execute(RefundFee(dossier_id, copies, "  "), cashier)
    assert engine.execute(RefundFee(dossier_id, copies, "Hồ sơ bị từ chối"), cashier)["amount"] == 6000
    with pytest.raises(NotRefundable):
        engine.execute(RefundFee(dossier_id, copies, "Một lần nữa"), cashier)
    assert [row.amount for row in rows(engine, refund)] == [6000]
    assert {row.line_id: bool(row.revoked_at) for row in receipts(engine, dossier_id)} == {
        copies: True, registration: False}
    assert engine.verify() == []


def test_money_is_not_given_back_while_the_dossier_goes_on(engine: Engine, officer: Actor, actor: Actors) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, dossier_id)
    with pytest.raises(NotRefundable):
        engine.execute(RefundFee(dossier_id, lines(engine, dossier_id)[0].id, "Đổi ý"), actor("thungan"))


def test_money_waits_for_the_word_on_a_withdrawal_before_it_is_given_back(
        engine: Engine, officer: Actor, actor: Actors) -> None:
    dossier_id, cashier = file(engine, officer, "paid-at-the-counter"), actor("thungan")
    collect(engine, officer, dossier_id)
    copies = lines(engine, dossier_id)[0].id
    engine.execute(RequestWithdrawal(dossier_id, "Đổi ý", "Đơn ngày 02/03/2026"), officer)
    with pytest.raises(NotRefundable):
        engine.execute(RefundFee(dossier_id, copies, "Xin rút"), cashier)
    engine.execute(ContinueDossier(dossier_id), SYSTEM)
    assert status(engine, dossier_id) == (4, "paid")
    engine.execute(RequestWithdrawal(dossier_id, "Vẫn đổi ý", "Đơn ngày 02/03/2026"), officer)
    engine.execute(StopDossier(dossier_id, "Chủ hồ sơ rút"), SYSTEM)
    assert engine.execute(RefundFee(dossier_id, copies, "Đã rút"), cashier)["amount"] == 6000


def test_what_a_finished_dossier_owes_is_given_up_with_a_reason_and_by_name(
        engine: Engine, officer: Actor, actor: Actors) -> None:
    running, over = file(engine, officer, "stopped-in-the-end"), file(engine, officer, "paid-at-the-counter")
    collect(engine, officer, over)
    for _ in range(2):
        engine.execute(CompleteTask(open_task(engine, over), {}), officer)
    assert status(engine, over) == (10, "due")
    with pytest.raises(NotAllowed):
        engine.execute(CancelFee(running, due(engine, running)[0], "Không thu"), actor("giamdoc"))
    for line_id in due(engine, over):
        engine.execute(CancelFee(over, line_id, "Đã trả kết quả"), actor("giamdoc"))
    assert status(engine, over) == (10, "paid")


def test_a_dossier_that_came_to_nothing_owes_nothing_and_money_under_way_waits_for_a_person(
        engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "stopped-in-the-end")
    reference = costly.begin(engine, officer, dossier_id).reference
    engine.execute(CompleteTask(open_task(engine, dossier_id), {}), officer)
    assert status(engine, dossier_id) == (8, "nothing_due")
    with pytest.raises(NothingDue):
        costly.begin(engine, officer, dossier_id)
    assert costly.tell(engine, costly.told(reference, 156_000))["outcome"] == "nothing_to_pay"
    settle(engine)
    assert (status(engine, dossier_id), receipts(engine, dossier_id)) == ((8, "nothing_due"), [])
    assert engine.verify() == []


def test_money_that_came_while_a_dossier_rested_moves_it_on_when_it_goes_on(engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    reference = costly.begin(engine, officer, dossier_id).reference
    engine.execute(RequestWithdrawal(dossier_id, "Đổi ý", "Đơn ngày 02/03/2026"), officer)
    costly.tell(engine, costly.told(reference, 156_000))
    settle(engine)
    assert "Pay" in open_steps(engine, dossier_id)
    engine.execute(ContinueDossier(dossier_id), SYSTEM)
    settle(engine)
    assert {"Appraise"} == {"Appraise", "Pay"} & set(open_steps(engine, dossier_id))


@pytest.mark.parametrize("hostile", ["", "cash'; --", "x" * 5000, "\x00"])
def test_hostile_words_harm_nothing(engine: Engine, officer: Actor, hostile: str) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    before: Any = told(engine, dossier_id)
    for command in (CollectFee(dossier_id, due(engine, dossier_id), hostile),
                    ExemptFee(dossier_id, due(engine, dossier_id)[0], hostile),
                    CollectFee(dossier_id, (hostile,))):
        with pytest.raises((InvalidInput, NothingDue)):
            engine.execute(command, officer)
    assert told(engine, dossier_id) == before
