"""The job engine keeps the promises of its port, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.gateways.clock import SystemClock
from engine.gateways.jobs_dbos import DbosJobs
from engine.gateways.jobs_inline import InlineJobs
from engine.store.database import make_engine
from engine.store.tables import heartbeat
from engine.store.upkeep import Upkeep

ROOT = Path(__file__).parents[2]
HANGING_WORKER = """
import sys, threading
from engine.gateways.clock import SystemClock
from engine.gateways.jobs_dbos import DbosJobs
from engine.store.database import make_engine
from engine.store.upkeep import Upkeep

database, clock = make_engine(sys.argv[1]), SystemClock()
def hang(_argument):
    sys.stdout.write("hanging\\n")
    sys.stdout.flush()
    threading.Event().wait()
jobs = DbosJobs(database, clock, Upkeep(database).silent_since, poll_s=0.05)
jobs.run_worker({"note": hang}, name="doomed", threads=4)
Upkeep(database).beat("doomed", clock.now(), clock.now())
threading.Event().wait()
"""


def wait_for(condition: Callable[[], Any], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def a_doomed_worker(url: str, *, hanging: int) -> Iterator[None]:
    """A process that hangs in that many jobs when the block begins, and is killed when it ends."""
    with subprocess.Popen([sys.executable, "-c", HANGING_WORKER, url], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert [process.stdout.readline() for _ in range(hanging)] == [b"hanging\n"] * hanging
            yield
        finally:
            process.kill()


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(database: sa.Engine) -> DbosJobs:
    queue = DbosJobs(database, SystemClock(), Upkeep(database).silent_since, poll_s=0.05)
    queue.prepare()
    return queue


@pytest.fixture
def work(jobs: DbosJobs) -> Iterator[Callable[..., None]]:
    """Starts a worker that stops with the test."""
    stops: list[Callable[[], None]] = []

    def start(**tasks: Callable[..., None]) -> None:
        stops.append(jobs.run_worker(tasks, name="tester", threads=4))
    yield start
    for stop in stops:
        stop()


def test_a_job_runs_after_the_transaction_that_queued_it(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    seen: list[str] = []
    work(note=seen.append)
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["hello"], key="one")
        time.sleep(0.3)
        assert seen == []
    wait_for(lambda: seen == ["hello"])


def test_a_transaction_that_rolls_back_takes_its_job_along(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    seen: list[str] = []
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        jobs.enqueue(connection, "note", ["lost"], key="one")
        raise ZeroDivisionError
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["kept"], key="two")
    work(note=seen.append)
    wait_for(lambda: seen)
    assert seen == ["kept"]


def test_the_same_key_queues_once(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    seen: list[str] = []
    for _ in range(3):
        with database.begin() as connection:
            jobs.enqueue(connection, "note", ["once"], key="same")
    work(note=seen.append)
    wait_for(lambda: seen)
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["last"], key="other")
    wait_for(lambda: "last" in seen)
    assert seen == ["once", "last"]


def test_jobs_of_one_partition_run_one_at_a_time(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    lock, running, most, done = threading.Lock(), [0], [0], []

    def note(argument: str) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.05)
        with lock:
            running[0] -= 1
            done.append(argument)

    with database.begin() as connection:
        for number in range(4):
            jobs.enqueue(connection, "note", [str(number)], key=f"job-{number}", partition="dossier-1")
    work(note=note)
    wait_for(lambda: len(done) == 4)
    assert most == [1]


def test_a_delayed_job_waits(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    ran_at: list[float] = []
    work(note=lambda _argument: ran_at.append(time.monotonic()))
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["later"], key="later", delay_s=1)
    queued_at = time.monotonic()
    wait_for(lambda: ran_at)
    assert ran_at[0] - queued_at >= 0.9


def test_a_cancelled_job_does_not_run(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    seen: list[str] = []
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["cancelled"], key="one")
        jobs.enqueue(connection, "note", ["wanted"], key="two")
    jobs.cancel(["one"])
    work(note=seen.append)
    wait_for(lambda: seen)
    time.sleep(0.3)
    assert seen == ["wanted"]


def test_work_that_died_is_queued_again_and_live_work_is_not(jobs: DbosJobs, database: sa.Engine, work: Any) -> None:
    seen: list[str] = []

    def note(argument: str) -> None:
        seen.append(argument)
        if len(seen) == 1:
            raise ConnectionError("the first attempt fails")

    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["x"], key="job")
    assert not jobs.retry("note", ["x"], key="job")
    work(note=note)
    wait_for(lambda: jobs.stats()["failed"] == 1)
    assert jobs.retry("note", ["x"], key="job")
    wait_for(lambda: seen == ["x", "x"])


def test_arguments_are_stored_as_json_and_never_pickled(jobs: DbosJobs, database: sa.Engine) -> None:
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["hồ sơ"], key="one")
    prefix = "" if database.dialect.name == "sqlite" else "dbos."
    with database.connect() as connection:
        stored = connection.scalar(sa.text(f"SELECT inputs FROM {prefix}workflow_input"))
    assert '"positionalArgs":["hồ sơ"]' in str(stored)


def test_a_worker_stops_within_five_seconds_while_a_job_hangs(jobs: DbosJobs, database: sa.Engine) -> None:
    hanging, release = threading.Event(), threading.Event()

    def note(_argument: str) -> None:
        hanging.set()
        release.wait(20)

    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["x"], key="one")
    stop = jobs.run_worker({"note": note}, name="tester", threads=2)
    assert hanging.wait(10)
    began = time.monotonic()
    stop()
    assert time.monotonic() - began < 5
    release.set()


def test_jobs_of_a_killed_node_are_taken_over_by_another(database: sa.Engine, database_url: str, work: Any,
                                                          jobs: DbosJobs) -> None:
    with database.begin() as connection:
        for number in range(3):
            jobs.enqueue(connection, "note", [str(number)], key=f"job-{number}")
    with a_doomed_worker(database_url, hanging=3):
        wait_for(lambda: heartbeat_of(database, "doomed"))
    seen: list[str] = []
    work(note=seen.append)
    assert jobs.take_over("tester") == 0, "it may still be alive"
    silent_since = datetime.now(UTC) - timedelta(seconds=61)
    Upkeep(database).beat("doomed", silent_since, silent_since)
    assert jobs.take_over("tester") == 3
    wait_for(lambda: sorted(seen) == ["0", "1", "2"])


def test_a_node_that_comes_back_goes_on_where_it_was(database: sa.Engine, database_url: str, jobs: DbosJobs) -> None:
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["x"], key="one")
    with a_doomed_worker(database_url, hanging=1):
        pass
    seen: list[str] = []
    stop = jobs.run_worker({"note": seen.append}, name="doomed", threads=2)
    wait_for(lambda: seen == ["x"])
    stop()


def test_finished_jobs_are_forgotten_after_a_week(database: sa.Engine, jobs: DbosJobs, work: Any) -> None:
    seen: list[str] = []
    work(note=seen.append)
    with database.begin() as connection:
        jobs.enqueue(connection, "note", ["x"], key="one")
    wait_for(lambda: jobs.stats() == {"queued": 0, "running": 0, "failed": 0} and seen)
    assert jobs.forget_finished() == 0
    later = DbosJobs(database, _InEightDays(), Upkeep(database).silent_since)
    assert later.forget_finished() == 1


def test_the_synchronous_twin_waits_for_the_commit_and_queues_once(sqlite_url: str) -> None:
    database, twin, seen = make_engine(sqlite_url), InlineJobs(), list[str]()
    twin.run_worker({"note": seen.append}, name="tester", threads=1)
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        twin.enqueue(connection, "note", ["lost"], key="lost")
        raise ZeroDivisionError
    with database.begin() as connection:
        twin.enqueue(connection, "note", ["kept"], key="kept", delay_s=10)
        twin.enqueue(connection, "note", ["kept"], key="kept")
        assert twin.run_due() == 0
    assert twin.run_due() == 1
    assert seen == ["kept"]
    assert twin.delays == {"kept": 10}
    database.dispose()


class _InEightDays:
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=8)


def heartbeat_of(database: sa.Engine, node: str) -> bool:
    with database.connect() as connection:
        return connection.scalar(sa.select(heartbeat.c.node).where(heartbeat.c.node == node)) is not None


def test_a_worker_starts_where_an_event_loop_runs(database: sa.Engine, jobs: DbosJobs) -> None:
    async def start() -> Callable[[], None]:
        return jobs.run_worker({"note": lambda _x: None}, name="in-a-loop", threads=1)

    with ThreadPoolExecutor(1) as pool:  # a browser test before may have left a loop in this thread
        stop = pool.submit(lambda: asyncio.run(start())).result()
    stop()
