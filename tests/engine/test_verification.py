"""`verify` finds what was changed behind the product's back, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.store.dossier_tables import clock_event, dossier
from engine.store.tables import timer, work_item
from tests.conftest import actor_named
from tests.engine.acts import received, rows

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def dossier_id(engine: Engine) -> str:
    return received(engine, actor_named(engine, "tiepnhan"), "patient")


def change(engine: Engine, statement: sa.Executable) -> None:
    with engine.database.begin() as connection:
        connection.execute(statement)


def codes(engine: Engine) -> set[str]:
    return {each.code for each in engine.verify()}


def test_what_the_product_wrote_is_in_order(engine: Engine, dossier_id: str) -> None:
    assert rows(engine, clock_event, dossier_id=dossier_id)
    assert rows(engine, timer)
    assert engine.verify() == []


def test_a_backdated_acceptance_is_found(engine: Engine, dossier_id: str) -> None:
    change(engine, sa.update(clock_event).values(at=engine.clock.now() - timedelta(days=2)))
    assert "clock_altered" in codes(engine)


def test_a_promise_rewritten_is_found(engine: Engine, dossier_id: str) -> None:
    (event,) = rows(engine, clock_event)
    change(engine, sa.update(clock_event).values(data={**event.data, "term": "50 working_day"}))
    assert "clock_altered" in codes(engine)


def test_an_end_cut_off_is_found(engine: Engine, dossier_id: str) -> None:
    change(engine, sa.delete(clock_event))
    assert "clock_cut_off" in codes(engine)


def test_a_due_date_that_the_ledger_does_not_give_is_found(engine: Engine, dossier_id: str) -> None:
    change(engine, sa.update(dossier).values(due_at=engine.clock.now() + timedelta(days=90)))
    assert "clock_due_at" in codes(engine)


@pytest.mark.parametrize(("column", "value"), [
    ("clock", "idle"), ("clock", "paused"), ("original_due_at", LATER), ("accepted_at", LATER),
])
def test_a_clock_moved_beside_its_ledger_is_found(engine: Engine, dossier_id: str, column: str, value: object) -> None:
    change(engine, sa.update(dossier).values({column: value}))
    assert f"clock_{column}" in codes(engine)


def test_a_clock_wiped_out_is_found(engine: Engine, dossier_id: str) -> None:
    change(engine, sa.delete(clock_event))
    change(engine, sa.update(dossier).values(clock="idle", clock_head="", due_at=None, original_due_at=None))
    assert "clock_accepted_at" in codes(engine)


def test_a_timer_or_a_task_removed_is_found(engine: Engine, dossier_id: str) -> None:
    change(engine, sa.delete(timer))
    assert "rows_timer" in codes(engine)


def test_a_task_closed_by_hand_is_found(engine: Engine) -> None:
    received(engine, actor_named(engine, "tiepnhan"), "five-steps")
    change(engine, sa.update(work_item).where(work_item.c.status == "open").values(status="done"))
    assert "rows_work_item" in codes(engine)
