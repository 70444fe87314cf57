"""`kill -9` at any moment: every answered command is in effect, nothing is done twice, everything ends.

`make test` kills 10 times on each database, `make soak` 200 times (MOTCUA_KILLS).
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import Engine, Settings, open_engine
from engine.dispatch import own_key
from engine.domain.process import InstanceStatus
from engine.gateways.jobs_dbos import DbosJobs
from engine.ports import Loaded
from engine.store.dossier_tables import dossier, issued_number
from engine.store.tables import command, history, incident, instance, job, message, subscription, timer, work_item
from tests.engine.acts import rows
from tests.engine.victim import main as victim_main

KILLS = int(os.environ.get("MOTCUA_KILLS", "10"))
WORK_TIMEOUT_S = 120
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.engine.victim"])


@dataclass
class Tally:
    """What happened, for `make soak` to print."""

    kills: int = 0
    while_starting: int = 0
    unanswered: int = 0
    done_but_unanswered: int = 0


@pytest.fixture
def opened(furnished_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine to look with; it does no work of its own."""
    engine = open_engine(Settings(furnished_url, tmp_path))
    assert isinstance(engine.jobs, DbosJobs)
    engine.jobs.prepare()
    yield engine
    engine.close()


@pytest.mark.soak
@pytest.mark.timeout(max(300, 20 * KILLS))
def test_kill_nine_at_any_moment_loses_and_repeats_nothing(
        opened: Engine, furnished_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally, luck = Tally(), random.Random(9)
    for _ in range(KILLS):
        kill_somewhere(furnished_url, tmp_path, tally, luck)
        the_rows_are_what_the_states_wait_for(opened)
        note_unanswered(opened, tmp_path, tally)
    finish_everything(furnished_url, tmp_path)
    every_answer_is_in_effect(opened, tmp_path)
    nothing_was_done_twice(opened)
    everything_came_to_its_end(opened)
    with capsys.disabled():
        sys.stdout.write(f"\n{opened.database.dialect.name}: {tally_of(opened, tally)}\n")


def kill_somewhere(url: str, folder: Path, tally: Tally, luck: random.Random) -> None:
    """Four times out of five after some commands, otherwise while it starts."""
    victim, progress = start(url, folder, draining=False)
    starting = luck.random() < 0.2
    if not starting:
        wait_for_entries(progress, luck.randint(1, 40), folder)
    time.sleep(luck.uniform(0, 0.3 if starting else 0.03))
    assert victim.exitcode is None, log_of(folder)
    victim.kill()
    victim.join()
    progress.close()
    tally.kills += 1
    tally.while_starting += starting


def start(url: str, folder: Path, *, draining: bool) -> tuple[BaseProcess, Connection]:
    """A process of its own, forked from one that has everything imported: a kill costs less than a second that way."""
    progress, theirs = PROCESSES.Pipe(duplex=False)
    victim = PROCESSES.Process(target=victim_main, args=(url, folder, draining, theirs))
    victim.start()
    theirs.close()
    return victim, progress


def wait_for_entries(progress: Connection, count: int, folder: Path) -> None:
    """Entries in the journals: half of them are commands sent, half are answers."""
    for _ in range(count):
        assert progress.poll(WORK_TIMEOUT_S), f"it does not work:\n{log_of(folder)}"
        progress.recv_bytes()


def finish_everything(url: str, folder: Path) -> None:
    victim, progress = start(url, folder, draining=True)
    with suppress(EOFError):
        while True:
            progress.recv_bytes()
    victim.join(WORK_TIMEOUT_S)
    progress.close()
    assert victim.exitcode == 0, log_of(folder)


def log_of(folder: Path) -> str:
    log = folder / "victim.log"
    return log.read_text()[-4000:] if log.exists() else ""


def journals(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("journal-*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                yield {**json.loads(line), "officer": path.stem}
            except ValueError:
                continue  # a line that was being written when the process died


def note_unanswered(engine: Engine, folder: Path, tally: Tally) -> None:
    """How often the kill fell between a commit and its answer: the moments that matter."""
    pending: dict[str, Any] = {}
    for entry in journals(folder):
        pending[entry["officer"]] = None if "answer" in entry else entry
    keys = [entry["key"] for entry in pending.values() if entry]
    tally.unanswered += len(keys)
    done = rows(engine, command)
    known = {own_key(actor_id, key) for actor_id in {row.actor_id for row in done} for key in keys}
    tally.done_but_unanswered += sum(row.key in known for row in done)


# ------------------------------------------------------------------ what must hold
def the_rows_are_what_the_states_wait_for(engine: Engine) -> None:
    """Work items, timers, subscriptions and jobs are exactly what the stored state waits for."""
    for row in rows(engine, instance, status=InstanceStatus.RUNNING.value):
        it = Loaded(engine.version(row.version_id), row.process_id, row.state, {})
        waits = engine.workflow.waits(it)
        assert tokens(rows(engine, work_item, instance_id=row.id, status="open")) == tokens(waits.tasks)
        assert tokens(rows(engine, timer, instance_id=row.id)) == tokens(waits.timers)
        assert tokens(rows(engine, subscription, instance_id=row.id)) == tokens(waits.subscriptions)
        assert tokens(rows(engine, job, instance_id=row.id, status="queued")) == tokens(waits.calls)


def tokens(waiting: Any) -> list[str]:
    return sorted(each.token_id for each in waiting)


def every_answer_is_in_effect(engine: Engine, folder: Path) -> None:
    intents = {(entry["officer"], entry["n"]): entry for entry in journals(folder) if "key" in entry}
    answers = {(entry["officer"], entry["n"]): entry["answer"] for entry in journals(folder) if "answer" in entry}
    assert set(answers) == set(intents), "after the drain every command was answered"
    filed = {row.id for row in rows(engine, dossier)}
    done = {row.id for row in rows(engine, work_item, status="done")}
    for name, intent in intents.items():
        if intent["kind"] == "submit":
            assert answers[name]["dossier_id"] in filed
        else:
            assert intent["task_id"] in done
    assert len(filed) == sum(intent["kind"] == "submit" for intent in intents.values())
    assert len(done) == sum(intent["kind"] == "complete" for intent in intents.values())


def nothing_was_done_twice(engine: Engine) -> None:
    passed = Counter((row.instance_id, row.token_id, row.phase) for row in rows(engine, history))
    assert [each for each, times in passed.items() if times > 1] == []
    for row in rows(engine, instance):
        seqs = sorted(entry.seq for entry in rows(engine, history, instance_id=row.id))
        assert seqs == list(range(1, row.history_seq + 1))
    codes = sorted(row.code for row in rows(engine, dossier))
    assert len(set(codes)) == len(codes)
    for document_type in ("giay", "xac-minh"):
        issued = rows(engine, issued_number, document_type=document_type)
        assert sorted(row.number for row in issued) == list(range(1, len(issued) + 1))
        assert max(Counter(row.dossier_id for row in issued).values(), default=1) == 1


def everything_came_to_its_end(engine: Engine) -> None:
    assert Counter(row.status for row in rows(engine, instance)).keys() <= {"completed"}
    assert Counter(row.status for row in rows(engine, job)).keys() <= {"done"}
    assert Counter(row.status for row in rows(engine, message)).keys() <= {"delivered"}
    assert [rows(engine, table) for table in (timer, subscription, incident)] == [[], [], []]
    assert {row.national_status for row in rows(engine, dossier)} <= {10}
    numbered = {row.dossier_id for row in rows(engine, issued_number, document_type="giay")}
    assert numbered == {row.id for row in rows(engine, dossier)}


def tally_of(engine: Engine, tally: Tally) -> str:
    counts = {table.name: len(rows(engine, table)) for table in (dossier, command, job, message, issued_number)}
    return (f"{tally.kills} kills ({tally.while_starting} while starting); {counts['dossier']} dossiers, "
            f"{counts['command']} commands, {counts['job']} jobs, {counts['message']} messages, "
            f"{counts['issued_number']} numbers; {tally.unanswered} commands unanswered at a kill, "
            f"{tally.done_but_unanswered} of them already done; nothing lost, nothing repeated")
