"""A key makes a command happen once: a double click, a resent form, a client that heard no answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.dossiers import AttachFile
from engine.commands.filing import UploadedFile
from engine.commands.tasks import CompleteTask
from engine.dispatch import own_key
from engine.domain.actor import Actor
from engine.domain.errors import Conflict, DomainError, NotAllowed, TaskAlreadyDone
from engine.store.dossier_tables import dossier
from engine.store.tables import command, history, work_item
from tests.engine.acts import ANSWERS, complete, open_steps, open_task, received, rows, submit

Actors = Callable[[str], Actor]


def test_the_same_key_gives_the_same_answer_and_changes_nothing(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    first = submit(engine, officer, "five-steps", key="k1")
    again = submit(engine, officer, "five-steps", key="k1")
    assert again == first
    assert len(rows(engine, dossier)) == 1


def test_a_task_completed_again_with_its_key_is_answered_and_without_it_refused(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    dossier_id = received(engine, officer, "five-steps")
    task_id = open_task(engine, dossier_id)
    answer = complete(engine, officer, task_id, key="k2")
    before = rows(engine, history, business_key=dossier_id)
    assert complete(engine, officer, task_id, key="k2") == answer
    with pytest.raises(TaskAlreadyDone):
        complete(engine, officer, task_id)
    assert rows(engine, history, business_key=dossier_id) == before
    assert open_steps(engine, dossier_id) == ["Endorse"]


def test_somebody_elses_key_reveals_nothing(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    task_id = open_task(engine, received(engine, officer, "five-steps"))
    complete(engine, officer, task_id, key="k3")
    with pytest.raises(Conflict):
        complete(engine, actor("tiepnhan2"), task_id, key="k3")


def test_a_refused_command_leaves_nothing_and_its_key_may_be_used_again(engine: Engine, actor: Actors) -> None:
    task_id = open_task(engine, received(engine, actor("tiepnhan"), "five-steps"))
    logged = len(rows(engine, command))
    with pytest.raises(NotAllowed):
        engine.execute(CompleteTask(task_id, ANSWERS), actor("congan"), "k4")
    assert len(rows(engine, command)) == logged
    assert rows(engine, work_item, id=task_id)[0].status == "open"
    complete(engine, actor("tiepnhan"), task_id, key="k4")


def test_every_command_is_logged_with_who_and_what(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    task_id = open_task(engine, received(engine, officer, "five-steps"))
    complete(engine, officer, task_id, key="k5")
    (entry,) = rows(engine, command, key=own_key(officer.id, "k5"))
    assert (entry.kind, entry.actor_id, entry.subject) == ("CompleteTask", officer.id, task_id)
    assert entry.data["answers"] == ANSWERS


def test_one_key_for_two_different_commands_is_refused(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    task_id = open_task(engine, received(engine, officer, "five-steps"))
    submit(engine, officer, "five-steps", key="k6")
    with pytest.raises(DomainError):
        complete(engine, officer, task_id, key="k6")
    assert rows(engine, work_item, id=task_id)[0].status == "open"


def test_nobody_can_take_the_key_of_somebody_elses_command(engine: Engine, actor: Actors) -> None:
    first, second = (open_task(engine, received(engine, actor("tiepnhan"), "five-steps")) for _ in range(2))
    complete(engine, actor("tiepnhan"), first, key="k8")
    complete(engine, actor("tiepnhan2"), second, key="k8")
    assert rows(engine, work_item, id=second)[0].status == "done"


def test_bytes_are_kept_only_from_those_who_may_hand_them_in(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    kept = sorted(engine.settings.data_dir.rglob("*"))
    paper = UploadedFile("declaration", "a.pdf", "application/pdf", b"%PDF-1.7 not for this house")
    with pytest.raises(NotAllowed):
        engine.execute(AttachFile(dossier_id, paper), actor("bhxh"))
    assert sorted(engine.settings.data_dir.rglob("*")) == kept
