"""Money through the gateway: told once, twice, late, wrongly or never, and no dossier moves twice for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bootstrap import Engine
from engine.commands.fees import CollectFee
from engine.commands.payments import BeginPayment, as_told
from engine.commands.reconciliation import ResolveTransaction
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import InstanceBusy, InvalidInput, NotAllowed, NothingDue, NoticeRefused
from engine.gateways.payment_messages import Partner, result_message
from engine.store.fee_tables import gateway_transaction, payment
from engine.testing import settle
from engine.worker import pick_up
from tests.conftest import actor_named
from tests.engine import costly
from tests.engine.acts import messages_of, open_steps, rows
from tests.engine.costly import (
    assess,
    begin,
    collect,
    due,
    file,
    moved,
    outcomes,
    receipts,
    reconcile,
    statement,
    status,
    tell,
    told,
)
from tests.engine.test_races import together

Actors = Callable[[str], Actor]


pytestmark = pytest.mark.usefixtures("costing")


def test_a_payment_is_begun_told_of_and_moves_the_dossier_on(engine: Engine, officer: Actor, owed: str) -> None:
    begun = engine.execute(BeginPayment(owed, "/ho-so-cua-toi/1"), officer)
    assert begun["redirect_url"] == f"/thanh-toan/{begun['payment_id']}"
    (row,) = rows(engine, payment)
    assert (row.state, row.amount, row.return_url) == ("pending", 500_000, "/ho-so-cua-toi/1")
    assert tell(engine, told(row.reference, 500_000)) == {"outcome": "applied"}
    settle(engine)
    assert status(engine, owed) == (4, "paid")
    assert [(each.amount, each.payer, each.issued_by) for each in receipts(engine, owed)] == [
        (500_000, "Nguyễn Văn An", "system")]
    assert engine.verify() == []


def test_7_a_duplicate_never_moves_a_dossier_twice_nor_sends_it_anywhere(
        engine: Engine, officer: Actor, owed: str) -> None:
    """Pitfall 7: in OpenCPS a repeated key of a payment sent the dossier to a technical state (#980)."""
    payload = told(begin(engine, officer, owed).reference, 500_000)
    answers = [tell(engine, payload) for _ in range(5)]
    settle(engine)
    assert [each["outcome"] for each in answers] == ["applied", *["repeated"] * 4]
    tell(engine, payload)
    settle(engine)
    assert moved(engine, owed) == 1
    assert len(messages_of(engine, owed)) == 1
    assert status(engine, owed) == (4, "paid")
    assert len(receipts(engine, owed)) == 1


@pytest.mark.parametrize("round_", range(3))
def test_two_notices_at_once_are_one(engine: Engine, officer: Actor, owed: str, round_: int) -> None:
    payload = told(begin(engine, officer, owed).reference, 500_000)
    answers = together(*[lambda: engine.execute(as_told(payload), SYSTEM)] * 4)
    assert sorted(each["outcome"] for each in answers if isinstance(each, dict)).count("applied") == 1
    settle(engine)
    assert moved(engine, owed) == 1
    assert len(receipts(engine, owed)) == 1
    assert engine.verify() == []


@pytest.mark.parametrize("round_", range(3))
def test_two_notices_of_unknown_money_at_once_are_one(engine: Engine, round_: int) -> None:
    payload = told("MCUNKNOWN", 500_000)
    answers = together(*[lambda: engine.execute(as_told(payload), SYSTEM)] * 4)
    assert all(isinstance(each, dict) for each in answers)
    assert outcomes(engine) == ["unknown_reference"]


@pytest.mark.parametrize("round_", range(3))
def test_a_notice_and_cash_at_once_settle_the_debt_once_and_lose_no_money(
        engine: Engine, officer: Actor, owed: str, round_: int) -> None:
    payload = told(begin(engine, officer, owed).reference, 500_000)
    together(lambda: engine.execute(as_told(payload), SYSTEM), lambda: collect(engine, officer, owed))
    settle(engine)
    assert len(receipts(engine, owed)) == 1
    assert moved(engine, owed) == 1
    (kept,) = rows(engine, gateway_transaction)
    by_gateway = [row.method for row in rows(engine, payment, state="succeeded")] == ["gateway"]
    assert kept.outcome == ("applied" if by_gateway else "nothing_to_pay")
    assert engine.verify() == []


def test_the_step_at_the_counter_goes_on_when_the_money_came_through_the_gateway(
        engine: Engine, officer: Actor) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    tell(engine, told(begin(engine, officer, dossier_id).reference, 156_000))
    assert open_steps(engine, dossier_id) == ["Pay"]
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Appraise"]
    assert len(receipts(engine, dossier_id)) == 2


def test_a_step_whose_job_was_lost_goes_on_with_a_later_sweep_and_one_that_nobody_paid_does_not(
        engine: Engine, officer: Actor) -> None:
    paid, unpaid = (file(engine, officer, "paid-at-the-counter") for _ in range(2))
    tell(engine, told(begin(engine, officer, paid).reference, 156_000))
    with costly.restored(engine, timedelta(minutes=2)) as later:
        assert pick_up(later) == 1
    assert (open_steps(engine, paid), open_steps(engine, unpaid)) == (["Appraise"], ["Pay"])


@pytest.mark.parametrize("round_", range(2))
def test_two_cashiers_collect_the_same_line_at_once_and_one_is_told_it_is_paid(
        engine: Engine, officer: Actor, round_: int) -> None:
    dossier_id = file(engine, officer, "paid-at-the-counter")
    wanted, cashier = due(engine, dossier_id), actor_named(engine, "thungan")
    answers = together(*(partial(engine.execute, CollectFee(dossier_id, wanted), each) for each in (officer, cashier)))
    assert [type(each) for each in answers if not isinstance(each, dict)] in ([NothingDue], [InstanceBusy])
    assert len(receipts(engine, dossier_id)) == 2
    assert open_steps(engine, dossier_id) == ["Appraise"]
    assert engine.verify() == []


def test_a_payer_who_gives_up_may_pay_again_and_a_late_yes_still_counts(
        engine: Engine, officer: Actor, owed: str) -> None:
    first = begin(engine, officer, owed)
    assert tell(engine, told(first.reference, 500_000, succeeded=False)) == {"outcome": "cancelled"}
    assert status(engine, owed) == (6, "due")
    second = begin(engine, officer, owed)
    assert second.reference != first.reference
    assert tell(engine, told(first.reference, 500_000, "LATE"))["outcome"] == "applied"
    assert tell(engine, told(second.reference, 500_000, "SECOND"))["outcome"] == "nothing_to_pay"
    settle(engine)
    assert moved(engine, owed) == 1
    assert len(receipts(engine, owed)) == 1
    assert engine.verify() == []


def test_giving_up_after_having_paid_changes_nothing(engine: Engine, officer: Actor, owed: str) -> None:
    reference = begin(engine, officer, owed).reference
    tell(engine, told(reference, 500_000))
    tell(engine, told(reference, 500_000, "OTHER", succeeded=False))
    assert [row.state for row in rows(engine, payment)] == ["succeeded"]


@pytest.mark.parametrize("amount", [1, 499_999, 500_001, 10**13])
def test_a_wrong_amount_pays_nothing_and_waits_for_a_person(
        engine: Engine, officer: Actor, actor: Actors, owed: str, amount: int) -> None:
    reference = begin(engine, officer, owed).reference
    assert tell(engine, told(reference, amount))["outcome"] == "wrong_amount"
    assert status(engine, owed) == (6, "due")
    (kept,) = rows(engine, gateway_transaction)
    with pytest.raises(NotAllowed):
        engine.execute(ResolveTransaction(kept.id, "Đã hoàn tiền"), officer)
    with pytest.raises(InvalidInput):
        engine.execute(ResolveTransaction(kept.id, " "), actor("thungan"))
    assert engine.execute(ResolveTransaction(kept.id, "Đã hoàn tiền"), actor("thungan"))["resolved"]
    assert not engine.execute(ResolveTransaction(kept.id, "Lần nữa"), actor("giamdoc"))["resolved"]
    assert tell(engine, told(reference, 500_000, "RIGHT"))["outcome"] == "applied"


def test_money_for_nothing_we_know_is_kept(engine: Engine) -> None:
    assert tell(engine, told("MCNOBODY", 77_000))["outcome"] == "unknown_reference"
    assert [(row.reference, row.amount) for row in rows(engine, gateway_transaction)] == [("MCNOBODY", 77_000)]


def test_nothing_can_be_begun_where_nothing_is_due_or_by_strangers(
        engine: Engine, officer: Actor, actor: Actors, owed: str) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(BeginPayment(owed, "/"), actor("hotich"))
    for elsewhere in ("https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", ""):
        with pytest.raises(InvalidInput):
            engine.execute(BeginPayment(owed, elsewhere), officer)
    collect(engine, officer, owed)
    with pytest.raises(NothingDue):
        engine.execute(BeginPayment(owed, "/"), officer)


SIGNED: dict[str, Any] = told("MC1", 500_000)


@pytest.mark.parametrize("changes", [
    {"SoTien": "1"}, {"MaThamChieu": "MC2"}, {"TrangThai": "24"}, {"MaGiaoDich": "GD2"}, {"MaXacThuc": ""},
    {"MaXacThuc": SIGNED["MaXacThuc"].upper()}, {"MaXacThuc": None}, {"MaXacThuc": ["x"]}, {"MaXacThuc": "ư" * 64},
    {"MaXacThuc": "\ud800"}, {"LoaiBanTin": "INIT"}, {"MaDoiTac": "OTHER"},
])
def test_what_the_gateway_did_not_sign_is_refused_and_leaves_nothing(engine: Engine, changes: dict[str, Any]) -> None:
    with pytest.raises(NoticeRefused):
        tell(engine, SIGNED | changes)
    assert outcomes(engine) == []


@pytest.mark.parametrize("changes", [
    {"SoTien": "-500000"}, {"SoTien": "0"}, {"SoTien": "1e6"}, {"SoTien": "5" * 30}, {"SoTien": "500000.5"},
    {"SoTien": "５０００"}, {"MaGiaoDich": ""}, {"MaGiaoDich": "x" * 200}, {"MaGiaoDich": "a b"},
    {"MaThamChieu": "'; DROP TABLE payment; --"}, {"ThoiGianGD": "20261301000000"}, {"ThoiGianGD": "hôm nay"},
    {"MaTienTe": "USD"}, {"MaDoiTac": "OTHER"}, {"LoaiBanTin": "INIT"},
])
def test_what_cannot_be_meant_is_refused_although_it_is_signed(engine: Engine, changes: dict[str, Any]) -> None:
    from engine.gateways.payment_messages import RESULT_SIGNED
    payload = SIGNED | changes
    payload["MaXacThuc"] = costly.PARTNER.sign(payload, RESULT_SIGNED)
    with pytest.raises(NoticeRefused):
        tell(engine, payload)
    assert outcomes(engine) == []


def test_another_key_signs_nothing(engine: Engine) -> None:
    from engine.domain.payment import PaymentNotice
    notice = PaymentNotice("MC1", "GD1", 1, True, costly.AT_TEN)
    with pytest.raises(NoticeRefused):
        tell(engine, result_message(notice, Partner("MOTCUA", "other")))


def test_people_cannot_pretend_to_be_the_gateway(engine: Engine, officer: Actor) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(as_told(SIGNED), officer)


# ------------------------------------------------------------------ any order of events
ACTS = st.lists(st.sampled_from(["begin", "pay", "again", "late", "wrong", "give up", "cash", "file", "settle"]),
                max_size=12)


class Life:
    """One dossier that owes money, and what may happen to it in any order."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.officer = engine, actor_named(engine, "tiepnhan")
        self.dossier_id = file(engine, self.officer, "paid-by-himself")
        assess(engine, self.officer, self.dossier_id, 500_000)
        self.references: list[str] = []
        self.numbers = itertools.count()
        self.said: list[dict[str, Any]] = []

    def say(self, reference: str, amount: int, *, succeeded: bool = True) -> None:
        number = f"{self.dossier_id}-{next(self.numbers)}"
        self.said.append(told(reference, amount, number, succeeded=succeeded))
        tell(self.engine, self.said[-1])

    def do(self, act: str) -> None:
        if act == "settle":
            settle(self.engine)
        elif act in ("begin", "cash") and due(self.engine, self.dossier_id):
            if act == "cash":
                collect(self.engine, self.officer, self.dossier_id)
            else:
                self.references.append(begin(self.engine, self.officer, self.dossier_id).reference)
        elif self.references:
            self.with_reference(act)

    def with_reference(self, act: str) -> None:
        if act == "again" and self.said:
            tell(self.engine, self.said[-1])
        elif act == "file":
            number = f"{self.dossier_id}-file-{next(self.numbers)}"
            reconcile(self.engine, statement((number, self.references[-1], 500_000)))
        elif act in ("pay", "late", "wrong", "give up"):
            reference = self.references[0 if act == "late" else -1]
            self.say(reference, 400_000 if act == "wrong" else 500_000, succeeded=act != "give up")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_in_whatever_order_the_books_balance(engine: Engine, acts: list[str]) -> None:
    life = Life(engine)
    before = len(rows(engine, gateway_transaction))
    for act in acts:
        life.do(act)
    settle(engine)
    assert engine.verify() == []
    assert moved(engine, life.dossier_id) == (0 if due(engine, life.dossier_id) else 1)
    assert len(receipts(engine, life.dossier_id)) <= 1
    taken = {each["MaGiaoDich"] for each in life.said if each["TrangThai"] == "00"}
    kept = rows(engine, gateway_transaction)[before:]
    assert {row.transaction_id for row in kept if "-file-" not in row.transaction_id} == taken
    applied = [row for row in kept if row.outcome == "applied"]
    assert len(applied) <= 1
