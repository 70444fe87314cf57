"""The gateway's file of the day: signed, compared with our books, and lost notices made good for the own units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands.reconciliation import BookTransaction, ResolveDifference, ResolveTransaction, RunReconciliation
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.reconciliation import Match
from engine.gateways.payment_messages import Partner, sign_statement
from engine.queries import reconciliation
from engine.store.fee_tables import gateway_transaction, reconciliation_item, reconciliation_run
from engine.testing import FrozenClock, settle
from engine.worker import pick_up
from tests.conftest import actor_named
from tests.engine.acts import rows
from tests.engine.costly import (
    MONDAY,
    begin,
    collect,
    file,
    moved,
    outcomes,
    reconcile,
    restored,
    rewritten,
    signed,
    statement,
    status,
    tell,
    told,
)
from tests.engine.test_races import together

Actors = Callable[[str], Actor]
pytestmark = pytest.mark.usefixtures("costing")


def seen(engine: Engine) -> tuple[dict[str, int], int]:
    """What the newest comparison shows now, and how much of it waits for a person."""
    it = engine.read(reconciliation.runs, 1, engine.clock.now()).rows[0]
    return {match.value: number for match, number in it.counts.items()}, it.open


def test_a_notice_that_was_lost_is_made_good_by_the_file_of_the_day(engine: Engine, officer: Actor, owed: str) -> None:
    reference = begin(engine, officer, owed).reference
    content = statement(("GD7", reference, 500_000))
    result = reconcile(engine, content)
    assert (seen(engine), status(engine, owed)) == (({"booking": 1}, 0), (6, "due"))
    settle(engine)
    assert (seen(engine), status(engine, owed)) == (({"recovered": 1}, 0), (4, "paid"))
    _, page = engine.read(reconciliation.run, result["run_id"], 1, engine.clock.now())
    assert [(each.compared.ours, each.compared.match, each.open) for each in page.rows] == [
        (500_000, Match.RECOVERED, False)]
    assert tell(engine, told(reference, 500_000, "GD7"))["outcome"] == "repeated"
    (kept,) = rows(engine, gateway_transaction)
    assert engine.execute(BookTransaction(kept.id), SYSTEM)["outcome"] == "applied"
    reconcile(engine, content)
    settle(engine)
    assert moved(engine, owed) == 1
    assert engine.verify() == []


def test_money_whose_job_was_lost_is_booked_by_a_later_sweep(engine: Engine, officer: Actor, owed: str) -> None:
    reconcile(engine, statement(("GD7", begin(engine, officer, owed).reference, 500_000)))
    with restored(engine, timedelta(minutes=2)) as later:
        assert pick_up(later) == 1
        settle(later)
    assert status(engine, owed) == (4, "paid")


def test_money_that_nobody_could_book_for_an_hour_waits_for_a_person(
        engine: Engine, officer: Actor, actor: Actors, clock: FrozenClock, owed: str) -> None:
    run_id = reconcile(engine, statement(("GD7", begin(engine, officer, owed).reference, 500_000)))["run_id"]
    assert (seen(engine), engine.read(reconciliation.unmatched, clock.now())) == (({"booking": 1}, 0), ())
    clock.advance(timedelta(hours=1))
    _, page = engine.read(reconciliation.run, run_id, 1, clock.now())
    (stuck,) = engine.read(reconciliation.unmatched, clock.now())
    assert (seen(engine), [each.open for each in page.rows]) == (({"theirs_only": 1}, 1), [True])
    assert [(each.subject, each.code) for each in engine.verify()] == [("GD7", "money_unbooked")]
    engine.execute(ResolveTransaction(stuck.transaction.id, "Đã hoàn tiền"), actor("giamdoc"))
    assert engine.execute(BookTransaction(stuck.transaction.id), SYSTEM)["outcome"] == "waiting"
    settle(engine)
    assert (status(engine, owed), engine.verify()) == ((6, "due"), [])


def test_money_of_a_file_that_is_wrong_or_late_waits_for_a_person(engine: Engine, officer: Actor, owed: str) -> None:
    other = file(engine, officer, "paid-at-the-counter")
    references = [begin(engine, officer, each).reference for each in (owed, other)]
    reconcile(engine, statement(("GD1", references[0], 400_000), ("GD2", references[1], 156_000)))
    collect(engine, officer, other)
    settle(engine)
    assert sorted(outcomes(engine)) == ["nothing_to_pay", "wrong_amount"]
    assert seen(engine) == ({"amount_differs": 1, "theirs_only": 1}, 2)
    assert (status(engine, owed), engine.verify()) == ((6, "due"), [])


def test_both_sides_are_compared_and_differences_wait_for_the_accountants_of_their_unit(
        engine: Engine, officer: Actor, actor: Actors, owed: str) -> None:
    other = file(engine, officer, "paid-at-the-counter")
    reference = begin(engine, officer, owed).reference
    tell(engine, told(reference, 500_000, "GD1"))
    tell(engine, told(begin(engine, officer, other).reference, 156_000, "GD2"))
    file_of_day = statement(("GD1", reference, 400_000), ("GD3", "MCNOBODY", 9000))
    assert reconcile(engine, file_of_day)["counts"] == {"amount_differs": 1, "ours_only": 1, "theirs_only": 1}
    found = {row.match: (row.transaction_id, row.ours, row.theirs) for row in rows(engine, reconciliation_item)}
    assert found == {"amount_differs": ("GD1", 500_000, 400_000), "ours_only": ("GD2", 156_000, None),
                     "theirs_only": ("GD3", None, 9000)}
    (ours, _, nobodys) = sorted(rows(engine, reconciliation_item), key=lambda row: row.transaction_id)
    with pytest.raises(NotAllowed):
        engine.execute(ResolveDifference(ours.id, "Ngân hàng đã đính chính"), actor("giamdocpl"))
    assert engine.execute(ResolveDifference(ours.id, "Ngân hàng đã đính chính"), actor("giamdoc"))["resolved"]
    assert engine.execute(ResolveDifference(nobodys.id, "Không phải của tỉnh"), actor("giamdocpl"))["resolved"]
    assert seen(engine) == ({"amount_differs": 1, "ours_only": 1, "theirs_only": 1}, 1)


def test_only_accountants_of_its_unit_explain_money_that_paid_for_nothing(
        engine: Engine, officer: Actor, actor: Actors, owed: str) -> None:
    tell(engine, told(begin(engine, officer, owed).reference, 1, "GD1"))
    (kept,) = rows(engine, gateway_transaction)
    for stranger in ("giamdocpl", "tiepnhan", "quantri"):
        with pytest.raises(NotAllowed):
            engine.execute(ResolveTransaction(kept.id, "Đã hoàn tiền"), actor(stranger))
    assert engine.execute(ResolveTransaction(kept.id, "Đã hoàn tiền"), actor("giamdoc"))["resolved"]


def test_the_same_file_is_compared_once_and_another_one_again(engine: Engine) -> None:
    content = statement(("GD3", "MCNOBODY", 9000))
    assert reconcile(engine, content)["run_id"] == reconcile(engine, content)["run_id"]
    reconcile(engine, statement(("GD3", "MCNOBODY", 9000), ("GD4", "MCNOBODY", 1)))
    assert len(rows(engine, reconciliation_run)) == 2
    assert len(rows(engine, gateway_transaction)) == 2


def test_two_accountants_who_bring_the_same_file_at_once_make_one_comparison(
        engine: Engine, actor: Actors) -> None:
    """Of a day without money: nothing else of the two waits for each other before the comparison is written."""
    command = RunReconciliation(MONDAY, "ngay.csv", statement())
    answers = together(*(partial(engine.execute, command, actor(login)) for login in ("thungan", "giamdoc")))
    assert [type(each) for each in answers] == [dict, dict]
    assert len({each["run_id"] for each in answers if isinstance(each, dict)}) == 1


def test_an_empty_day_is_a_day_too(engine: Engine) -> None:
    assert reconcile(engine, statement())["counts"] == {}


@pytest.mark.parametrize("content", [
    signed(b""), signed(b"   "), signed(b"abc\n"), signed(b"MaGiaoDich,SoTien\nGD1,1\n"), signed(b"\xff\xfe\x00"),
    signed(b"x" * (6 * 1024 * 1024)),
    statement(("GD1", "MC1", 1), day="2026-03-03"), statement(("GD1", "MC1", 1), ("GD1", "MC1", 1)),
    rewritten(statement(("GD1", "MC1", 1)), b",1,", b",-1,"),
    rewritten(statement(("GD1", "MC1", 1)), b"GD1", b"=cmd()"),
    signed(b"MaGiaoDich,MaThamChieu,SoTien,ThoiGianGD,TrangThai\nGD1\n"),
    signed(b'MaGiaoDich,MaThamChieu,SoTien,ThoiGianGD,TrangThai\n"GD1,MC1,1,20260302100000,00\n'),
])
def test_a_file_that_is_no_statement_of_that_day_is_refused_whole(engine: Engine, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        reconcile(engine, content)
    assert refused.value.facts["problems"]["file"] != "unsigned"
    assert outcomes(engine) == []


ROWS = statement(("GD1", "MC1", 1)).rpartition(b"MaXacThuc,")[0]


@pytest.mark.parametrize("content", [
    b"", ROWS, ROWS + b"MaXacThuc,", ROWS + b"MaXacThuc," + b"0" * 64, statement().upper(),
    statement(("GD1", "MC1", 1)).replace(b",1,", b",9,"),
    statement(("GD1", "MC1", 1)) + b"GD2,MC1,1,20260302100000,00\r\n",
    sign_statement(ROWS, Partner("MOTCUA", "other")), b"MaXacThuc," + "ậ".encode() * 30, b"\x00" * 100,
])
def test_a_file_that_the_gateway_did_not_sign_books_nothing(engine: Engine, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        reconcile(engine, content)
    assert refused.value.facts["problems"] == {"file": "unsigned"}
    assert outcomes(engine) == []


def test_the_file_of_the_day_books_money_for_the_own_units_only(
        engine: Engine, actor: Actors, officer: Actor, owed: str) -> None:
    content = statement(("GD7", begin(engine, officer, owed).reference, 500_000))
    stranger = engine.execute(RunReconciliation(MONDAY, "ngay.csv", content), actor("giamdocpl"))
    settle(engine)
    assert (seen(engine), status(engine, owed), outcomes(engine)) == (({"theirs_only": 1}, 1), (6, "due"), [])
    assert reconcile(engine, content)["run_id"] == stranger["run_id"]
    settle(engine)
    assert (seen(engine), status(engine, owed)) == (({"recovered": 1}, 0), (4, "paid"))
    assert engine.verify() == []


def test_an_administrator_books_the_file_of_the_day_for_everybody(
        engine: Engine, actor: Actors, officer: Actor, owed: str) -> None:
    content = statement(("GD7", begin(engine, officer, owed).reference, 500_000))
    engine.execute(RunReconciliation(MONDAY, "ngay.csv", content), actor("quantri"))
    settle(engine)
    assert status(engine, owed) == (4, "paid")


def test_a_file_of_many_payments_is_compared_with_few_questions(engine: Engine, officer: Actor) -> None:
    """On a day of 50,000 payments nobody waits for the comparison: the questions grow with chunks, not with lines."""
    asked: list[str] = []
    sa.event.listen(engine.database, "before_cursor_execute", lambda _conn, _cursor, said, *_: asked.append(said))
    content = statement(*((f"GD{n}", f"MC{n}", 1000) for n in range(1200)))
    cashier = actor_named(engine, "thungan")
    asked.clear()
    engine.execute(RunReconciliation(MONDAY, "ngay.csv", content), cashier)
    assert len(asked) < 40
    assert seen(engine) == ({"theirs_only": 1200}, 1200)


def test_only_those_who_keep_the_books_compare_them(engine: Engine, officer: Actor) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(RunReconciliation(MONDAY, "x", statement()), officer)
