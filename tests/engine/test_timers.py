"""Timers are rows: claimed by one worker at a time, fired late rather than never, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine import worker
from engine.bootstrap import Engine
from engine.commands.instances import TIMER_TRIES, FireTimer, RetryIncident
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import NotAllowed, NotFound
from engine.queries import background
from engine.store.tables import history
from engine.testing import FrozenClock, settle
from tests.engine.acts import instances_of, open_incidents, open_steps, received, rows, timers_of

Actors = Callable[[str], Actor]
TWO_DAYS = timedelta(days=2)


def waiting(engine: Engine, actor: Actors, count: int = 1) -> list[str]:
    return [received(engine, actor("tiepnhan"), "patient") for _ in range(count)]


def test_a_timer_fires_when_its_time_has_come_and_not_before(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    (dossier_id,) = waiting(engine, actor)
    clock.advance(TWO_DAYS - timedelta(seconds=1))
    settle(engine)
    assert open_steps(engine, dossier_id) == []
    clock.advance(timedelta(seconds=1))
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Return"]
    assert timers_of(engine, dossier_id) == []


def test_a_timer_missed_while_nobody_worked_fires_late(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    (dossier_id,) = waiting(engine, actor)
    clock.advance(timedelta(days=30))
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Return"]


def test_two_workers_at_once_fire_each_timer_once(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossiers = waiting(engine, actor, 12)
    clock.advance(TWO_DAYS)
    with ThreadPoolExecutor(2) as pool:
        claimed = sum(pool.map(lambda node: worker.fire_due_timers(engine, node), ["north", "south"] * 3))
    assert claimed == 12
    for dossier_id in dossiers:
        (main,) = instances_of(engine, dossier_id)
        passed = [row.phase for row in rows(engine, history, instance_id=main.id) if row.node_id == "Main_Wait"]
        assert passed.count("completed") == 1
        assert open_steps(engine, dossier_id) == ["Return"]


def test_firing_the_same_timer_again_finds_nothing_to_do(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    (dossier_id,) = waiting(engine, actor)
    (timer,) = timers_of(engine, dossier_id)
    clock.advance(TWO_DAYS)
    engine.execute(FireTimer(timer.id), SYSTEM)
    with pytest.raises(NotFound):
        engine.execute(FireTimer(timer.id), SYSTEM)
    assert open_steps(engine, dossier_id) == ["Return"]


def test_a_timer_cannot_be_fired_early_or_by_a_person(engine: Engine, actor: Actors) -> None:
    (dossier_id,) = waiting(engine, actor)
    (timer,) = timers_of(engine, dossier_id)
    assert engine.execute(FireTimer(timer.id), SYSTEM)["early"]
    with pytest.raises(NotAllowed):
        engine.execute(FireTimer(timer.id), actor("quantri"))
    assert len(timers_of(engine, dossier_id)) == 1


def test_a_claim_keeps_others_away_until_its_lease_ends(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    waiting(engine, actor)
    clock.advance(TWO_DAYS)
    assert len(engine.upkeep.claim_timers("dead", clock.now(), worker.LEASE, 20)) == 1
    assert worker.fire_due_timers(engine, "alive") == 0
    clock.advance(worker.LEASE)
    assert worker.fire_due_timers(engine, "alive") == 1


def test_a_node_that_comes_back_gives_up_the_claims_of_its_former_life(
        engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    waiting(engine, actor)
    clock.advance(TWO_DAYS)
    engine.upkeep.claim_timers("phoenix", clock.now(), worker.LEASE, 20)
    engine.upkeep.release_timers("phoenix")
    assert worker.fire_due_timers(engine, "phoenix") == 1


def test_timers_are_claimed_in_batches_the_longest_due_first(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    older = waiting(engine, actor, 2)
    clock.advance(timedelta(hours=1))
    waiting(engine, actor, 2)
    clock.advance(TWO_DAYS)
    claimed = engine.upkeep.claim_timers("one", clock.now(), worker.LEASE, 2)
    assert set(claimed) == {timers_of(engine, each)[0].id for each in older}


def test_the_worker_knows_how_long_it_may_sleep(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    assert engine.read(background.next_timer_at, clock.now()) is None
    waiting(engine, actor)
    assert engine.read(background.next_timer_at, clock.now()) == clock.now() + TWO_DAYS


def test_a_timer_that_cannot_be_fired_becomes_an_incident_that_a_person_may_retry(
        engine: Engine, actor: Actors, clock: FrozenClock, caplog: pytest.LogCaptureFixture) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "contradictory")
    clock.advance(TWO_DAYS)
    for _ in range(TIMER_TRIES):
        assert open_incidents(engine, dossier_id) == []
        worker.fire_due_timers(engine, "first")
        clock.advance(worker.LEASE)
    assert "IllegalMove" in caplog.text
    (incident,) = open_incidents(engine, dossier_id)
    assert incident.code == "TIMER_FAILED"
    assert worker.fire_due_timers(engine, "first") == 0
    engine.execute(RetryIncident(incident.id), actor("quantri"))
    assert worker.fire_due_timers(engine, "first") == 1
    assert engine.verify() == []
