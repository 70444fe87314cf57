"""The system looks at dossiers by itself: warns, opens the apology, tells what is overdue, reminds, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands import happening
from engine.commands.dossiers import SubmitDossier
from engine.commands.watching import WatchDossier
from engine.domain.actor import SYSTEM, Actor
from engine.domain.calendar import VIETNAM
from engine.domain.errors import DomainError, NotAllowed
from engine.domain.occasion import Happening
from engine.queries.notices import for_account
from engine.queries.verification import late_without_apology
from engine.store.dossier_tables import clock_event, dossier
from engine.store.tables import work_item
from engine.testing import FrozenClock, settle
from engine.worker import watch_due
from tests.engine.acts import complete, open_steps, open_task, received, rows, submit
from tests.engine.beside import furnished, kinds_beside, waiting_for_a_look
from tests.engine.test_races import together

__all__ = ["furnished"]
Actors = Callable[[str], Actor]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the dossier's listeners heard."""
    heard: list[str] = []

    def listen(_ctx: Any, it: Happening) -> None:
        heard.append(it.occasion.value)

    monkeypatch.setattr(happening, "LISTENERS", (listen,))
    return heard


def watch_at(engine: Engine, dossier_id: str) -> datetime | None:
    (row,) = rows(engine, dossier, id=dossier_id)
    return None if row.watch_at is None else row.watch_at.astimezone(VIETNAM)


