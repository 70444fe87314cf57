"""A worker at work: nobody calls anything, and things happen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine, Settings, open_engine, prepare
from engine.queries.monitoring import workers
from engine.store.dossier_tables import dossier
from tests.conftest import actor_named
from tests.engine.acts import complete, instances_of, open_steps, open_task, received, rows


@pytest.fixture
def running(furnished_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on the time of the machine, with the job engine of production and a worker."""
    settings = Settings(furnished_url, tmp_path, node="tester")
    prepare(settings)
    engine = open_engine(settings)
    stop = engine.start_worker()
    yield engine
    stop()
    engine.close()


def wait_for(condition: Callable[[], Any], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_jobs_messages_and_timers_move_a_dossier_between_agencies_by_themselves(running: Engine) -> None:
    dossier_id = received(running, actor_named(running, "tiepnhan"), "two-agencies")
    wait_for(lambda: open_steps(running, dossier_id) == ["Verify"])
    complete(running, actor_named(running, "congan"), open_task(running, dossier_id))
    wait_for(lambda: open_steps(running, dossier_id) == ["Return"])
    complete(running, actor_named(running, "tiepnhan"), open_task(running, dossier_id))
    assert {row.status for row in instances_of(running, dossier_id)} == {"completed"}


def test_a_worker_shows_that_it_lives_and_the_service_is_well(running: Engine) -> None:
    wait_for(lambda: running.health().ok)
    assert [worker.node for worker in running.read(workers)] == ["tester"]


def test_a_worker_stops_within_five_seconds_and_may_start_again(furnished_url: str, tmp_path: Path) -> None:
    settings = Settings(furnished_url, tmp_path, node="tester")
    prepare(settings)
    engine = open_engine(settings)
    for _ in range(2):
        stop = engine.start_worker()
        wait_for(lambda: engine.health().worker_age_s is not None)
        began = time.monotonic()
        stop()
        assert time.monotonic() - began < 5
    engine.close()


def test_two_workers_never_have_the_same_name_and_a_name_comes_back(furnished_url: str, tmp_path: Path) -> None:
    first, second = (open_engine(Settings(furnished_url, tmp_path)) for _ in range(2))
    name, give_back = first.upkeep.claim_name("north")
    other_name, give_other_back = second.upkeep.claim_name("north")
    assert (name, other_name) == ("north", "north-2")
    give_back()
    name_again, give_back_again = second.upkeep.claim_name("north")
    assert name_again == "north"
    give_back_again()
    give_other_back()
    first.close()
    second.close()


def test_the_worker_looks_at_dossiers_whose_instant_has_come(running: Engine) -> None:
    dossier_id = received(running, actor_named(running, "tiepnhan"), "five-steps")
    (before,) = rows(running, dossier, id=dossier_id)
    past = running.clock.now() - timedelta(hours=1)
    with running.database.begin() as connection:
        connection.execute(sa.update(dossier).where(dossier.c.id == dossier_id).values(watch_at=past))

    wait_for(lambda: rows(running, dossier, id=dossier_id)[0].watch_at == before.watch_at)
