"""Where benchmarks run: new databases of each kind, whose commits reach the disk."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.commands.definitions import PublishPackage
from engine.commands.installation import InstallSample
from engine.domain.actor import SYSTEM, Actor, ActorKind, Membership, Role
from engine.domain.review import Package
from engine.gateways.sample import sample
from engine.ports import Clock
from tests.postgres import Cluster, find

OFFICER = Actor("bench", "Bench", ActorKind.STAFF, frozenset({Membership("commune-centre", Role.RECEPTION_OFFICER)}))


def new_databases(count: int) -> Iterator[tuple[str, list[str]]]:
    """Empty databases of each kind, gone afterwards; PostgreSQL only where its programs are found."""
    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", [f"sqlite:///{folder}/bench{number}.db" for number in range(count)]
    if find("initdb"):
        cluster = Cluster(durable=True)
        try:
            yield "postgresql", [cluster.create_database() for _ in range(count)]
        finally:
            cluster.stop()


def furnished(url: str, folder: Path, package: Package, clock: Clock | None = None) -> Engine:
    """An engine on an empty database, with one procedure published."""
    settings = Settings(url, folder)
    bootstrap.prepare(settings)
    engine = bootstrap.open_engine(settings, clock=clock)
    bootstrap.install(engine, demo=False)
    engine.execute(InstallSample("tan-an", sample()), SYSTEM)
    engine.execute(PublishPackage(package), SYSTEM)
    return engine


def arguments(description: str | None, *, rounds: int, what: str) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=rounds, help=f"{what} (default {rounds})")
    options.add_argument("--json", action="store_true", help="one line of JSON")
    return options


def report(results: dict[str, dict[str, Any]], *, in_one_line: bool) -> None:
    """Prints the first database's figures on top, then every database by name."""
    first = next(iter(results.values()))
    told = first if len(results) == 1 else {**first, **results}
    print(json.dumps(told, indent=None if in_one_line else 2))
