"""The gateway's file of the day: signed, compared with our books, and lost notices made good for the own units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.payments import ResolveDifference, RunReconciliation
from engine.domain.actor import Actor
from engine.domain.errors import InvalidInput, NotAllowed
from engine.gateways.payment_messages import Partner, sign_statement
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import gateway_transaction, reconciliation_item, reconciliation_run
from engine.testing import settle
from tests.conftest import actor_named
from tests.engine import costly
from tests.engine.acts import rows
from tests.engine.costly import MONDAY, assess, begin, file, moved, reconcile, rewritten, signed, statement, tell, told

Actors = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def _published(engine: Engine) -> None:
    costly.publish(engine)


@pytest.fixture
def officer(engine: Engine) -> Actor:
    return actor_named(engine, "tiepnhan")


@pytest.fixture
def owed(engine: Engine, officer: Actor) -> str:
    """A dossier whose applicant owes 500,000 đồng."""
    dossier_id = file(engine, officer, "paid-by-himself")
    assess(engine, officer, dossier_id, 500_000)
    return dossier_id


def status(engine: Engine, dossier_id: str) -> tuple[int, str]:
    (row,) = rows(engine, dossier, id=dossier_id)
    return row.national_status, row.financial_status


def outcomes(engine: Engine) -> list[str]:
    return [row.outcome for row in rows(engine, gateway_transaction)]


def test_a_notice_that_was_lost_is_made_good_by_the_file_of_the_day(engine: Engine, officer: Actor, owed: str) -> None:
    reference = begin(engine, officer, owed).reference
    result = reconcile(engine, statement(("GD7", reference, 500_000)))
    assert result["counts"] == {"recovered": 1}
    settle(engine)
    assert status(engine, owed) == (4, "paid")
    assert tell(engine, told(reference, 500_000, "GD7"))["outcome"] == "repeated"
    settle(engine)
    assert moved(engine, owed) == 1
    assert engine.verify() == []


def test_both_sides_are_compared_and_differences_wait_for_a_person(
        engine: Engine, officer: Actor, actor: Actors, owed: str) -> None:
    other = file(engine, officer, "paid-at-the-counter")
    tell(engine, told(begin(engine, officer, owed).reference, 500_000, "GD1"))
    reference = begin(engine, officer, other).reference
    tell(engine, told(reference, 156_000, "GD2"))
    file_of_day = statement(("GD1", "MCX", 400_000), ("GD3", "MCNOBODY", 9000))
    assert reconcile(engine, file_of_day)["counts"] == {"amount_differs": 1, "ours_only": 1, "theirs_only": 1}
    found = {row.match: (row.transaction_id, row.ours, row.theirs) for row in rows(engine, reconciliation_item)}
    assert found == {"amount_differs": ("GD1", 500_000, 400_000), "ours_only": ("GD2", 156_000, None),
                     "theirs_only": ("GD3", None, 9000)}
    (item, *_) = rows(engine, reconciliation_item)
    assert engine.execute(ResolveDifference(item.id, "Ngân hàng đã đính chính"), actor("giamdoc"))["resolved"]


def test_the_same_file_is_compared_once_and_another_one_again(engine: Engine) -> None:
    content = statement(("GD3", "MCNOBODY", 9000))
    assert reconcile(engine, content)["run_id"] == reconcile(engine, content)["run_id"]
    reconcile(engine, statement(("GD3", "MCNOBODY", 9000), ("GD4", "MCNOBODY", 1)))
    assert len(rows(engine, reconciliation_run)) == 2
    assert len(rows(engine, gateway_transaction)) == 2


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


def counts(engine: Engine) -> dict[str, int]:
    (run,) = rows(engine, reconciliation_run)
    return dict(run.counts)


def test_the_file_of_the_day_books_money_for_the_own_units_only(
        engine: Engine, actor: Actors, officer: Actor, owed: str) -> None:
    content = statement(("GD7", begin(engine, officer, owed).reference, 500_000))
    stranger = engine.execute(RunReconciliation(MONDAY, "ngay.csv", content), actor("giamdocpl"))
    assert stranger["counts"] == {"theirs_only": 1}
    assert (status(engine, owed), outcomes(engine)) == ((6, "due"), [])
    assert reconcile(engine, content)["run_id"] == stranger["run_id"]
    settle(engine)
    assert status(engine, owed) == (4, "paid")
    assert counts(engine) == {"recovered": 1}
    reconcile(engine, content)
    assert counts(engine) == {"recovered": 1}
    assert engine.verify() == []


def test_an_administrator_books_the_file_of_the_day_for_everybody(
        engine: Engine, actor: Actors, officer: Actor, owed: str) -> None:
    content = statement(("GD7", begin(engine, officer, owed).reference, 500_000))
    run = engine.execute(RunReconciliation(MONDAY, "ngay.csv", content), actor("quantri"))
    assert run["counts"] == {"recovered": 1}


def test_only_those_who_keep_the_books_compare_them(engine: Engine, officer: Actor) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(RunReconciliation(MONDAY, "x", statement()), officer)
