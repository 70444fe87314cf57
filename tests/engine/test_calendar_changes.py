"""A day added to the calendar moves every promise it touches, as the preview said, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands import calendar_changes
from engine.commands.calendar_changes import NATION, ChangeCalendar, RedateDossiers, UndoCalendarChange
from engine.commands.context import Context
from engine.domain.calendar import CalendarDay, DayKind
from engine.domain.calendar_change import ChangeUndone, DayTaken, Shift
from engine.domain.clock_ledger import ClockEvent
from engine.domain.dossier import Dossier
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.queries import calendar
from engine.queries.task import dossier_file
from engine.store.tables import work_item
from engine.testing import FrozenClock, settle
from engine.worker import pick_up, redate
from tests.conftest import actor_named
from tests.engine.acts import received, rows

TUESDAY = date(2026, 3, 3)
STORM = CalendarDay(TUESDAY, DayKind.LOCAL_CLOSURE, None, "Bão số 1")


@pytest.fixture
def dossier_id(engine: Engine) -> str:
    return received(engine, actor_named(engine, "tiepnhan"), "five-steps")


def change(engine: Engine, *added: CalendarDay, unit_id: str | None = None, removed: tuple[date, ...] = (),
           login: str = "quantri") -> dict[str, object]:
    result = engine.execute(ChangeCalendar(unit_id or NATION, added, removed), actor_named(engine, login))
    engine.calendars.forget()
    settle(engine)
    return result


def moved(engine: Engine) -> list[int]:
    """How many dossiers each change moved, the latest first."""
    return [each.change.moved for each in engine.read(calendar.changes)]


def promised(engine: Engine, dossier_id: str) -> date:
    due_at = engine.read(dossier_file, actor_named(engine, "tiepnhan"), dossier_id).dossier.due_at
    assert due_at is not None
    return due_at.date()


def previewed(engine: Engine, *added: CalendarDay, unit_id: str | None = None,
              removed: tuple[date, ...] = ()) -> Shift:
    return engine.read(calendar.preview, engine.calendar, unit_id, added, removed, engine.clock.now())


def test_a_day_off_moves_what_the_preview_said_and_back_again(engine: Engine, dossier_id: str) -> None:
    before = promised(engine, dossier_id)
    assert previewed(engine, STORM) == Shift(later=1)
    assert promised(engine, dossier_id) == before

    made = change(engine, STORM)
    assert moved(engine) == [1]
    assert promised(engine, dossier_id) == before + timedelta(days=1)
    assert engine.verify() == []

    engine.execute(UndoCalendarChange(str(made["change_id"])), actor_named(engine, "quantri"))
    engine.calendars.forget()
    settle(engine)
    assert promised(engine, dossier_id) == before
    assert engine.verify() == []
    with pytest.raises(ChangeUndone):
        engine.execute(UndoCalendarChange(str(made["change_id"])), actor_named(engine, "quantri"))


def test_dossiers_are_dated_anew_a_few_at_a_time_and_once(
        engine: Engine, dossier_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 1)
    others = [received(engine, actor_named(engine, "tiepnhan"), "five-steps") for _ in range(2)]
    before = promised(engine, dossier_id)
    made = change(engine, STORM)
    assert {promised(engine, each) for each in (dossier_id, *others)} == {before + timedelta(days=1)}
    assert moved(engine) == [3]
    redate(engine, str(made["change_id"]))
    assert moved(engine) == [3]
    with pytest.raises(NotAllowed):
        engine.execute(RedateDossiers(str(made["change_id"])), actor_named(engine, "quantri"))


def test_a_run_that_an_error_ended_is_swept_up_and_one_that_came_to_its_end_is_not(
        engine: Engine, dossier_id: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 1)
    ids = sorted([dossier_id, *(received(engine, actor_named(engine, "tiepnhan"), "five-steps") for _ in range(2))])
    before = promised(engine, dossier_id)
    failing(monkeypatch, ids[1], sa.exc.OperationalError("select", {}, Exception("gone")), times=1)
    change(engine, STORM)
    assert [(promised(engine, each) - before).days for each in ids] == [1, 0, 0]
    clock.advance(timedelta(minutes=2))
    assert pick_up(engine) == 1
    settle(engine)
    assert [(promised(engine, each) - before).days for each in ids] == [1, 1, 1]
    assert (moved(engine), pick_up(engine)) == ([3], 0)


def test_a_dossier_that_cannot_be_read_keeps_nobody_elses_date_back(
        engine: Engine, dossier_id: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 2)
    ids = sorted([dossier_id, *(received(engine, actor_named(engine, "tiepnhan"), "five-steps") for _ in range(2))])
    before = promised(engine, dossier_id)
    failing(monkeypatch, ids[0], ValueError("no ledger"), times=9)
    change(engine, STORM)
    assert [(promised(engine, each) - before).days for each in ids] == [0, 1, 1]
    assert {each.subject for each in engine.verify()} == {ids[0]}
    clock.advance(timedelta(minutes=2))
    assert pick_up(engine) == 0


def failing(monkeypatch: pytest.MonkeyPatch, dossier_id: str, error: Exception, times: int) -> None:
    """The date of this dossier cannot be reckoned so many times."""
    real, left = calendar_changes._due_at, [error] * times

    def due_at(ctx: Context, it: Dossier, ledger: Sequence[ClockEvent]) -> datetime | None:
        if it.id == dossier_id and left:
            raise left.pop()
        return real(ctx, it, ledger)

    monkeypatch.setattr(calendar_changes, "_due_at", due_at)


def test_a_day_taken_away_brings_promises_forward(engine: Engine, dossier_id: str) -> None:
    change(engine, STORM)
    before = promised(engine, dossier_id)
    assert previewed(engine, removed=(TUESDAY,)) == Shift(earlier=1)
    change(engine, removed=(TUESDAY,))
    assert promised(engine, dossier_id) == before - timedelta(days=1)


def test_another_units_day_moves_nothing_here(engine: Engine, dossier_id: str) -> None:
    before = promised(engine, dossier_id)
    assert previewed(engine, STORM, unit_id="commune-police") == Shift()
    change(engine, STORM, unit_id="commune-police")
    assert moved(engine) == [0]
    assert promised(engine, dossier_id) == before


def test_steps_due_with_the_whole_dossier_stay_due_with_it(engine: Engine, dossier_id: str) -> None:
    capped = rows(engine, work_item, business_key=dossier_id, status="open")[0].due_at
    change(engine, CalendarDay(date(2026, 3, 6), DayKind.HOLIDAY, None, "Nghỉ"))
    assert rows(engine, work_item, business_key=dossier_id, status="open")[0].due_at == capped


def test_dossiers_that_become_late_are_counted(engine: Engine, dossier_id: str, clock: object) -> None:
    shift = Shift().counting(engine.clock.now(), engine.clock.now() - timedelta(days=1), engine.clock.now())
    assert (shift.newly_late, shift.relieved, shift.moved) == (1, 0, 1)
    back = Shift().counting(engine.clock.now() - timedelta(days=1), engine.clock.now(), engine.clock.now())
    assert (back.newly_late, back.relieved) == (0, 1)


def test_a_date_has_one_meaning_and_only_administrators_give_it(engine: Engine) -> None:
    change(engine, STORM)
    with pytest.raises(DayTaken):
        change(engine, STORM)
    with pytest.raises(DayTaken):
        change(engine, *[CalendarDay(date(2026, 3, 4), DayKind.HOLIDAY)] * 2)
    with pytest.raises(NotFound):
        change(engine, removed=(date(2026, 3, 5),))
    with pytest.raises(InvalidInput):
        change(engine)
    for login in ("tiepnhan", "giamdoc", "lanhdao"):
        with pytest.raises(NotAllowed):
            change(engine, CalendarDay(date(2026, 3, 9), DayKind.HOLIDAY), login=login)
