"""Does a worklist page take longer because a million other dossiers exist?

    python bench/worklist.py [--few N] [--many N] [--rounds N] [--json]

Two PostgreSQL databases filled by `motcua seed`, one with 10,000 dossiers (a commune), one with 1,000,000 (a province
of a hundred communes). The same officers open the same pages in both, in turn: every part of the worklist, every order,
filtered, and the last page. `ratio` compares the medians of whole pages through Flask, `query_ratio` the queries alone;
`worst` is the page with the largest ratio. Filling the large one takes some minutes.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parents[1])]

from bench.pages import Visitor, memory_mb, percentile, website
from bench.places import arguments
from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.queries import worklist
from engine.queries.worklist import Filter, Sort, View
from engine.seeding.seed import seed
from engine.store.dossier_tables import dossier
from engine.store.tables import work_item
from tests.postgres import Cluster

FEW, MANY = 10_000, 1_000_000
OFFICERS = ("tiepnhan", "hotich", "lanhdao", "vanthu")
PAGES = (
    *(f"/viec?xem={view.value}" for view in View),
    *(f"/viec?xem=unit&sap-xep={sort.value}" for sort in Sort),
    "/viec?xem=unit&thu-tuc=birth-registration", "/viec?xem=unit&trang=4",
)


def measure(urls: list[str], sizes: tuple[int, int], rounds: int) -> dict[str, Any]:
    """The same visits in both places, in turn, so that both meet the same noise."""
    with tempfile.TemporaryDirectory() as folder:
        engines = [filled(url, Path(folder) / str(size), size) for url, size in zip(urls, sizes, strict=True)]
        pages = {path: compared(engines, path, rounds) for path in PAGES}
        queries = compared_queries(engines, rounds)
        rows = [counts(engine) for engine in engines]
        for engine in engines:
            engine.close()
    worst = max(pages, key=lambda path: pages[path]["ratio"])
    few, many = (statistics.median(each[name] for each in pages.values()) for name in ("few_ms", "many_ms"))
    return {
        "ratio": round(many / few, 3), "query_ratio": queries["ratio"], "worst": {worst: pages[worst]["ratio"]},
        "pages": pages, "queries": queries, "rows": rows, "memory_mb": memory_mb(),
    }


def filled(url: str, folder: Path, size: int) -> Engine:
    """A demonstration with so many dossiers."""
    folder.mkdir()
    settings = Settings(url, folder)
    bootstrap.prepare(settings)
    engine = bootstrap.open_engine(settings)
    bootstrap.install(engine, demo=True)
    began = time.perf_counter()
    seed(engine, size)
    print(f"{size} dossiers in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return engine


def compared(engines: list[Engine], path: str, rounds: int) -> dict[str, float]:
    """Milliseconds of one page in both places, over all officers."""
    visitors = [[Visitor(app, engine, login) for login in OFFICERS]
                for engine in engines for app in [website(engine)]]
    return figures([[timed(lambda visitor=visitor: visitor.open(path)) for visitor in visitors[place]]
                    for place in turns(rounds)])


def compared_queries(engines: list[Engine], rounds: int) -> dict[str, float]:
    """Milliseconds of the list and its figures without the page around them."""
    actors = [[Visitor.actor(engine, login) for login in OFFICERS] for engine in engines]
    now = engines[0].clock.now()

    def ask(engine: Engine, actor: Any) -> None:
        engine.read(worklist.tasks, actor, Filter(now=now))
        engine.read(worklist.load, actor, now)
    return figures([[timed(lambda actor=actor, engine=engines[place]: ask(engine, actor)) for actor in actors[place]]
                    for place in turns(rounds)])


def turns(rounds: int) -> Iterator[int]:
    """Each place in its turn; two rounds more than are counted, to warm up."""
    for _ in range(rounds + 2):
        yield from (0, 1)


def figures(taken: list[list[float]]) -> dict[str, float]:
    few, many = ([each for visit in taken[place + 4::2] for each in visit] for place in (0, 1))
    return {"ratio": round(statistics.median(many) / statistics.median(few), 3),
            "few_ms": round(statistics.median(few), 1), "many_ms": round(statistics.median(many), 1),
            "few_p95_ms": percentile(few), "many_p95_ms": percentile(many)}


def timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def counts(engine: Engine) -> dict[str, int]:
    """How much there is, and how much of it one officer of the counter has before him."""
    seen = engine.read(worklist.load, Visitor.actor(engine, OFFICERS[0]), engine.clock.now())
    asked = {"dossiers": sa.select(sa.func.count()).select_from(dossier),
             "work_items": sa.select(sa.func.count()).select_from(work_item)}
    return {**{name: engine.read(lambda c, query=query: c.scalar(query)) for name, query in asked.items()},
            "open_for_the_officer": seen.unit}


def main() -> None:
    """Measures on two databases of a throw-away server."""
    options = arguments(__doc__, rounds=12, what="how often each page is opened in each database")
    options.add_argument("--few", type=int, default=FEW)
    options.add_argument("--many", type=int, default=MANY)
    given = options.parse_args()
    cluster = Cluster(durable=True)
    try:
        urls = [cluster.create_database() for _ in range(2)]
        result = measure(urls, (given.few, given.many), given.rounds)
    finally:
        cluster.stop()
    print(json.dumps(result, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
