"""What tests stand on: a database of each kind, no network, an engine whose clock stands still, a real server."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.domain.actor import Actor
from engine.domain.calendar import VIETNAM
from engine.gateways.jobs_inline import InlineJobs
from engine.gateways.payments import PaymentSettings
from engine.queries import people
from engine.store import schema
from engine.testing import FrozenClock
from engine.worker import tasks
from tests.postgres import REMEDY, Cluster, find
from tests.server import Server

CHROMIUM_SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]
WITHOUT_POSTGRES = os.environ.get("MOTCUA_TEST_WITHOUT_POSTGRES") == "1"
DATABASES = ["sqlite"] if WITHOUT_POSTGRES else ["sqlite", "postgresql"]


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not walk through it again and again during the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# ------------------------------------------------------------------ nothing leaves the machine
@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that needs the world does not pass on a train."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def near(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host not in ("", "localhost", "::1") and not host.startswith("127."):
            raise AssertionError(f"a test tried to reach {host}")

    def connect_nearby(self: socket.socket, address: Any) -> None:
        near(address)
        connect(self, address)

    def look_up_nearby(host: Any, *arguments: Any, **options: Any) -> Any:
        near((host.decode() if isinstance(host, bytes) else host or "", 0))
        return lookup(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_nearby)
        patch.setattr(socket, "getaddrinfo", look_up_nearby)
        yield


# ------------------------------------------------------------------ databases
@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One server for the whole session of this process."""
    if not find("initdb"):
        pytest.fail(REMEDY, pytrace=False)
    running = Cluster()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "motcua.db"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> str:
    """The name of a migrated database, copied for each test."""
    url = cluster.create_database()
    schema.upgrade(url)
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "motcua.db")
    return f"sqlite:///{tmp_path / 'motcua.db'}"


@pytest.fixture
def postgresql_url(cluster: Cluster, postgresql_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    url = cluster.create_database(postgresql_template)
    yield url
    cluster.drop_database(url)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=DATABASES)
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    url = server.create_database()
    yield url
    server.drop_database(url)


# ------------------------------------------------------------------ the engine
TEST_PAYMENTS = PaymentSettings("test", "MOTCUA", "k" * 64)
MONDAY_MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the calendar, the sample administration and the published procedures."""
    folder = tmp_path_factory.mktemp("demo")
    path = Path(shutil.copy(sqlite_template, folder / "motcua.db"))
    engine = open_frozen(f"sqlite:///{path}", folder)
    bootstrap.install(engine, demo=True)
    engine.close()
    return path


@pytest.fixture
def demo_url(demo_template: Path, tmp_path: Path) -> str:
    """A SQLite database as a newcomer finds it."""
    shutil.copy(demo_template, tmp_path / "motcua.db")
    return f"sqlite:///{tmp_path / 'motcua.db'}"


@pytest.fixture
def engine(demo_url: str, tmp_path: Path) -> Iterator[Engine]:
    """The engine with demo data, on a Monday morning that does not pass; `settle(engine)` does a worker's part."""
    opened = open_frozen(demo_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock(engine: Engine) -> FrozenClock:
    """The engine's clock."""
    assert isinstance(engine.clock, FrozenClock)
    return engine.clock


@pytest.fixture
def actor(engine: Engine) -> Callable[[str], Actor]:
    """A demo account by its login, as an actor."""
    return lambda login: actor_named(engine, login)


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[Server]:
    """`motcua run` as a process of its own, with demo data and a worker; its address is `live_server.url`."""
    server = Server(tmp_path / "live")
    server.start()
    yield server
    server.stop()


def open_frozen(url: str, folder: Path, at: datetime = MONDAY_MORNING) -> Engine:
    """An engine whose clock stands still and whose jobs run when a test says so."""
    jobs = InlineJobs()
    opened = bootstrap.open_engine(Settings(url, folder, payments=TEST_PAYMENTS), clock=FrozenClock(at), jobs=jobs)
    jobs.run_worker(tasks(opened), name="inline", threads=1)
    return opened


def actor_named(engine: Engine, login: str) -> Actor:
    """A demo account by its login, as an actor."""
    found = engine.read(people.actor_by_login, login)
    assert found is not None, login
    return found


# ------------------------------------------------------------------ the browser
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium; nothing is downloaded."""
    names = (os.environ.get("MOTCUA_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    chromium = next((found for found in (shutil.which(name) for name in names if name) if found), None)
    if chromium is None:
        pytest.fail("No Chromium on this machine: `make test` installs Debian's package `chromium` where it may.",
                    pytrace=False)
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_SWITCHES}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A visitor in Việt Nam."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
