"""Here the engine runs on both databases, with the small procedures of these tests published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import bootstrap
from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.commands.installation import InstallSample
from engine.domain.actor import SYSTEM, Actor
from engine.gateways.sample import sample
from tests.conftest import DATABASES, actor_named, open_frozen
from tests.engine import costly
from tests.engine.procedures import ALL
from tests.postgres import Cluster


def furnish(url: str, folder: Path) -> None:
    """The sample administration and the procedures of these tests."""
    engine = open_frozen(url, folder)
    bootstrap.install(engine, demo=False)
    engine.execute(InstallSample("tan-an", sample()), SYSTEM)
    for package in ALL:
        engine.execute(PublishPackage(package), SYSTEM)
    engine.close()


@pytest.fixture(scope="session")
def furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy."""
    folder = tmp_path_factory.mktemp("furnished")
    path = Path(shutil.copy(sqlite_template, folder / "motcua.db"))
    furnish(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def furnished_postgresql(cluster: Cluster, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database to copy."""
    url = cluster.create_database(postgresql_template)
    furnish(url, tmp_path_factory.mktemp("furnished"))
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=DATABASES)
def furnished_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A furnished database of each kind, new for every test."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("furnished_sqlite"), tmp_path / "motcua.db")
        yield f"sqlite:///{tmp_path / 'motcua.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    url = server.create_database(request.getfixturevalue("furnished_postgresql"))
    yield url
    server.drop_database(url)


@pytest.fixture
def engine(furnished_url: str, tmp_path: Path) -> Iterator[Engine]:
    """On a Monday morning that does not pass; nothing happens by itself until `settle(engine)`."""
    opened = open_frozen(furnished_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def officer(engine: Engine) -> Actor:
    """Who receives dossiers, and takes money where there is no cashier."""
    return actor_named(engine, "tiepnhan")


@pytest.fixture
def costing(engine: Engine) -> None:
    """The procedures that cost something are in force."""
    costly.publish(engine)


@pytest.fixture
def owed(engine: Engine, costing: None, officer: Actor) -> str:
    """A dossier whose applicant owes 500,000 đồng."""
    dossier_id = costly.file(engine, officer, "paid-by-himself")
    costly.assess(engine, officer, dossier_id, 500_000)
    return dossier_id
