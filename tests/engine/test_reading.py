"""Every look at a dossier is a line of its own, and the line never holds what was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.bootstrap import Engine
from engine.commands.reading import RecordRead
from engine.domain.actor import SYSTEM, Actor, ActorKind
from engine.domain.errors import NotAllowed, NotFound
from engine.domain.read_log import SAME_LOOK, look_key
from engine.queries.reads import ReadFilter, reads
from engine.store.file_tables import read_log
from tests.conftest import MONDAY_MORNING
from tests.engine.acts import received, rows

Actors = Callable[[str], Actor]


def look(engine: Engine, actor: Actor, dossier_id: str, what: str = "papers") -> None:
    engine.execute(RecordRead(dossier_id, what), actor, look_key(actor.id, dossier_id, what, engine.clock.now()))


def test_a_look_says_who_when_and_at_what(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    look(engine, actor("hotich"), dossier_id)
    (row,) = engine.read(reads, ReadFilter()).rows
    assert (row.person, row.login, row.kind) == ("Trần Minh Đức", "hotich", ActorKind.STAFF)
    assert (row.dossier_id, row.what) == (dossier_id, "papers") and row.at == MONDAY_MORNING


def test_looking_again_within_minutes_is_the_same_look(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    for _ in range(3):
        look(engine, actor("hotich"), dossier_id)
    look(engine, actor("hotich2"), dossier_id)
    look(engine, actor("hotich"), dossier_id, "history")
    engine.clock.advance(SAME_LOOK)  # type: ignore[attr-defined]
    look(engine, actor("hotich"), dossier_id)
    assert len(rows(engine, read_log)) == 4


def test_the_log_is_searched_by_dossier_person_and_day(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    first, second = received(engine, officer, "five-steps"), received(engine, officer, "five-steps")
    look(engine, actor("hotich"), first)
    look(engine, actor("hotich2"), second)

    def found(**asked: object) -> int:
        return engine.read(reads, ReadFilter(**asked)).total  # type: ignore[arg-type]
    assert (found(), found(dossier=first), found(person="minh"), found(person="hotich2")) == (2, 1, 1, 1)
    assert found(since=MONDAY_MORNING + timedelta(days=1)) == 0 and found(until=MONDAY_MORNING) == 0
    assert found(person="%") == 0, "a percent sign is a letter like any other"


def test_nobody_signs_for_the_engine_or_for_a_dossier_that_is_not_there(engine: Engine, actor: Actors) -> None:
    with pytest.raises(NotFound):
        look(engine, actor("hotich"), "no-such")
    with pytest.raises(NotAllowed):
        look(engine, SYSTEM, received(engine, actor("tiepnhan"), "five-steps"))


def test_nobody_leaves_a_line_about_a_look_he_could_not_have_had(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    for login in ("congan", "bhxh"):
        with pytest.raises(NotAllowed):
            look(engine, actor(login), dossier_id)
    assert rows(engine, read_log) == []
