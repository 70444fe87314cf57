"""A dossier that ends before its result: withdrawn by its owner or stopped by the agency, or going on after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from engine.bootstrap import Engine
from engine.commands.promising import RequestApology, RequestExtension
from engine.commands.stopping import ContinueDossier, RequestStop, RequestWithdrawal, StopDossier
from engine.domain.actor import SYSTEM, Actor, ActorKind
from engine.domain.calendar import VIETNAM
from engine.domain.errors import (
    DomainError,
    IllegalMove,
    InvalidInput,
    NotAllowed,
    NotFound,
    ProcedureNotInForce,
    WithdrawalPending,
)
from engine.store.dossier_tables import clock_event, dossier
from engine.store.tables import instance, timer, work_item
from engine.testing import FrozenClock, settle
from tests.engine.acts import (
    complete,
    open_incidents,
    open_steps,
    open_task,
    received,
    rows,
    submit,
    timers_of,
)
from tests.engine.beside import furnished, kinds_beside
from tests.engine.test_races import together

__all__ = ["furnished"]
Actors = Callable[[str], Actor]
LETTER = "Đơn ngày 02/03/2026"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def standing(engine: Engine, dossier_id: str) -> tuple[int, str, str | None]:
    (row,) = rows(engine, dossier, id=dossier_id)
    return row.national_status, row.clock, row.outcome


def step_named(engine: Engine, dossier_id: str, name: str) -> str:
    (row,) = rows(engine, work_item, business_key=dossier_id, status="open", name=name)
    return str(row.id)


def brought(dossier_id: str, reason: str) -> RequestWithdrawal:
    return RequestWithdrawal(dossier_id, reason, LETTER)


def withdraw(engine: Engine, officer: Actor, dossier_id: str) -> None:
    engine.execute(RequestWithdrawal(dossier_id, "Không còn nhu cầu", LETTER), officer)


def test_a_request_to_withdraw_rests_the_dossier_until_it_is_decided(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    withdraw(furnished, actor("tiepnhan"), dossier_id)

    assert standing(furnished, dossier_id) == (7, "paused", None)
    assert open_steps(furnished, dossier_id) == ["Appraise", "Decide"]
    assert furnished.verify() == []


def test_a_withdrawal_that_is_granted_takes_everything_back(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "patient")
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    complete(furnished, actor("lanhdao"), step_named(furnished, dossier_id, "Decide"))
    settle(furnished)

    assert standing(furnished, dossier_id) == (8, "finished", "withdrawn")
    assert open_steps(furnished, dossier_id) == timers_of(furnished, dossier_id) == []
    assert [row.status for row in rows(furnished, instance, business_key=dossier_id)] == ["terminated", "completed"]
    assert furnished.verify() == []


def test_a_withdrawal_that_is_rejected_brings_the_dossier_back_where_it_was(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    """Two working days of thinking it over are given back."""
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    clock.set(at("2026-03-04T08:30"))
    furnished.execute(ContinueDossier(dossier_id), SYSTEM)
    furnished.execute(ContinueDossier(dossier_id), SYSTEM)

    (row,) = rows(furnished, dossier, id=dossier_id)
    assert (row.national_status, row.clock, row.held_status) == (4, "running", None)
    assert row.due_at.astimezone(VIETNAM) == at("2026-03-11T08:30")
    assert row.watch_at.astimezone(VIETNAM) == at("2026-03-10T08:30")
    assert [each.kind for each in rows(furnished, clock_event, dossier_id=dossier_id)] == [
        "started", "paused", "resumed"]


def test_the_counter_needs_something_of_the_owner_and_stops_the_clock_for_him_once(
        furnished: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    dossier_id = received(furnished, officer, "five-steps")
    with pytest.raises(InvalidInput) as refused:
        furnished.execute(RequestWithdrawal(dossier_id, "Không còn nhu cầu", " "), officer)
    assert refused.value.facts["problems"] == {"brought": "required"}
    for _ in range(3):
        withdraw(furnished, officer, dossier_id)
        furnished.execute(ContinueDossier(dossier_id), SYSTEM)
    assert [each.kind for each in rows(furnished, clock_event, dossier_id=dossier_id)] == [
        "started", "paused", "resumed"]
    assert standing(furnished, dossier_id) == (4, "running", None)
    assert furnished.verify() == []


def test_before_acceptance_a_dossier_is_withdrawn_without_a_clock(furnished: Engine, actor: Actors) -> None:
    dossier_id = submit(furnished, actor("tiepnhan"), "five-steps")["dossier_id"]
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    furnished.execute(ContinueDossier(dossier_id), SYSTEM)
    assert standing(furnished, dossier_id) == (1, "idle", None)
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    furnished.execute(StopDossier(dossier_id, "Đồng ý"), SYSTEM)
    assert standing(furnished, dossier_id) == (8, "idle", "withdrawn")


def test_no_other_step_moves_a_dossier_that_may_be_withdrawn(furnished: Engine, actor: Actors) -> None:
    """The officer is told what to do first, and his work is not lost."""
    officer = actor("tiepnhan")
    dossier_id = received(furnished, officer, "five-steps")
    complete(furnished, officer, open_task(furnished, dossier_id))
    complete(furnished, officer, open_task(furnished, dossier_id))
    withdraw(furnished, officer, dossier_id)

    with pytest.raises(WithdrawalPending) as refused:
        complete(furnished, officer, step_named(furnished, dossier_id, "Approve"))
    assert refused.value.code == "withdrawal_pending"
    assert open_steps(furnished, dossier_id) == ["Approve", "Decide"]


def test_a_timer_waits_without_an_incident_while_the_withdrawal_is_open(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "patient")
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    for hour in range(8, 17):
        clock.set(at(f"2026-03-04T{hour:02}:31"))
        settle(furnished)
    assert open_incidents(furnished, dossier_id) == []
    furnished.execute(ContinueDossier(dossier_id), SYSTEM)
    clock.set(at("2026-03-05T08:30"))
    settle(furnished)
    assert open_steps(furnished, dossier_id) == ["Decide", "Return"]
    assert rows(furnished, timer) == []


def test_a_request_on_which_no_procedure_in_force_can_decide_leaves_the_dossier_as_it_is(
        engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")

    for login, command in (("tiepnhan", brought), ("hotich", RequestStop), ("hotich", RequestApology),
                           ("hotich", RequestExtension)):
        with pytest.raises(ProcedureNotInForce):
            engine.execute(command(dossier_id, "Không còn nhu cầu"), actor(login))
    assert standing(engine, dossier_id) == (4, "running", None)
    complete(engine, actor("tiepnhan"), open_task(engine, dossier_id))
    assert open_incidents(engine, dossier_id) == []


def test_a_dossier_that_rests_while_nobody_can_decide_is_found(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    withdraw(furnished, actor("tiepnhan"), dossier_id)
    (decision,) = [row for row in rows(furnished, work_item, business_key=dossier_id) if row.name == "Decide"]
    with furnished.database.begin() as connection:
        connection.execute(instance.update().where(instance.c.id == decision.instance_id).values(status="terminated"))

    assert [(each.subject, each.code) for each in furnished.verify()] == [(dossier_id, "resting_without_decision")]


@pytest.mark.parametrize("steps", [4, 5])
def test_what_has_its_result_is_no_longer_withdrawn_or_stopped(
        furnished: Engine, actor: Actors, steps: int) -> None:
    officer = actor("tiepnhan")
    dossier_id = submit(furnished, officer, "five-steps")["dossier_id"]
    for _ in range(steps):
        complete(furnished, officer, open_task(furnished, dossier_id))

    for command, who in ((brought(dossier_id, "Thôi"), officer), (RequestStop(dossier_id, "Thôi"), actor("hotich")),
                         (StopDossier(dossier_id, "Thôi"), SYSTEM)):
        with pytest.raises(IllegalMove):
            furnished.execute(command, who)


def test_an_agency_that_asks_to_stop_gains_no_time(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    furnished.execute(RequestStop(dossier_id, "Chủ hồ sơ đã mất"), actor("hotich"))
    assert standing(furnished, dossier_id) == (4, "running", None)
    complete(furnished, actor("lanhdao"), step_named(furnished, dossier_id, "Decide"))
    settle(furnished)
    assert standing(furnished, dossier_id) == (8, "finished", "stopped")
    assert open_steps(furnished, dossier_id) == []


def test_stopping_twice_stops_once(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    furnished.execute(StopDossier(dossier_id, "Đồng ý"), SYSTEM)

    assert furnished.execute(StopDossier(dossier_id, "Đồng ý"), SYSTEM)["repeated"]
    assert len(rows(furnished, clock_event, dossier_id=dossier_id, kind="finished")) == 1


def test_a_stop_and_a_step_in_the_same_instant_leave_one_of_them(furnished: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    dossier_id = received(furnished, officer, "five-steps")
    task_id = open_task(furnished, dossier_id)
    together(lambda: furnished.execute(StopDossier(dossier_id, "Đồng ý"), SYSTEM),
             lambda: complete(furnished, officer, task_id))

    furnished.execute(StopDossier(dossier_id, "Đồng ý"), SYSTEM)
    assert standing(furnished, dossier_id) == (8, "finished", "stopped")
    assert open_steps(furnished, dossier_id) == []
    assert furnished.verify() == []


def test_the_owner_withdraws_his_own_dossier_and_nobody_elses(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    (row,) = rows(furnished, dossier, id=dossier_id)
    owner = Actor(row.submitted_by, "An", ActorKind.CITIZEN)
    stranger = Actor("somebody", "Bình", ActorKind.CITIZEN)

    with pytest.raises(NotAllowed):
        withdraw(furnished, stranger, dossier_id)
    withdraw(furnished, owner, dossier_id)
    assert standing(furnished, dossier_id)[0] == 7


@pytest.mark.parametrize("login", ["kinhte", "vanthu", "quantri", "bhxh"])
def test_officials_who_have_no_part_in_it_do_not_end_a_dossier(furnished: Engine, actor: Actors, login: str) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    for command in (brought(dossier_id, "x"), RequestStop(dossier_id, "x"), StopDossier(dossier_id, "x")):
        with pytest.raises(NotAllowed):
            furnished.execute(command, actor(login))


def test_asking_twice_to_withdraw_is_asking_once(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    outcomes = together(*[lambda: withdraw(furnished, actor("tiepnhan"), dossier_id)] * 2)

    assert len([each for each in outcomes if isinstance(each, DomainError)]) == 1
    assert kinds_beside(furnished, dossier_id) == ["withdrawal"]


def test_a_reason_is_asked_for_and_a_dossier_that_is_not_there_is_not_found(
        furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    for reason in ("", " \n ", "x" * 2001):
        with pytest.raises(InvalidInput):
            furnished.execute(brought(dossier_id, reason), actor("tiepnhan"))
    with pytest.raises(NotFound):
        furnished.execute(brought("nowhere", "x"), actor("tiepnhan"))
