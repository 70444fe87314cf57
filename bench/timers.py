"""Does a timer that is due wait longer because a million others are waiting?

    python bench/timers.py [--rounds N] [--json]

Two databases with the same dossiers, one with 1,000 waiting timers and one with 1,000,000. In each, N timers fall due
and are fired batch by batch as a worker does, in turn with the other database, so that both meet the same disk.
`ratio` compares the median batches, `total_ratio` the whole time. Memory is what the process holds after it fired the
timers of the small database alone, and after those of the large one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parents[1])]

from bench.places import OFFICER, arguments, furnished, new_databases, report
from engine.bootstrap import Engine
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.queries import background
from engine.testing import FrozenClock
from engine.worker import BATCH, fire_due_timers
from tests.engine.procedures import PATIENT

FEW, MANY = 1_000, 1_000_000
BEGIN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DELAY = timedelta(days=2)
FILE = SubmitDossier("patient", "direct", "commune-centre", {"name": "Bench"}, {"subject": "bench"},
                     intake=IntakeDecision("accept"))
CROWD = {  # timers of years to come, all of one dossier: only the size of the table matters to the ones that are due
    "sqlite": """
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
        INSERT INTO timer (id, instance_id, token_id, slot, node_id, due_at, attempts)
        SELECT 'crowd' || n, (SELECT min(id) FROM instance), 'crowd' || n, 'timer', 'Crowd',
               strftime('%Y-%m-%d %H:%M:%S.000000', '2030-01-01', '+' || n || ' seconds'), 0 FROM numbers""",
    "postgresql": """
        INSERT INTO timer (id, instance_id, token_id, slot, node_id, due_at, attempts)
        SELECT 'crowd' || n, (SELECT min(id) FROM instance), 'crowd' || n, 'timer', 'Crowd',
               timestamptz '2030-01-01' + n * interval '1 second', 0 FROM generate_series(1, :count) AS n""",
}


def measure(urls: list[str], rounds: int) -> dict[str, Any]:
    """The same timers fall due in both places; only the crowd differs."""
    clock = FrozenClock(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        small, large = (prepared(url, Path(folder), clock, rounds, crowd)
                        for url, crowd in zip(urls, (FEW, MANY), strict=True))
        memory = []
        for engine in (small, large):
            fire_batch(engine)  # fills caches
            memory.append(memory_mb())
        batches = [(fire_batch(small), fire_batch(large)) for _ in range(rounds // BATCH)]
        small.close()
        large.close()
    few, many = zip(*batches, strict=True)
    return {
        "ratio": round(statistics.median(many) / statistics.median(few), 3),
        "total_ratio": round(sum(many) / sum(few), 3),
        "ms_per_timer": {FEW: per_timer(few), MANY: per_timer(many)},
        "memory_mb": dict(zip((FEW, MANY), memory, strict=True)),
    }


def prepared(url: str, folder: Path, clock: FrozenClock, rounds: int, crowd: int) -> Engine:
    """A database whose timers are due now, except for the crowd."""
    clock.set(BEGIN)
    engine = furnished(url, folder, PATIENT, clock)
    for _ in range(rounds + BATCH):
        engine.execute(FILE, OFFICER)
    with engine.database.begin() as connection:
        connection.execute(sa.text(CROWD[engine.database.dialect.name]), {"count": crowd})
        connection.execute(sa.text("ANALYZE"))
    clock.advance(DELAY)
    return engine


def fire_batch(engine: Engine) -> float:
    """Seconds for one batch, with the look at the next timer that precedes it."""
    began = time.perf_counter()
    due_at = engine.read(background.next_timer_at, engine.clock.now())
    assert due_at is not None and due_at <= engine.clock.now()
    assert fire_due_timers(engine, "bench") == BATCH
    return time.perf_counter() - began


def per_timer(batches: tuple[float, ...]) -> float:
    return round(statistics.median(batches) / BATCH * 1000, 2)


def memory_mb() -> int:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


def main() -> None:
    """Measures on two new databases of each kind."""
    given = arguments(__doc__, rounds=1_000, what="timers to fire in each database").parse_args()
    report({name: measure(urls, given.rounds) for name, urls in new_databases(2)}, in_one_line=given.json)


if __name__ == "__main__":
    main()
