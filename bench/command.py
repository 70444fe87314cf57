"""What completing a task costs, counted in bare durable commits of the same database.

    python bench/command.py [--database URL] [--rounds N] [--json]

One round files a dossier and completes the five steps of its procedure through the dispatcher: everything a step
writes is included. In between, bare commits (one read, one update of 8 KB, synchronous) measure what this disk and
this database charge for any transaction at all. Without --database: SQLite in a temporary folder, and PostgreSQL on
a throw-away server with fsync on when its programs are found.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.installation import InstallSample
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor, ActorKind, Membership, Role
from engine.gateways.sample import sample
from engine.store.database import make_engine
from tests.engine.procedures import FIVE_STEPS
from tests.postgres import Cluster, find

OFFICER = Actor("bench", "Bench", ActorKind.STAFF, frozenset({Membership("commune-centre", Role.RECEPTION_OFFICER)}))
ANSWERS = {"decision": "accept", "note": "đã kiểm tra"}
STEPS = 5
BARE = sa.Table("bench_row", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("body", sa.LargeBinary, nullable=False))


def measure(url: str, rounds: int) -> dict[str, Any]:
    """Commands and bare commits in turn, so that both meet the same state of the disk."""
    with tempfile.TemporaryDirectory() as folder:
        engine = furnished(url, Path(folder))
        bare_times, command_times, statements = [], [], Statements(engine.database)
        bare = bare_commit(make_engine(url))
        for number in range(rounds + 3):
            file = SubmitDossier("five-steps", "direct", "commune-centre", {"name": "Bench"}, {"subject": "bench"})
            task_id = engine.execute(file, OFFICER)["task_id"]
            for _ in range(STEPS):
                bare_times.append(timed(bare))
                with statements:
                    began = time.perf_counter()
                    task_id = engine.execute(CompleteTask(task_id, ANSWERS), OFFICER)["next_task_id"]
                    command_times.append(time.perf_counter() - began)
            if number == 2:  # the first rounds fill caches
                bare_times, command_times = [], []
        engine.close()
    return figures(bare_times, command_times, statements)


def furnished(url: str, folder: Path) -> Engine:
    """An engine on an empty database, with the procedure published."""
    settings = Settings(url, folder)
    bootstrap.prepare(settings)
    engine = bootstrap.open_engine(settings)
    bootstrap.install(engine, demo=False)
    engine.execute(InstallSample("tan-an", sample()), SYSTEM)
    engine.execute(PublishPackage(FIVE_STEPS), SYSTEM)
    return engine


def bare_commit(database: sa.Engine) -> Callable[[], None]:
    """One read, one update of 8 KB, one durable commit."""
    with database.begin() as connection:
        BARE.drop(connection, checkfirst=True)
        BARE.create(connection)
        connection.execute(sa.insert(BARE).values(id=1, body=b"x" * 8192))
    body = [b"x" * 8192, b"y" * 8192]

    def commit() -> None:
        with database.begin() as connection:
            connection.execute(sa.select(BARE.c.body).where(BARE.c.id == 1)).one()
            connection.execute(sa.update(BARE).where(BARE.c.id == 1).values(body=body[0]))
            body.reverse()
    return commit


class Statements:
    """Counts the statements of each block it guards."""

    def __init__(self, database: sa.Engine) -> None:
        self.counts: list[int] = []
        self._open = False
        sa.event.listen(database, "before_cursor_execute", self._count)

    def __enter__(self) -> None:
        self.counts.append(0)
        self._open = True

    def __exit__(self, *_: object) -> None:
        self._open = False

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self._open and not statement.startswith("BEGIN"):
            self.counts[-1] += 1


def timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def figures(bare: list[float], command: list[float], statements: Statements) -> dict[str, Any]:
    """Medians: a disk that pauses once does not decide the ratio."""
    return {
        "commits_ratio": round(statistics.median(command) / statistics.median(bare), 2),
        "statements": max(statements.counts), "statements_median": statistics.median(statements.counts),
        "p50_ms": round(statistics.median(command) * 1000, 2),
        "p95_ms": round(statistics.quantiles(command, n=20)[-1] * 1000, 2),
        "bare_p50_ms": round(statistics.median(bare) * 1000, 3),
    }


def main() -> None:
    """Prints the figures of each database."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", help="SQLAlchemy URL of an empty database")
    options.add_argument("--rounds", type=int, default=60, help="dossiers to bring through five steps (default 60)")
    options.add_argument("--json", action="store_true", help="print JSON only")
    given = options.parse_args()
    results = {name: measure(url, given.rounds) for name, url in databases(given.database)}
    first = next(iter(results.values()))
    print(json.dumps(first if len(results) == 1 else {**first, **results}, indent=None if given.json else 2))


def databases(url: str | None) -> Any:
    """The database asked for, or a new one of each kind."""
    if url:
        yield sa.make_url(url).get_backend_name(), url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", f"sqlite:///{folder}/bench.db"
    if find("initdb"):
        cluster = Cluster(durable=True)
        try:
            yield "postgresql", cluster.create_database()
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
