"""Background jobs on DBOS, whose tables share our database: a job is queued in the transaction that causes it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, WorkflowSerializationFormat

from engine.ports import Clock

APPLICATION = "motcua"
QUEUE = "engine"
VERSION = "1"
"""Constant: by default DBOS derives it from the code, and jobs queued before a deploy would wait for ever."""

ALIVE = ("ENQUEUED", "DELAYED", "PENDING")
STATES = {"ENQUEUED": "queued", "DELAYED": "queued", "PENDING": "running",
          "ERROR": "failed", "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed"}
SILENT_AFTER = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)
UPKEEP_EVERY_S = 15.0
TIDY_EVERY_S = 3600.0
TIDY_BATCH = 1000
DRAIN_S = 2.5

log = logging.getLogger(__name__)
logging.getLogger("dbos").addHandler(logging.NullHandler())  # with a handler present DBOS leaves our logging alone


class DbosJobs:
    """`engine.ports.Jobs`. DBOS lives once per process, so at most one worker runs per process.

    `silent_since` names the nodes whose last sign of life is older than an instant.
    """

    def __init__(self, engine: sa.Engine, clock: Clock, silent_since: Callable[[datetime], Sequence[str]], *,
                 poll_s: float = 0.2) -> None:
        self._engine, self._clock, self._silent_since, self._poll_s = engine, clock, silent_since, poll_s
        self._url = engine.url.render_as_string(hide_password=False)
        self._client = DBOSClient(
            system_database_engine=engine, application_name=APPLICATION, lazy=True, serializer=_serializer(),
        )

    def prepare(self) -> None:
        """Creates or migrates the tables of DBOS; needed once before the first `enqueue`."""
        DBOS.migrate(self._url)

    def enqueue(self, session: Any, task: str, arguments: Sequence[Any], *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None:
        """Joins the transaction of `session` (a SQLAlchemy connection or session)."""
        options: dict[str, Any] = {
            "workflow_name": task, "queue_name": QUEUE, "workflow_id": key, "queue_partition_key": partition or key,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,  # the default is pickle
        }
        if delay_s:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(session, options, *arguments)

    def cancel(self, keys: Iterable[str]) -> None:
        """Jobs that run already finish; what they write is guarded by its own status."""
        self._client.cancel_workflows(list(keys))

    def retry(self, task: str, arguments: Sequence[Any], *, key: str, partition: str | None = None) -> bool:
        """Queues the work again unless a run whose key begins with `key` is still to come. True when it was queued."""
        runs = self._client.list_workflows(workflow_id_prefix=key, load_input=False, load_output=False)
        if any(run.status in ALIVE for run in runs):
            return False
        with self._engine.begin() as connection:
            self.enqueue(connection, task, arguments, key=f"{key}~{len(runs)}", partition=partition)
        return True

    def stats(self) -> Mapping[str, int]:
        """Counts by state, as far back as finished jobs are kept."""
        counts = {"queued": 0, "running": 0, "failed": 0}
        for run in self._client.list_workflows(status=list(STATES), load_input=False, load_output=False):
            counts[STATES[run.status]] += 1
        return counts

    def run_worker(self, tasks: Mapping[str, Callable[..., None]], *, name: str, threads: int) -> Callable[[], None]:
        """Consumes until the returned function is called, which takes at most a few seconds.

        Jobs that a process of the same `name` left behind start again at once; those of other nodes
        when they have been silent for `SILENT_AFTER`.
        """
        running = _Running()
        for task, function in tasks.items():
            DBOS.workflow(name=task)(running.tracked(function))
        self._launch(name, threads)
        stop = threading.Event()
        upkeep = threading.Thread(target=self._upkeep, args=(name, stop), name="jobs-upkeep", daemon=True)
        upkeep.start()

        def stop_worker() -> None:
            stop.set()
            running.drain(DRAIN_S)
            upkeep.join(DRAIN_S)
            DBOS.destroy(destroy_registry=True)

        return stop_worker

    def _launch(self, name: str, threads: int) -> None:
        try:
            DBOS(config=self._config(name))
            DBOS.launch()
            _away_from_any_loop(partial(
                DBOS.register_queue, QUEUE, worker_concurrency=threads, partition_concurrency=1,
                polling_interval_sec=self._poll_s, on_conflict="always_update"))
        except Exception:
            DBOS.destroy(destroy_registry=True)  # half a launch would be taken for a whole one the next time
            raise

    def take_over(self, name: str) -> int:
        """Queues again what nodes that fell silent were doing. Returns how many jobs."""
        silent = [node for node in self._silent_since(self._clock.now() - SILENT_AFTER) if node != name]
        if not silent:
            return 0
        left = self._client.list_workflows(status="PENDING", executor_id=silent, load_input=False, load_output=False)
        if left:
            log.warning("taking over %d jobs of %s", len(left), ", ".join(silent))
            self._client.resume_workflows([run.workflow_id for run in left], queue_name=QUEUE)
        return len(left)

    def forget_finished(self) -> int:
        """Deletes a batch of the rows that DBOS keeps of finished jobs. Returns how many."""
        before = (self._clock.now() - KEPT_FOR).isoformat()
        done = self._client.list_workflows(status=["SUCCESS", "CANCELLED"], completed_before=before, limit=TIDY_BATCH,
                                           load_input=False, load_output=False)
        if done:
            self._client.delete_workflows([run.workflow_id for run in done])
        return len(done)

    def _upkeep(self, name: str, stop: threading.Event) -> None:
        tidied = float("-inf")
        while not stop.is_set():
            try:
                self.take_over(name)
                if time.monotonic() - tidied > TIDY_EVERY_S and self.forget_finished() < TIDY_BATCH:
                    tidied = time.monotonic()
            except Exception:
                log.exception("looking after the jobs failed; trying again")
            stop.wait(UPKEEP_EVERY_S)

    def _config(self, name: str) -> Any:
        # DBOS gets connections of its own: on SQLite its migrations and polls say BEGIN themselves, and ours
        # would take the write lock for every poll.
        return {
            "name": APPLICATION, "system_database_url": self._url, "executor_id": name,
            "application_version": VERSION, "serializer": _serializer(), "enable_otlp": False,
            "log_level": "WARNING", "sys_db_pool_size": 10, "scheduler_polling_interval_sec": 3600.0,
        }


class _Running:
    """Counts jobs in flight, so that stopping can wait for them."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._count = 0

    def tracked(self, function: Callable[..., None]) -> Callable[..., None]:
        def body(*arguments: Any) -> None:
            with self._idle:
                self._count += 1
            try:
                function(*arguments)
            finally:
                with self._idle:
                    self._count -= 1
                    self._idle.notify_all()
        return body

    def drain(self, seconds: float) -> None:
        with self._idle:
            self._idle.wait_for(lambda: self._count == 0, seconds)


def _away_from_any_loop(action: Callable[[], object]) -> None:
    """DBOS refuses to register where an event loop runs; a thread of its own has none."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(action).result()


def _serializer() -> Any:
    return DBOSPortableJSONSerializer()
