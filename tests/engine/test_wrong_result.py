"""A result that turns out to be wrong: the dossier goes back to work, and nobody's time is what has passed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from engine.bootstrap import Engine
from engine.commands import happening
from engine.commands.definitions import PublishPackage
from engine.domain.actor import SYSTEM, Actor
from engine.domain.calendar import VIETNAM
from engine.domain.occasion import Happening
from engine.store.dossier_tables import clock_event, dossier
from engine.testing import FrozenClock
from tests.engine.acts import complete, open_task, received, rows
from tests.engine.drawing import Pool, milestone, package, user
from tests.engine.procedures import COUNTER, RECEIVE, RETURN

CORRECTED = package("corrected", Pool("Main", "receiving", COUNTER, [
    *RECEIVE, user("Appraise", nationalStatus="4"), milestone("Issued", nationalStatus="9", clock="finish"),
    user("Complain"), milestone("Wrong", nationalStatus="4", clock="reopen"), user("Redo"), *RETURN,
]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_a_wrong_result_reopens_the_clock_where_it_stood(
        engine: Engine, actor: Callable[[str], Actor], clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def listen(_ctx: object, it: Happening) -> None:
        told.append(it.occasion.value)

    monkeypatch.setattr(happening, "LISTENERS", (listen,))
    engine.execute(PublishPackage(CORRECTED), SYSTEM)
    officer = actor("tiepnhan")
    dossier_id = received(engine, officer, "corrected")  # due on Monday 9 March, 08:30
    complete(engine, officer, open_task(engine, dossier_id))
    clock.set(at("2026-03-04T08:30"))
    complete(engine, officer, open_task(engine, dossier_id))

    (row,) = rows(engine, dossier, id=dossier_id)
    assert (row.national_status, row.clock, row.finished_at) == (4, "running", None)
    assert row.due_at == at("2026-03-11T08:30")
    assert row.original_due_at == at("2026-03-09T08:30")
    assert row.watch_at == at("2026-03-10T08:30")
    assert [each.kind for each in rows(engine, clock_event, dossier_id=dossier_id)] == [
        "started", "finished", "reopened"]
    assert told[-2:] == ["completed", "reopened"]
    assert engine.verify() == []
