"""A process that works until somebody kills it: officers in threads, and a worker, on one engine.

Each officer keeps a journal as a browser's user does in his head: what he is about to send, then the answer. After a
restart he sends again what was never answered, under the same key. When draining he files nothing new and ends when
all is done.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.bootstrap import Engine, Settings, open_engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.domain.actor import Actor
from engine.store.tables import instance, work_item
from tests.conftest import actor_named
from tests.engine.acts import ANSWERS

OFFICERS = 3
IN_FLIGHT = 3
SLUGS = ("two-agencies", "two-agencies", "numbered")
DRAIN_TIMEOUT_S = 120


class Officer:
    """Files dossiers and brings them to their end, one command at a time."""

    def __init__(self, engine: Engine, folder: Path, number: int, told: Callable[[], None]) -> None:
        self.engine, self.number, self.told = engine, number, told
        self.actors = {"Main": actor_named(engine, "tiepnhan"), "Police": actor_named(engine, "congan")}
        self.path = folder / f"journal-{number}.jsonl"
        self.dossiers: list[str] = []
        self.count = 0
        self.pending: dict[str, Any] | None = None
        self._remember()

    def work(self, *, filing: bool) -> bool:
        """One step. False when there was nothing to do."""
        if self.pending:
            self._send(self.pending)
            return True
        self._forget_finished()
        task = self._open_task()
        if filing and len(self.dossiers) < IN_FLIGHT and (task is None or random.random() < 0.2):
            self._intend("submit", slug=random.choice(SLUGS))
        elif task:
            self._intend("complete", task_id=task.id, pool=task.process_id)
        else:
            return False
        return True

    def _remember(self) -> None:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # killed while writing: what was not written was not sent either
            if "answer" in entry:
                self._answered(entry["answer"])
            else:
                self.pending, self.count = entry, entry["n"]

    def _intend(self, kind: str, **what: str) -> None:
        self.count += 1
        self.pending = {"n": self.count, "key": f"officer-{self.number}-{self.count}", "kind": kind, **what}
        self._write(self.pending)
        self._send(self.pending)

    def _send(self, intent: dict[str, Any]) -> None:
        if intent["kind"] == "submit":
            command: Any = SubmitDossier(intent["slug"], "direct", "commune-centre", {"name": "An"}, {"subject": "thử"})
            actor: Actor = self.actors["Main"]
        else:
            command, actor = CompleteTask(intent["task_id"], ANSWERS), self.actors[intent["pool"]]
        answer = self.engine.execute(command, actor, intent["key"])
        self._write({"n": intent["n"], "answer": answer})
        self._answered(answer)

    def _answered(self, answer: dict[str, Any]) -> None:
        self.pending = None
        if "tracking_secret" in answer:
            self.dossiers.append(answer["dossier_id"])

    def _write(self, entry: dict[str, Any]) -> None:
        with self.path.open("ab") as journal:
            journal.write(b"\n" + json.dumps(entry).encode() + b"\n")
        self.told()

    def _open_task(self) -> Any:
        asked = (sa.select(work_item.c.id, instance.c.process_id)
                 .join(instance, instance.c.id == work_item.c.instance_id)
                 .where(work_item.c.business_key.in_(self.dossiers), work_item.c.status == "open").limit(1))
        return self.engine.read(lambda connection: connection.execute(asked).first())

    def _forget_finished(self) -> None:
        asked = sa.select(instance.c.business_key).where(
            instance.c.business_key.in_(self.dossiers), instance.c.status.notin_(("completed", "terminated")))
        running = set(self.engine.read(lambda connection: list(connection.scalars(asked))))
        self.dossiers = [each for each in self.dossiers if each in running]


def work_until_killed(officer: Officer) -> None:
    while True:
        if not officer.work(filing=True):
            time.sleep(0.02)


def drain(officer: Officer) -> None:
    deadline = time.monotonic() + DRAIN_TIMEOUT_S
    while officer.work(filing=False) or officer.dossiers:
        if time.monotonic() > deadline:
            raise TimeoutError(f"officer {officer.number} still waits for {officer.dossiers}")
        time.sleep(0.02)


def main(url: str, folder: Path, draining: bool, progress: Connection) -> None:
    """Works on the database; says `.` through `progress` at every entry of a journal."""
    log = os.open(folder / "victim.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    engine = open_engine(Settings(url, folder))
    stop = engine.start_worker("victim")
    telling = threading.Lock()

    def told() -> None:
        with telling:
            progress.send_bytes(b".")
    officers = [Officer(engine, folder, number, told) for number in range(OFFICERS)]
    threads = [threading.Thread(target=to_the_end, args=(officer, draining)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop()
    engine.close()


def to_the_end(officer: Officer, draining: bool) -> None:
    """A command that fails ends the process: the parent sees its exit code and the log."""
    try:
        drain(officer) if draining else work_until_killed(officer)
    except BaseException:
        traceback.print_exc()
        os._exit(3)
