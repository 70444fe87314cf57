"""Nobody's work waits for somebody who is away: stand-ins by date and procedure, and work shared out by load."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.organisation import EndAbsence, PlanAbsence, ShareWork
from engine.commands.tasks import ClaimTask, CompleteTask, ReleaseTask
from engine.domain.absence import AbsenceNotYours, AbsenceOverlaps, Capacity, OwnStandIn, SignatureNotYours
from engine.domain.actor import Actor, Role
from engine.domain.errors import InvalidInput, NotAllowed, TaskHeldByOther
from engine.queries import organisation, people, worklist
from engine.queries.worklist import Filter, View
from engine.store.tables import work_item
from tests.conftest import actor_named
from tests.engine.acts import open_task, received, rows, submit

MONDAY = date(2026, 3, 2)


def away(engine: Engine, login: str, stand_in: str, by: str = "giamdoc", **details: Any) -> str:
    plan = PlanAbsence(actor_named(engine, login).id, actor_named(engine, stand_in).id,
                       details.pop("starts_on", MONDAY), details.pop("ends_on", MONDAY + timedelta(days=4)), **details)
    return str(engine.execute(plan, actor_named(engine, by))["absence_id"])


def waiting(engine: Engine, who: Actor, view: View = View.UNIT) -> list[str]:
    return [row.id for row in engine.read(worklist.tasks, who, Filter(view)).rows]


def holder(engine: Engine, task_id: str) -> str | None:
    (row,) = rows(engine, work_item, id=task_id)
    return str(row.assignee_id) if row.assignee_id else None


def test_a_task_is_not_orphaned_while_its_owner_is_away(engine: Engine) -> None:
    task_id = str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])
    engine.execute(ClaimTask(task_id), actor_named(engine, "tiepnhan"))
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), actor_named(engine, "hotich"))

    away(engine, "tiepnhan", "hotich")
    stand_in = actor_named(engine, "hotich")
    (row,) = engine.read(worklist.tasks, stand_in, Filter(View.MINE)).rows
    assert (row.id, row.stands_in_for) == (task_id, actor_named(engine, "tiepnhan").name)
    engine.execute(CompleteTask(task_id, {"decision": "accept"}), stand_in)

    signed = engine.read(people.signature_of, task_id)
    assert signed is not None
    assert (signed.name, signed.capacity, signed.signed_for) == (
        stand_in.name, Capacity.NONE, actor_named(engine, "tiepnhan").name)


def test_what_the_owner_holds_stays_closed_to_everybody_but_his_stand_in(engine: Engine) -> None:
    task_id = str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])
    engine.execute(ClaimTask(task_id), actor_named(engine, "tiepnhan"))
    away(engine, "tiepnhan", "hotich")
    with pytest.raises(TaskHeldByOther):
        engine.execute(ClaimTask(task_id), actor_named(engine, "tiepnhan2"))
    engine.execute(ClaimTask(task_id), actor_named(engine, "hotich"))
    assert holder(engine, task_id) == actor_named(engine, "hotich").id


@pytest.mark.parametrize("days", [-1, 5])
def test_a_stand_in_has_no_say_outside_the_days(engine: Engine, clock: Any, days: int) -> None:
    task_id = str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])
    away(engine, "tiepnhan", "hotich")
    clock.advance(timedelta(days=days))
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), actor_named(engine, "hotich"))


def test_a_stand_in_for_some_procedures_does_only_those(engine: Engine) -> None:
    five = str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])
    patient = str(submit(engine, actor_named(engine, "tiepnhan"), "patient")["task_id"])
    away(engine, "tiepnhan", "hotich", procedures=("patient",))

    assert patient in waiting(engine, actor_named(engine, "hotich"))
    assert five not in waiting(engine, actor_named(engine, "hotich"))
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(five, {"decision": "accept"}), actor_named(engine, "hotich"))
    engine.execute(CompleteTask(patient, {"decision": "accept"}), actor_named(engine, "hotich"))


def test_nobody_signs_for_another_without_a_capacity(engine: Engine) -> None:
    head, stand_in = actor_named(engine, "lanhdao"), "hotich"
    away(engine, "lanhdao", stand_in, by="lanhdao")
    found = actor_named(engine, stand_in).standing_in[0]
    assert not found.may(Role.APPROVER, found.unit_id, MONDAY, "five-steps")
    engine.execute(EndAbsence(found.absence.id), head)
    away(engine, "lanhdao", stand_in, by="lanhdao", capacity="KT")
    found = actor_named(engine, stand_in).standing_in[0]
    assert found.may(Role.APPROVER, found.unit_id, MONDAY, "five-steps")


def test_only_heads_and_administrators_plan_absences_and_only_sensible_ones(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        away(engine, "hotich", "hotich2", by="giamdoc")         # another unit's officer
    away(engine, "hotich", "hotich2", by="lanhdao")
    with pytest.raises(AbsenceOverlaps):
        away(engine, "hotich", "kinhte", by="quantri", starts_on=MONDAY + timedelta(days=3))
    for details in ({"stand_in": "kinhte"}, {"ends_on": MONDAY - timedelta(days=1)}, {"capacity": "PGD"},
                    {"ends_on": MONDAY + timedelta(days=4000)}):
        with pytest.raises(InvalidInput):
            away(engine, "kinhte", **{"stand_in": "hotich", "by": "quantri", **details})


@pytest.mark.parametrize(("who", "by"), [
    ("lanhdao", "truongphong"),     # heads one of the leader's two units, and signs at neither
    ("vanthu", "lanhdao"),          # heads two of the clerk's three units
    ("truongphong", "giamdoc"),     # heads another unit altogether
])
def test_a_head_disposes_of_nobody_beyond_his_own_units_and_signature(engine: Engine, who: str, by: str) -> None:
    for stand_in in (by, "kinhte"):
        with pytest.raises(AbsenceNotYours):
            away(engine, who, stand_in, by=by, capacity="KT")
    planned = away(engine, who, "kinhte", by="quantri")
    with pytest.raises(AbsenceNotYours):
        engine.execute(EndAbsence(planned), actor_named(engine, by))
    shown = engine.read(organisation.staff, actor_named(engine, by))
    assert who not in {each.login for each in shown}
    assert engine.read(organisation.planned_absences, actor_named(engine, by), MONDAY) == ()


@pytest.mark.parametrize(("who", "by"), [("lanhdao", "quantri"), ("hotich", "lanhdao"), ("tiepnhan", "giamdoc")])
def test_nobody_gives_himself_anothers_powers(engine: Engine, who: str, by: str) -> None:
    with pytest.raises(OwnStandIn):
        away(engine, who, by, by=by, capacity="KT")
    assert actor_named(engine, by).standing_in == ()
    away(engine, who, "kinhte", by=by)


def test_no_administrator_alone_lets_another_sign_for_a_leader(engine: Engine) -> None:
    for leader in ("lanhdao", "truongphong", "giamdoc"):
        with pytest.raises(SignatureNotYours):
            away(engine, leader, "kinhte", by="quantri", capacity="TUQ")
    away(engine, "hotich", "hotich2", by="quantri", capacity="KT")


def test_a_leader_says_himself_who_signs_while_he_is_away(engine: Engine) -> None:
    away(engine, "lanhdao", "truongphong", by="lanhdao", capacity="KT")
    assert "lanhdao" in {each.login for each in engine.read(organisation.staff, actor_named(engine, "lanhdao"))}
    with pytest.raises(NotAllowed):
        away(engine, "hotich", "hotich2", by="hotich")      # an officer's absence is for his head to say


def test_an_absence_that_was_taken_back_gives_no_power(engine: Engine) -> None:
    task_id = str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])
    engine.execute(EndAbsence(away(engine, "tiepnhan", "hotich")), actor_named(engine, "giamdoc"))
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), actor_named(engine, "hotich"))


def share(engine: Engine) -> None:
    engine.execute(ShareWork("commune-centre", "reception_officer", True), actor_named(engine, "quantri"))


def test_new_work_goes_to_whoever_has_the_least(engine: Engine) -> None:
    share(engine)
    hoa, tu = actor_named(engine, "tiepnhan"), actor_named(engine, "tiepnhan2")
    tasks = [str(submit(engine, hoa, "five-steps")["task_id"]) for _ in range(3)]
    assert [holder(engine, task) for task in tasks] == [hoa.id, tu.id, hoa.id]      # by login where it is equal
    engine.execute(CompleteTask(tasks[1], {"decision": "accept"}), tu)              # his next step has no rule less
    engine.execute(ReleaseTask(open_task(engine, rows(engine, work_item, id=tasks[1])[0].business_key)), tu)
    assert holder(engine, str(submit(engine, hoa, "five-steps")["task_id"])) == tu.id


def test_work_is_shared_among_those_who_are_there(engine: Engine) -> None:
    share(engine)
    away(engine, "tiepnhan", "hotich", procedures=("five-steps",))
    tu, stand_in = actor_named(engine, "tiepnhan2"), actor_named(engine, "hotich")
    five = [holder(engine, str(submit(engine, tu, "five-steps")["task_id"])) for _ in range(2)]
    assert five == [stand_in.id, tu.id]
    assert holder(engine, str(submit(engine, tu, "patient")["task_id"])) == actor_named(engine, "tiepnhan").id


def test_without_the_option_new_work_belongs_to_nobody_yet(engine: Engine) -> None:
    share(engine)
    engine.execute(ShareWork("commune-centre", "reception_officer", False), actor_named(engine, "quantri"))
    assert holder(engine, str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])) is None
    with pytest.raises(NotAllowed):
        engine.execute(ShareWork("commune-centre", "reception_officer", True), actor_named(engine, "giamdoc"))


def test_an_officer_who_is_not_assigned_cannot_act(engine: Engine) -> None:
    """Pitfall 6 (opencps-v2 489): a colleague of the same role at another unit is as strange as anybody."""
    dossier_id = received(engine, actor_named(engine, "tiepnhan"), "five-steps")
    task_id = open_task(engine, dossier_id)
    engine.execute(ClaimTask(task_id), actor_named(engine, "tiepnhan"))
    for login in ("tiepnhan2", "hotich", "congan", "giamdoc"):
        with pytest.raises((NotAllowed, TaskHeldByOther)):
            engine.execute(CompleteTask(task_id, {"note": "x"}), actor_named(engine, login))
