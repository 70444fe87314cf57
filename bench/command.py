"""What completing a task costs, counted in bare durable commits of the same database.

    python bench/command.py [--database URL] [--rounds N] [--json]

One round files a dossier and completes the five steps of its procedure through the dispatcher: everything a step
writes is included. Two steps only pass the work on; three also issue a numbered paper and tell the applicant
(acceptance, completion, return) and are counted apart as `issuing`. In between, bare commits (one read, one update of
8 KB, synchronous) measure what this disk and this database charge for any transaction at all. Without --database:
SQLite in a temporary folder, and PostgreSQL on a throw-away server with fsync on when its programs are found.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parents[1])]

from bench.places import OFFICER, arguments, furnished, new_databases, report
from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.store.database import make_engine
from tests.engine.procedures import FIVE_STEPS

ANSWERS = {"decision": "accept", "note": "đã kiểm tra"}
STEPS = 5
PLAIN, ISSUING = (1, 2), (0, 3, 4)
WARMING_UP = 3
FILE = SubmitDossier("five-steps", "direct", "commune-centre", {"name": "Bench"}, {"subject": "bench"})
BARE = sa.Table("bench_row", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("body", sa.LargeBinary, nullable=False))


def measure(url: str, rounds: int) -> dict[str, Any]:
    """Commands and bare commits in turn, so that both meet the same state of the disk."""
    with tempfile.TemporaryDirectory() as folder:
        engine, plain = furnished(url, Path(folder), FIVE_STEPS), make_engine(url)
        statements, bare = Statements(engine.database), bare_commit(plain)
        rows = [row for _ in range(rounds + WARMING_UP) for row in one_round(engine, bare, statements)]
        engine.close()
        plain.dispose()
    rows = rows[WARMING_UP * STEPS:]
    by_step = [rows[step::STEPS] for step in range(STEPS)]
    return {**figures(chain(*(by_step[step] for step in PLAIN))),
            "issuing": figures(chain(*(by_step[step] for step in ISSUING))),
            "statements_by_step": [max(row[2] for row in each) for each in by_step]}


def one_round(engine: Engine, bare: Callable[[], None], statements: Statements) -> list[tuple[float, float, int]]:
    """Seconds of a bare commit, seconds and statements of a command, for each of the five steps."""
    task_id, rows = engine.execute(FILE, OFFICER)["task_id"], []
    for _ in range(STEPS):
        bare_s = timed(bare)[0]
        statements.count = 0
        command = CompleteTask(task_id, ANSWERS)
        command_s, answer = timed(lambda command=command: engine.execute(command, OFFICER))
        rows.append((bare_s, command_s, statements.count))
        task_id = answer["next_task_id"]
    return rows


def bare_commit(database: sa.Engine) -> Callable[[], None]:
    """One read, one update of 8 KB, one durable commit."""
    with database.begin() as connection:
        BARE.drop(connection, checkfirst=True)
        BARE.create(connection)
        connection.execute(sa.insert(BARE).values(id=1, body=b"x" * 8192))
    bodies = [b"x" * 8192, b"y" * 8192]
    read, write = sa.select(BARE.c.body).where(BARE.c.id == 1), sa.update(BARE).where(BARE.c.id == 1)

    def commit() -> None:
        with database.begin() as connection:
            connection.execute(read).one()
            connection.execute(write, {"body": bodies[0]})
            bodies.reverse()
    return commit


class Statements:
    """Counts what is sent to the database, apart from the words that open and close a transaction."""

    def __init__(self, database: sa.Engine) -> None:
        self.count = 0
        sa.event.listen(database, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += not statement.startswith("BEGIN")


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    answer = act()
    return time.perf_counter() - began, answer


def figures(rows: Iterable[tuple[float, float, int]]) -> dict[str, Any]:
    """Medians: a disk that pauses once does not decide the ratio."""
    bare, command, statements = zip(*rows, strict=True)
    return {
        "commits_ratio": round(statistics.median(command) / statistics.median(bare), 2), "statements": max(statements),
        "p50_ms": round(statistics.median(command) * 1000, 2),
        "p95_ms": round(statistics.quantiles(command, n=20)[-1] * 1000, 2),
        "bare_p50_ms": round(statistics.median(bare) * 1000, 3),
    }


def main() -> None:
    """Measures on the database asked for, or on a new one of each kind."""
    options = arguments(__doc__, rounds=60, what="dossiers to bring through five steps")
    options.add_argument("--database", help="SQLAlchemy URL of an empty database")
    given = options.parse_args()
    asked = [(sa.make_url(given.database).get_backend_name(), [given.database])] if given.database else new_databases(1)
    report({name: measure(urls[0], given.rounds) for name, urls in asked}, in_one_line=given.json)


if __name__ == "__main__":
    main()
