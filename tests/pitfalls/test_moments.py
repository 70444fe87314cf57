"""Mistakes that other products made with the moment at which something happens, or with counting it.

6. OpenCPS: a receipt number at submission (#275); a result seen before it was approved (#313, #431); an officer
   to whom nothing was assigned can act (v2 #489); a wait of days ends after minutes (#1178).
8. OpenCPS v2 #1434: a dossier handled by several agencies is counted once for each.
10. Camunda #19783, #3713, #3075, #1909: a migration that says it succeeded and did nothing; timers dropped or begun
    anew.
17. Cibseven #1104: a filter that finds nothing once the list is sorted by due date, last first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import DomainError, NotAllowed
from engine.queries import worklist
from engine.queries.task import dossiers
from engine.queries.worklist import Filter, Sort, View
from engine.store.dossier_tables import dossier, issued_number
from engine.store.paper_tables import paper, result
from engine.store.tables import instance, timer, version, work_item
from engine.testing import FrozenClock, settle
from tests.app.client import Client
from tests.app.journeys import (
    BIRTH,
    BIRTH_STEPS,
    CHILD_GROUP,
    CHILD_GROUP_STEPS,
    do_first_task,
    dossier_id_of,
    file_dossier,
)
from tests.conftest import actor_named
from tests.engine.acts import ANSWERS, open_steps, rows, submit
from tests.engine.procedures import PATIENT

Actors = Callable[[str], Actor]
SignIn = Callable[[str], Client]


@pytest.fixture
def patient(engine: Engine) -> Engine:
    """The demonstration, with a procedure that waits two days."""
    engine.execute(PublishPackage(PATIENT), SYSTEM)
    return engine


# ------------------------------------------------------------------ 6
def test_6_a_dossier_has_no_code_and_no_receipt_until_it_is_accepted(patient: Engine, actor: Actors) -> None:
    filed = submit(patient, actor("tiepnhan"), "patient")
    settle(patient)
    assert filed["code"] is None
    assert (rows(patient, issued_number), rows(patient, paper)) == ([], [])
    patient.execute(CompleteTask(filed["task_id"], ANSWERS), actor("tiepnhan"))
    assert rows(patient, dossier)[0].code
    assert [row.slip for row in rows(patient, paper)] == ["receipt"]


def test_6_there_is_no_result_to_be_seen_before_somebody_has_signed(engine: Engine, sign_in: SignIn) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    dossier_id = dossier_id_of(receipt)
    seen = []
    for login, answers in BIRTH_STEPS:
        item, = rows(engine, work_item, business_key=dossier_id, status="open")
        seen.append((item.name, len(rows(engine, result, dossier_id=dossier_id))))
        officer = sign_in(login)
        page = officer.get(f"/viec/{item.id}")
        officer.submit(page.path, answers)
        settle(engine)
    assert [count for _, count in seen[:3]] == [0, 0, 0], seen
    assert len(rows(engine, result, dossier_id=dossier_id)) == 1


def test_6_whom_the_step_does_not_concern_cannot_do_it(patient: Engine, actor: Actors) -> None:
    filed = submit(patient, actor("tiepnhan"), "patient")
    for stranger in ("hotich", "congan", "quantri", "phantich"):
        with pytest.raises(NotAllowed):
            patient.execute(CompleteTask(filed["task_id"], ANSWERS), actor(stranger))


def test_6_a_wait_of_two_days_does_not_end_after_minutes(patient: Engine, actor: Actors, clock: FrozenClock) -> None:
    filed = submit(patient, actor("tiepnhan"), "patient")
    patient.execute(CompleteTask(filed["task_id"], ANSWERS), actor("tiepnhan"))
    for wait, steps in ((timedelta(minutes=5), []), (timedelta(hours=47), []), (timedelta(hours=1), ["Return"])):
        clock.advance(wait)
        settle(patient)
        assert open_steps(patient, filed["dossier_id"]) == steps


# ------------------------------------------------------------------ 8
def test_8_a_dossier_of_four_agencies_is_one_dossier_in_every_count(engine: Engine, sign_in: SignIn) -> None:
    dossier_id = dossier_id_of(file_dossier(sign_in("tiepnhan"), "child-birth-residence-insurance", CHILD_GROUP))
    for login, answers in CHILD_GROUP_STEPS[:3]:
        settle(engine)
        do_first_task(sign_in(login), answers)
    settle(engine)
    assert len(rows(engine, instance, business_key=dossier_id)) >= 3, "several agencies have their own process"
    for login in ("tiepnhan", "hotich", "congan"):
        assert engine.read(dossiers, actor_named(engine, login), "", 1).total == 1
    assert len(rows(engine, dossier)) == 1


# ------------------------------------------------------------------ 10
def test_10_a_new_version_neither_drops_nor_restarts_the_timers_of_running_dossiers(
        patient: Engine, actor: Actors, clock: FrozenClock) -> None:
    filed = submit(patient, actor("tiepnhan"), "patient")
    patient.execute(CompleteTask(filed["task_id"], ANSWERS), actor("tiepnhan"))
    before = [(row.id, row.due_at) for row in rows(patient, timer)]
    clock.advance(timedelta(days=1))
    later = replace(PATIENT, diagram=PATIENT.diagram.replace(b"P2D", b"P1D"))
    published = patient.execute(PublishPackage(later), SYSTEM)
    assert published["number"] == 2
    assert [(row.id, row.due_at) for row in rows(patient, timer)] == before
    clock.advance(timedelta(days=1))
    settle(patient)
    assert open_steps(patient, filed["dossier_id"]) == ["Return"]


def test_10_publishing_says_truly_whether_it_did_something(patient: Engine, actor: Actors) -> None:
    changed = replace(PATIENT, diagram=PATIENT.diagram.replace(b"P2D", b"P1D"))
    first, again = (patient.execute(PublishPackage(changed), SYSTEM) for _ in range(2))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert len(rows(patient, version, slug="patient")) == 2
    filed = submit(patient, actor("tiepnhan"), "patient")
    newest = max(rows(patient, version, slug="patient"), key=lambda row: row.number)
    assert rows(patient, dossier, id=filed["dossier_id"])[0].version_id == newest.id


# ------------------------------------------------------------------ 17
@pytest.mark.parametrize("sort", [*Sort])
@pytest.mark.parametrize("view", [View.UNIT, View.MINE, View.SOON, View.OVERDUE, View.HALTED])
def test_17_every_order_shows_the_same_work_in_every_part_and_under_every_filter(
        engine: Engine, actor: Actors, clock: FrozenClock, sort: Sort, view: View) -> None:
    officer = actor("tiepnhan")
    for number in range(3):
        waiting(engine, officer, "birth-registration", number)
    now = engine.clock.now()
    wanted = Filter(view=view, now=now, soon_until=now + timedelta(days=3), sort=sort)
    for narrowed in (wanted, replace(wanted, procedure="birth-registration"), replace(wanted, procedure="no-such")):
        usual = {row.id for row in engine.read(worklist.tasks, officer, replace(narrowed, sort=Sort.DUE_FIRST)).rows}
        assert {row.id for row in engine.read(worklist.tasks, officer, narrowed).rows} == usual
    assert engine.read(worklist.tasks, officer, replace(wanted, view=View.UNIT)).total == 3


def test_17_last_due_first_is_the_other_way_round_and_without_a_date_is_last(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    for number in range(3):
        waiting(engine, officer, "birth-registration", number)
    orders = (Sort.DUE_FIRST, Sort.DUE_LAST)
    first, last = (engine.read(worklist.tasks, officer, Filter(sort=sort)).rows for sort in orders)
    assert [row.id for row in first] != [row.id for row in last] or len({row.due_at for row in first}) == 1
    due = [row.due_at for row in last if row.due_at]
    assert due == sorted(due, reverse=True)


def waiting(engine: Engine, officer: Actor, slug: str, number: int) -> str:
    """A dossier that waits at the counter."""
    answers = {name: value for name, value in BIRTH.items() if "__" not in name and name != "decision"}
    command = SubmitDossier(slug, "direct", "commune-centre", {"name": f"Nguyễn Văn {number}"}, answers)
    try:
        return str(engine.execute(command, officer)["task_id"])
    except DomainError as refused:
        raise AssertionError(refused.facts) from refused


