"""Invented dossiers keep every promise that real ones keep, and look like the work of a real place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import bootstrap
from engine.bootstrap import Engine
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.domain.dossier import NationalStatus
from engine.domain.errors import DatabaseNotEmpty
from engine.queries import worklist
from engine.queries.verification import Discrepancy
from engine.seeding.seed import seed
from engine.seeding.twin import tables_of_lives
from engine.store.dossier_tables import clock_event, dossier
from engine.store.tables import account, history, metadata, setting, unit, work_item
from tests.conftest import DATABASES, actor_named, open_frozen
from tests.engine.acts import rows
from tests.procedures.test_live import SCRIPTS

COUNT = 240


@pytest.fixture(scope="module", params=DATABASES)
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A demonstration with invented dossiers, on each database."""
    folder = tmp_path_factory.mktemp("seeded")
    if request.param == "sqlite":
        engine = newcomer(request.getfixturevalue("demo_template"), folder)
    else:
        url = request.getfixturevalue("cluster").create_database(request.getfixturevalue("postgresql_template"))
        engine = open_frozen(url, folder)
        bootstrap.install(engine, demo=True)
    seed(engine, COUNT)
    yield engine
    engine.close()


def newcomer(template: Path, folder: Path) -> Engine:
    """The demonstration without a dossier."""
    shutil.copy(template, folder / "motcua.db")
    return open_frozen(f"sqlite:///{folder / 'motcua.db'}", folder)


def wrong(engine: Engine) -> list[Discrepancy]:
    """What verify finds, but for the files of results, which no worker has made in these tests."""
    return [each for each in engine.verify() if each.code != "result_without_file"]


def test_nothing_of_it_is_found_wrong(seeded: Engine) -> None:
    assert wrong(seeded) == []


def test_there_are_as_many_as_asked_for_each_with_its_own_code_and_secret(seeded: Engine) -> None:
    found = rows(seeded, dossier)
    codes = [row.code for row in found if row.code]
    assert len(found) == COUNT
    assert len(codes) == len(set(codes)) > COUNT / 2
    assert len({row.tracking_secret for row in found}) == COUNT
    assert len({row.owner_name for row in found}) > COUNT / 3
    assert not any("Khuyết" in row.owner_name or "Khuyết" in str(row.owner) for row in found)


def test_they_stand_where_dossiers_of_a_real_counter_stand(seeded: Engine) -> None:
    found = rows(seeded, dossier)
    assert len({row.national_status for row in found}) >= 4
    assert {row.channel for row in found} >= {"direct", "online"}
    assert sum(row.national_status == NationalStatus.RETURNED for row in found) > COUNT / 2
    late = sum(bool(row.due_at and row.finished_at and row.finished_at > row.due_at) for row in found)
    assert 0 < late < COUNT / 3
    assert rows(seeded, work_item, status="open") and rows(seeded, history)


def test_an_officer_finds_the_open_ones(seeded: Engine) -> None:
    found = [seeded.read(worklist.tasks, actor_named(seeded, login), worklist.Filter()).total
             for login in ("tiepnhan", "hotich", "lanhdao", "congan", "bhxh")]
    assert sum(found) > 0


def test_the_next_code_follows_the_last(seeded: Engine) -> None:
    answers = SCRIPTS["birth-registration"].answers["start"]
    command = SubmitDossier("birth-registration", "direct", "commune-centre", {"name": "Nguyễn An"}, answers,
                            intake=IntakeDecision("accept"))
    before = {row.code for row in rows(seeded, dossier)}
    assert seeded.execute(command, actor_named(seeded, "tiepnhan"))["code"] not in {None, *before}


def test_where_there_are_dossiers_it_refuses_unless_forced(seeded: Engine) -> None:
    before = len(rows(seeded, dossier))
    with pytest.raises(DatabaseNotEmpty):
        seed(seeded, 3)
    assert len(rows(seeded, dossier)) == before
    seed(seeded, 3, force=True)
    assert len(rows(seeded, dossier)) == before + 3
    assert wrong(seeded) == []


def test_every_table_that_names_a_dossier_is_copied() -> None:
    named = {table.name for table in metadata.sorted_tables if "dossier_id" in table.c}
    assert named <= {table.name for table in tables_of_lives()}
    assert not {account, unit, setting} & set(tables_of_lives())


def test_the_same_chance_tells_the_same_stories(demo_template: Path, tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        engine = newcomer(demo_template, tmp_path)
        seed(engine, 12, chance=7)
        told.append(sorted((row.owner_name, row.slug, row.submitted_at, row.national_status, row.due_at)
                           for row in rows(engine, dossier)))
        assert sum(1 for _ in rows(engine, clock_event)) > 0
        engine.close()
    assert told[0] == told[1]


def test_the_tables_of_lives_come_after_what_they_lean_on() -> None:
    names = [table.name for table in tables_of_lives()]
    assert names.index("dossier") < names.index("clock_event")
    assert sa.inspect(dossier).primary_key.columns.keys() == ["id"]
