"""How long the server takes for each page, on SQLite with 10,000 seeded dossiers.

    python bench/pages.py [--dossiers N] [--rounds N] [--json]

Every page of the portal and of the worklist that a list or a dossier stands on, opened by whom it is for, through Flask
and everything beneath it. `p95_ms` is the slowest page's 95th percentile; the budget is 150 ms.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

sys.path[:0] = [str(Path(__file__).parents[1])]

from app import create_app, sessions
from app.config import Settings as WebSettings
from app.security import limiter
from bench.places import arguments
from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.domain.actor import Actor
from engine.queries.people import actor_by_login
from engine.seeding.seed import seed
from engine.store.dossier_tables import dossier
from engine.store.tables import work_item

DOSSIERS, BUDGET_MS = 10_000, 150
ANYBODY = ""


class Visitor:
    """Somebody in front of the pages; without a login, anybody."""

    def __init__(self, app: Flask, engine: Engine, login: str) -> None:
        self.browser = app.test_client()
        if login:
            with self.browser.session_transaction() as session:
                session.permanent = True
                session.update({"_user_id": self.actor(engine, login).id, sessions.EPOCH: 0})

    @staticmethod
    def actor(engine: Engine, login: str) -> Actor:
        """A demo account."""
        found = engine.read(actor_by_login, login)
        assert found is not None, login
        return found

    def open(self, path: str) -> None:
        """Fails when the page does not come."""
        answer = self.browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"


def website(engine: Engine) -> Flask:
    """The application on this engine, without throttling."""
    limiter.enabled = False
    return create_app(engine, WebSettings(
        data_dir=engine.settings.data_dir, port=8080, database_url="", secret_key="k" * 64, proxies=0, demo=True,
        public_url="http://127.0.0.1:8080", worker=False, node="bench"))


def measure(engine: Engine, rounds: int) -> list[dict[str, Any]]:
    """Median and 95th percentile of every page."""
    app, found = website(engine), []
    for login, path in pages(engine):
        visitor = Visitor(app, engine, login)
        visitor.open(path)
        taken = []
        for _ in range(rounds):
            began = time.perf_counter()
            visitor.open(path)
            taken.append((time.perf_counter() - began) * 1000)
        found.append({"page": path, "as": login or "-", "median_ms": round(statistics.median(taken), 1),
                      "p95_ms": percentile(taken)})
    return sorted(found, key=lambda each: -each["p95_ms"])


def pages(engine: Engine) -> list[tuple[str, str]]:
    """Who opens what; a dossier and a task stand for all of them."""
    task, owner = _one(engine, sa.select(work_item.c.id, work_item.c.business_key).where(
        work_item.c.unit_id == "commune-centre", work_item.c.status == "open").limit(1))
    code, secret = _one(engine, sa.select(dossier.c.code, dossier.c.tracking_secret)
                        .where(dossier.c.code.is_not(None)).limit(1))
    portal = ["/", "/thu-tuc", "/thu-tuc?q=khai+sinh", "/thu-tuc/birth-registration", "/tra-cuu",
              f"/tra-cuu/{code}/{secret}", "/dang-nhap"]
    worklist = ["/viec", "/viec?xem=mine", "/viec?xem=halted", "/viec?xem=overdue", "/viec?xem=done",
                "/viec?sap-xep=due_last", "/viec?sap-xep=newest", "/viec?trang=3", f"/viec/{task}",
                "/ho-so", "/ho-so?q=Nguy%E1%BB%85n", f"/ho-so?q={code}", "/ho-so?trang=20", f"/ho-so/{owner}",
                f"/ho-so/{owner}/giay-to", f"/ho-so/{owner}/lich-su", f"/ho-so/{owner}/so-do"]
    return [*((ANYBODY, path) for path in portal), *(("tiepnhan", path) for path in worklist), ("lanhdao", "/viec"),
            ("hotich", "/viec"), ("quantri", "/giam-sat")]


def percentile(taken: list[float]) -> float:
    """The 95th, in milliseconds."""
    return round(statistics.quantiles(taken, n=20)[-1], 1)


def memory_mb() -> int:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 1_000_000


def _one(engine: Engine, asked: sa.Select[Any]) -> Any:
    return engine.read(lambda connection: connection.execute(asked).first())


def main() -> None:
    """Measures on a new database."""
    options = arguments(__doc__, rounds=30, what="how often each page is opened")
    options.add_argument("--dossiers", type=int, default=DOSSIERS)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(f"sqlite:///{folder}/motcua.db", Path(folder))
        bootstrap.prepare(settings)
        engine = bootstrap.open_engine(settings)
        bootstrap.install(engine, demo=True)
        seed(engine, given.dossiers)
        found = measure(engine, given.rounds)
        engine.close()
    result = {"p95_ms": found[0]["p95_ms"], "within_budget": found[0]["p95_ms"] <= BUDGET_MS, "pages": found,
              "memory_mb": memory_mb()}
    print(json.dumps(result, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
