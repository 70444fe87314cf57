"""Work items: who sees one, who may take it, what the loser of a race is told."""

from __future__ import annotations

from contextlib import suppress

import pytest

from engine.bootstrap import Engine
from engine.commands.tasks import ClaimTask, CompleteTask, ReassignTask, ReleaseTask
from engine.domain.errors import InvalidInput, NotAllowed, NotFound, TaskAlreadyDone, TaskHeldByOther
from engine.queries.people import actor_by_login
from engine.store.tables import work_item
from tests.conftest import actor_named
from tests.engine.acts import open_steps, rows, submit


@pytest.fixture
def task_id(engine: Engine) -> str:
    return str(submit(engine, actor_named(engine, "tiepnhan"), "five-steps")["task_id"])


def test_a_claimed_task_is_closed_to_everybody_else_until_released(engine: Engine, task_id: str) -> None:
    hoa, tu = actor_named(engine, "tiepnhan"), actor_named(engine, "tiepnhan2")
    engine.execute(ClaimTask(task_id), hoa)
    with pytest.raises(TaskHeldByOther) as refused:
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), tu)
    assert refused.value.facts["holder"] == hoa.name
    engine.execute(ReleaseTask(task_id), hoa)
    engine.execute(CompleteTask(task_id, {"decision": "accept"}), tu)


def test_the_second_to_complete_a_task_is_told_who_was_first(engine: Engine, task_id: str) -> None:
    hoa, tu = actor_named(engine, "tiepnhan"), actor_named(engine, "tiepnhan2")
    engine.execute(CompleteTask(task_id, {"decision": "accept"}), hoa)
    with pytest.raises(TaskAlreadyDone) as refused:
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), tu)
    assert refused.value.facts["by"] == hoa.name
    assert refused.value.facts["at"] == engine.clock.now()


def test_a_repeated_click_gets_the_answer_of_the_first(engine: Engine, task_id: str) -> None:
    hoa = actor_named(engine, "tiepnhan")
    first = engine.execute(CompleteTask(task_id, {"decision": "accept"}), hoa, "one-click")
    again = engine.execute(CompleteTask(task_id, {"decision": "accept"}), hoa, "one-click")
    assert again == first
    assert open_steps(engine, first["dossier_id"]) == ["Appraise"]


@pytest.mark.parametrize("login", ["hotich", "congan", "phantich", "quantri", "giamdoc"])
def test_nobody_completes_what_belongs_to_another_role_or_unit(engine: Engine, task_id: str, login: str) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), actor_named(engine, login))
    assert [row.id for row in rows(engine, work_item, status="open")] == [task_id]


def test_a_task_that_never_was_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.execute(ClaimTask("no-such-task"), actor_named(engine, "tiepnhan"))


def test_a_centre_head_hands_work_over_with_a_reason(engine: Engine, task_id: str) -> None:
    head, tu = actor_named(engine, "giamdoc"), actor_named(engine, "tiepnhan2")
    engine.execute(ReassignTask(task_id, tu.id, "Chị Hoa nghỉ phép"), head)
    with pytest.raises(TaskHeldByOther):
        engine.execute(CompleteTask(task_id, {"decision": "accept"}), actor_named(engine, "tiepnhan"))
    engine.execute(CompleteTask(task_id, {"decision": "accept"}), tu)


def test_work_is_not_handed_over_without_a_reason_or_to_somebody_not_entitled(engine: Engine, task_id: str) -> None:
    head = actor_named(engine, "giamdoc")
    with pytest.raises(InvalidInput):
        engine.execute(ReassignTask(task_id, actor_named(engine, "tiepnhan2").id, "  "), head)
    with pytest.raises(InvalidInput):
        engine.execute(ReassignTask(task_id, actor_named(engine, "congan").id, "Bận"), head)


def test_an_officer_may_not_hand_work_over(engine: Engine, task_id: str) -> None:
    hoa = actor_named(engine, "tiepnhan")
    with pytest.raises(NotAllowed):
        engine.execute(ReassignTask(task_id, hoa.id, "Bận"), hoa)


def test_wrong_answers_write_nothing(engine: Engine, task_id: str) -> None:
    hoa = actor_named(engine, "tiepnhan")
    with pytest.raises(InvalidInput) as refused:
        engine.execute(CompleteTask(task_id, {"decision": "x" * 5000}), hoa)
    assert "decision" in refused.value.facts["problems"]
    assert [row.id for row in rows(engine, work_item, status="open")] == [task_id]
    assert engine.verify() == []


@pytest.mark.parametrize("hostile", ["a\x00b", "x" * 4000])
def test_a_text_that_no_column_holds_is_refused_or_not_found(engine: Engine, task_id: str, hostile: str) -> None:
    hoa = actor_named(engine, "tiepnhan")
    attempts = (lambda: engine.execute(ClaimTask(hostile), hoa),
                lambda: engine.execute(ClaimTask(task_id), hoa, hostile))
    for attempt in attempts:
        with suppress(NotFound, InvalidInput):
            attempt()
    with suppress(NotFound):
        assert engine.read(actor_by_login, hostile) is None
    assert engine.verify() == []
