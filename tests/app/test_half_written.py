"""A half-written task form survives the closed page, is nobody else's, and goes with the task."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.task_drafts import SaveTaskDraft
from engine.domain.errors import InvalidInput, NotAllowed, TaskAlreadyDone, TaskHeldByOther
from engine.queries.task_draft import draft_of
from engine.store.draft_tables import task_draft
from engine.store.tables import command
from tests.app.client import Client
from tests.app.journeys import BIRTH, BIRTH_STEPS, file_dossier, first_task
from tests.conftest import actor_named
from tests.engine.acts import rows

SignIn = Callable[[str], Client]
BEGUN = {"appraisal_note": "Mới xem xong giấy chứng sinh", "register_entry": ""}


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    """Somebody with an appraisal in front of him."""
    file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    officer = sign_in("hotich")
    first_task(officer)
    return officer


def task_id(officer: Client) -> str:
    assert officer.page
    return officer.page.path.rpartition("/")[2]


def save(officer: Client, task: str) -> None:
    """The button: it sends the form to another address."""
    assert officer.page
    fields = {**officer.page.filled(f"/viec/{task}"), **BEGUN}
    assert officer.browser.post(f"/viec/{task}/nhap", data=fields).status_code == 303


def test_what_was_begun_stands_in_the_form_again(officer: Client) -> None:
    task = task_id(officer)
    assert "Lưu nháp" in officer.page.main if officer.page else False
    save(officer, task)
    again = officer.get(f"/viec/{task}")
    assert BEGUN["appraisal_note"] in again.find("//textarea[@name='appraisal_note']/text()")[0]
    assert "đã được điền lại" in again.main


def test_nothing_is_checked_and_nothing_happens(officer: Client, engine: Engine) -> None:
    task = task_id(officer)
    save(officer, task)
    save(officer, task)
    assert len(rows(engine, task_draft)) == 1
    assert "Thẩm định" in officer.get("/viec").main


def test_a_colleague_does_not_see_it(officer: Client, engine: Engine) -> None:
    task = task_id(officer)
    save(officer, task)
    assert engine.read(draft_of, actor_named(engine, "hotich"), task)
    assert engine.read(draft_of, actor_named(engine, "hotich2"), task) is None


def test_it_goes_with_the_task(officer: Client, engine: Engine) -> None:
    task = task_id(officer)
    save(officer, task)
    officer.get(f"/viec/{task}")
    officer.submit(f"/viec/{task}", BIRTH_STEPS[0][1])
    assert rows(engine, task_draft) == []
    with pytest.raises(TaskAlreadyDone):
        engine.execute(SaveTaskDraft(task, BEGUN), actor_named(engine, "hotich"))


def test_only_who_could_complete_it_may_save(officer: Client, engine: Engine, sign_in: SignIn) -> None:
    task = task_id(officer)
    with pytest.raises(NotAllowed):
        engine.execute(SaveTaskDraft(task, BEGUN), actor_named(engine, "congan"))
    officer.submit(f"/viec/{task}/nhan")
    with pytest.raises(TaskHeldByOther):
        engine.execute(SaveTaskDraft(task, BEGUN), actor_named(engine, "hotich2"))


def test_fields_of_no_form_and_endless_texts_are_not_kept(officer: Client, engine: Engine) -> None:
    task, somebody = task_id(officer), actor_named(engine, "hotich")
    engine.execute(SaveTaskDraft(task, {"is_admin": "1", "appraisal_note": "x"}), somebody)
    kept = engine.read(draft_of, somebody, task)
    assert kept and kept.written == {"appraisal_note": "x"}
    with pytest.raises(InvalidInput):
        engine.execute(SaveTaskDraft(task, {"appraisal_note": "x" * 300_000}), somebody)


def test_the_script_asks_for_no_page_and_the_log_keeps_no_unfinished_word(officer: Client, engine: Engine) -> None:
    task = task_id(officer)
    assert officer.page
    fields = {**officer.page.filled(f"/viec/{task}"), **BEGUN}
    answer = officer.browser.post(f"/viec/{task}/nhap", data=fields, headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.text) == (204, "")
    assert BEGUN["appraisal_note"] not in str([row.data for row in rows(engine, command, kind="SaveTaskDraft")])
