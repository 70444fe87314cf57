"""Service tasks: the delegate is called, called again after a failure, and given up to a person in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine import worker
from engine.bootstrap import Engine
from engine.commands.instances import BACK_OFF_S, FinishJob, RetryIncident
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import NotAllowed
from engine.gateways.jobs_inline import InlineJobs
from engine.ports import BpmnError, DelegateCall
from engine.store.dossier_tables import issued_number
from engine.store.tables import variable
from engine.testing import FrozenClock, settle
from tests.engine.acts import instances_of, jobs_of, open_incidents, open_steps, received, rows

Actors = Callable[[str], Actor]


@pytest.fixture
def delegate(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[DelegateCall], Mapping[str, Any]]], None]:
    """Puts another act in the place of `issue_number`."""
    def replace(act: Callable[[DelegateCall], Mapping[str, Any]]) -> None:
        monkeypatch.setattr(worker, "DELEGATES", {"issue_number": act})
    return replace


def queue(engine: Engine) -> InlineJobs:
    assert isinstance(engine.jobs, InlineJobs)
    return engine.jobs


def test_the_result_of_a_delegate_becomes_variables_and_the_instance_goes_on(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    assert open_steps(engine, dossier_id) == []
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Return"]
    (main,) = instances_of(engine, dossier_id)
    known = {row.key: row.value for row in rows(engine, variable, instance_id=main.id)}
    assert known["result_number"] == 1
    assert [job.status for job in jobs_of(engine, dossier_id)] == ["done"]


def test_a_job_that_runs_twice_takes_effect_once(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    (job,) = jobs_of(engine, dossier_id)
    worker.run_job(engine, job.id)
    before = instances_of(engine, dossier_id)
    worker.run_job(engine, job.id)
    engine.execute(FinishJob(job.id, {"result_number": 99}), SYSTEM)
    assert instances_of(engine, dossier_id) == before
    assert len(rows(engine, issued_number, dossier_id=dossier_id, document_type="giay")) == 1


def test_a_delegate_called_again_after_a_crash_gets_the_same_number(
        engine: Engine, actor: Actors, delegate: Any) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    act = worker.DELEGATES["issue_number"]

    def crashing(call: DelegateCall) -> Mapping[str, Any]:
        act(call)
        raise ConnectionError("the number was issued, the answer was lost")
    delegate(crashing)
    queue(engine).run_due(1)
    delegate(act)
    settle(engine)
    assert [row.number for row in rows(engine, issued_number, dossier_id=dossier_id, document_type="giay")] == [1]
    assert open_steps(engine, dossier_id) == ["Return"]


def test_a_failing_delegate_is_called_again_after_growing_pauses_then_a_person_is_asked(
        engine: Engine, actor: Actors, delegate: Any) -> None:
    calls: list[str] = []

    def failing(call: DelegateCall) -> Mapping[str, Any]:
        calls.append(call.key)
        raise TimeoutError("the registry does not answer")
    delegate(failing)
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    settle(engine)
    (job,) = jobs_of(engine, dossier_id)
    assert len(calls) == len(BACK_OFF_S) + 1
    assert set(calls) == {job.id}, "every attempt has the same key, so that the other side can tell"
    assert [pause for pause in queue(engine).delays.values() if pause] == list(BACK_OFF_S)
    (trouble,) = open_incidents(engine, dossier_id)
    assert "the registry does not answer" in trouble.message
    assert (job.status, job.attempts, instances_of(engine, dossier_id)[0].status) == ("failed", 5, "incident")


def test_an_administrator_retries_what_failed_and_nobody_else_may(engine: Engine, actor: Actors, delegate: Any) -> None:
    act = worker.DELEGATES["issue_number"]

    def failing(_call: DelegateCall) -> Mapping[str, Any]:
        raise TimeoutError("no answer")
    delegate(failing)
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    settle(engine)
    (trouble,) = open_incidents(engine, dossier_id)
    with pytest.raises(NotAllowed):
        engine.execute(RetryIncident(trouble.id), actor("tiepnhan"))
    delegate(act)
    engine.execute(RetryIncident(trouble.id), actor("quantri"))
    settle(engine)
    assert open_incidents(engine, dossier_id) == []
    assert open_steps(engine, dossier_id) == ["Return"]
    assert instances_of(engine, dossier_id)[0].status == "running"


def test_a_business_error_that_the_diagram_does_not_catch_asks_a_person_at_once(
        engine: Engine, actor: Actors, delegate: Any) -> None:
    def refusing(_call: DelegateCall) -> Mapping[str, Any]:
        raise BpmnError("REGISTER_CLOSED", "the register of this year is closed")
    delegate(refusing)
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    settle(engine)
    (trouble,) = open_incidents(engine, dossier_id)
    assert "REGISTER_CLOSED" in f"{trouble.code} {trouble.message} {trouble.values}"


def test_a_job_nobody_queued_is_found_lying_and_done(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "numbered")
    (job,) = jobs_of(engine, dossier_id)
    queue(engine).cancel([job.id])
    assert worker.pick_up(engine) == 0, "it may only be slow"
    clock.advance(2 * worker.LEFT_LYING_AFTER)
    assert worker.pick_up(engine) == 1
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Return"]