def test_a_dossier_on_its_way_is_watched_from_the_day_of_its_acceptance(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    assert watch_at(furnished, dossier_id) == at("2026-03-06T08:30")  # due on Monday 9 March, 08:30


def test_one_working_day_before_the_due_date_the_apology_opens_by_itself(
        furnished: Engine, actor: Actors, clock: FrozenClock, told: list[str]) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    clock.set(at("2026-03-06T08:29"))
    settle(furnished)
    assert kinds_beside(furnished, dossier_id) == []
    clock.set(at("2026-03-06T08:30"))
    settle(furnished)
    assert kinds_beside(furnished, dossier_id) == ["apology"]
    assert open_steps(furnished, dossier_id) == ["Appraise", "Draft"]
    assert told[-1] == "due_soon"
    assert watch_at(furnished, dossier_id) == at("2026-03-09T08:30")


def test_when_the_due_date_has_come_the_owner_is_told_and_the_head_of_the_centre_gets_work(
        furnished: Engine, actor: Actors, clock: FrozenClock, told: list[str]) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    clock.set(at("2026-03-06T08:30"))
    settle(furnished)
    clock.set(at("2026-03-09T08:30"))
    settle(furnished)
    assert told[-2:] == ["due_soon", "overdue"]
    assert kinds_beside(furnished, dossier_id) == ["apology", "escalation"]
    assert watch_at(furnished, dossier_id) is None


def test_two_sweeps_that_overlap_give_one_apology_and_one_notice(
        furnished: Engine, actor: Actors, clock: FrozenClock, told: list[str]) -> None:
    """OpenCPS had a flag for a lock: two ticks of its scheduler told everybody twice."""
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    told.clear()
    clock.set(at("2026-03-09T09:00"))
    outcomes = together(*[lambda: furnished.execute(WatchDossier(dossier_id), SYSTEM)] * 4)
    assert [each for each in outcomes if isinstance(each, DomainError)] == []
    assert kinds_beside(furnished, dossier_id) == ["apology", "escalation"]
    assert told == ["overdue"]
    (found,) = furnished.read(for_account, actor("giamdoc").id).rows
    assert (found.event, found.dossier_id) == ("head_overdue", dossier_id)
    assert "09/03/2026 08:30" in found.text
    assert furnished.read(for_account, actor("giamdocpl").id).rows == ()


def test_a_look_that_comes_too_early_or_twice_changes_nothing(
        furnished: Engine, actor: Actors, clock: FrozenClock, told: list[str]) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    (before,) = rows(furnished, dossier, id=dossier_id)
    assert furnished.execute(WatchDossier(dossier_id), SYSTEM)["points"] == []
    assert rows(furnished, dossier, id=dossier_id) == [before]
    clock.set(at("2026-03-06T08:30"))
    assert furnished.execute(WatchDossier(dossier_id), SYSTEM)["points"] == ["warn", "apology"]
    assert furnished.execute(WatchDossier(dossier_id), SYSTEM)["points"] == []


def test_people_do_not_command_the_watch(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    with pytest.raises(NotAllowed):
        furnished.execute(WatchDossier(dossier_id), actor("quantri"))


def test_a_finished_dossier_is_reminded_of_once_and_takes_its_open_apology_back(
        furnished: Engine, actor: Actors, clock: FrozenClock, told: list[str]) -> None:
    officer = actor("tiepnhan")
    dossier_id = received(furnished, officer, "five-steps")
    clock.set(at("2026-03-06T09:00"))
    settle(furnished)
    for step in ("Appraise", "Endorse", "Approve"):
        (row,) = rows(furnished, work_item, business_key=dossier_id, status="open", name=step)
        complete(furnished, officer, row.id)
    assert open_steps(furnished, dossier_id) == ["Return"]
    assert watch_at(furnished, dossier_id) == at("2026-03-20T09:00")  # ten working days later
    clock.set(at("2026-03-20T09:00"))
    settle(furnished)
    settle(furnished)
    assert told.count("uncollected") == 1
    assert watch_at(furnished, dossier_id) is None
    assert furnished.verify() == []


def test_a_result_that_was_collected_is_watched_no_longer(furnished: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    dossier_id = received(furnished, officer, "five-steps")
    for _ in range(4):
        complete(furnished, officer, open_task(furnished, dossier_id))

    assert watch_at(furnished, dossier_id) is None


def test_what_was_sent_online_must_be_answered_within_eight_working_hours(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    """The reception sees that time as the due date of its step; the head of the centre hears when it has passed."""
    command = SubmitDossier("online-steps", "online", "commune-centre", {"name": "An"}, {"subject": "thử"})
    filed = furnished.execute(command, actor("tiepnhan"))
    (step,) = rows(furnished, work_item, business_key=filed["dossier_id"])
    assert step.due_at == watch_at(furnished, filed["dossier_id"]) == at("2026-03-03T08:30")
    clock.set(at("2026-03-03T08:30"))
    settle(furnished)
    assert kinds_beside(furnished, filed["dossier_id"]) == ["escalation"]


def test_a_dossier_that_cannot_be_looked_at_alarms_and_stands_in_nobodys_way(
        furnished: Engine, actor: Actors, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    first, second = (received(furnished, actor("tiepnhan"), "five-steps") for _ in range(2))

    def broken(_ctx: Any, it: Happening) -> None:
        if it.dossier.id == first:
            raise RuntimeError("this one is broken")

    monkeypatch.setattr(happening, "LISTENERS", (broken,))
    clock.set(at("2026-03-06T08:30"))
    assert watch_due(furnished) == 1
    assert kinds_beside(furnished, second) == ["apology"]
    assert waiting_for_a_look(furnished) == [first]
    assert f"dossier {first} could not be looked at" in caplog.text


def test_a_late_dossier_without_an_apology_is_found_by_verify(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    clock.set(at("2026-03-09T09:00"))
    found = furnished.read(late_without_apology, clock.now())
    assert [(each.subject, each.code) for each in found] == [(dossier_id, "late_without_apology")]
    assert [each.code for each in furnished.verify()] == ["late_without_apology"]
    settle(furnished)
    assert furnished.verify() == []


def test_without_a_published_apology_the_dossier_is_late_and_verify_says_so(
        engine: Engine, actor: Actors, clock: FrozenClock, caplog: pytest.LogCaptureFixture) -> None:
    received(engine, actor("tiepnhan"), "five-steps")
    clock.set(at("2026-03-09T09:00"))
    settle(engine)
    assert "no procedure of the kind apology is published" in caplog.text
    assert [each.code for each in engine.verify()] == ["late_without_apology"]


def test_the_ledger_of_an_overdue_dossier_is_left_alone_by_the_watch(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    before = rows(furnished, clock_event, dossier_id=dossier_id)
    clock.set(at("2026-03-16T09:00"))
    settle(furnished)
    assert rows(furnished, clock_event, dossier_id=dossier_id) == before
    assert submit(furnished, actor("tiepnhan"), "five-steps")
