"""What happens when people act in the same instant: one succeeds, the others are told, nothing is done twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.accounts import SignIn
from engine.commands.citizens import EnterByIdentity
from engine.commands.identities import LinkIdentity
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.dispatch import own_key
from engine.domain.account import AccountLocked, InvalidCredentials
from engine.domain.actor import SYSTEM, Actor
from engine.domain.citizen import IdentityTaken
from engine.domain.errors import DomainError, TaskAlreadyDone, TaskHeldByOther
from engine.store.dossier_tables import dossier, issued_number
from engine.store.draft_tables import task_draft
from engine.store.tables import command, history
from engine.testing import settle
from tests.engine.acts import ANSWERS, complete, instances_of, open_steps, open_task, received, rows, submit
from tests.engine.citizens import citizen

Actors = Callable[[str], Actor]
Act = Callable[[], dict[str, Any]]


def together(*acts: Act) -> list[dict[str, Any] | DomainError]:
    """Lets every act begin at the same instant; returns what each got."""
    ready = threading.Barrier(len(acts))

    def begin(act: Act) -> dict[str, Any] | DomainError:
        ready.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


@pytest.mark.parametrize("round_", range(5))
def test_two_officers_complete_the_same_task_at_once_and_one_is_told_who_did(
        engine: Engine, actor: Actors, round_: int) -> None:
    first, second = actor("tiepnhan"), actor("tiepnhan2")
    dossier_id = received(engine, first, "five-steps")
    task_id = open_task(engine, dossier_id)
    outcomes = together(lambda: engine.execute(CompleteTask(task_id, ANSWERS), first),
                        lambda: engine.execute(CompleteTask(task_id, ANSWERS), second))
    refused = [each for each in outcomes if isinstance(each, DomainError)]
    assert [type(each) for each in refused] == [TaskAlreadyDone]
    winner = second if outcomes.index(refused[0]) == 0 else first
    assert refused[0].facts["by"] == winner.name
    assert refused[0].facts["at"] is not None
    assert open_steps(engine, dossier_id) == ["Endorse"]
    (main,) = instances_of(engine, dossier_id)
    done = rows(engine, history, instance_id=main.id, node_id="Main_Appraise", phase="completed")
    assert [row.actor_id for row in done] == [winner.id]


def test_two_officers_claim_the_same_task_at_once_and_one_is_told_who_holds_it(engine: Engine, actor: Actors) -> None:
    first, second = actor("tiepnhan"), actor("tiepnhan2")
    task_id = open_task(engine, received(engine, first, "five-steps"))
    outcomes = together(lambda: engine.execute(ClaimTask(task_id), first),
                        lambda: engine.execute(ClaimTask(task_id), second))
    refused = [each for each in outcomes if isinstance(each, DomainError)]
    assert [type(each) for each in refused] == [TaskHeldByOther]
    winner = second if outcomes.index(refused[0]) == 0 else first
    assert refused[0].facts["holder"] == winner.name


def test_wrong_passwords_tried_at_once_are_counted_one_by_one(engine: Engine) -> None:
    guess = SignIn("tiepnhan", "wrong password")
    refused = together(*[lambda: engine.execute(guess, SYSTEM)] * 6)
    assert Counter(map(type, refused)) == {InvalidCredentials: 5, AccountLocked: 1}


def test_an_identity_that_comes_in_twice_at_once_has_one_account(engine: Engine) -> None:
    word = EnterByIdentity("an", "https://id.example", "Nguyễn Văn An")
    entered = together(*[lambda: engine.execute(word, SYSTEM)] * 4)
    assert len({each["account_id"] for each in entered if isinstance(each, dict)}) == 1


def test_an_identity_linked_with_two_accounts_at_once_opens_one_and_the_other_is_told(engine: Engine) -> None:
    accounts = [citizen(engine, "an"), citizen(engine, "binh")]
    words = [LinkIdentity("x", "https://id.example", "Ai Đó", "079088001234", proven=True, account_id=each.id)
             for each in accounts]
    linked = together(*[partial(engine.execute, each, SYSTEM) for each in words])
    assert [type(each) for each in linked if not isinstance(each, dict)] == [IdentityTaken]


def test_sixty_four_dossiers_filed_at_once_get_sixty_four_codes_without_a_hole(engine: Engine, actor: Actors) -> None:
    officers = [actor("tiepnhan"), actor("tiepnhan2")]

    def file(number: int) -> str:
        return received(engine, officers[number % 2], "five-steps")
    with ThreadPoolExecutor(16) as pool:
        filed = list(pool.map(file, range(64)))
    codes = sorted(row.code for row in rows(engine, dossier))
    assert len(set(filed)) == 64
    assert codes == [f"H99.01.01-260302-{number:04d}" for number in range(1, 65)]


def test_numbers_issued_at_once_follow_each_other_without_a_hole(engine: Engine, actor: Actors) -> None:
    filed = [received(engine, actor("tiepnhan"), "numbered") for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: settle(engine), range(6)))
    assert sorted(row.number for row in rows(engine, issued_number, document_type="giay")) == list(range(1, 13))
    assert all(open_steps(engine, each) == ["Return"] for each in filed)


def test_whoever_only_asks_waits_for_no_writer_and_leaves_nothing(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    with engine.dispatcher.open_unit_of_work(), engine.dispatcher.open_unit_of_work(reading=True) as asking:
        assert asking.dossiers.get(dossier_id) is not None
    with engine.dispatcher.open_unit_of_work(reading=True) as asking:
        asking.task_drafts.save(open_task(engine, dossier_id), actor("tiepnhan").id, {"note": "x"}, engine.clock.now())
    assert rows(engine, task_draft) == []


def test_a_click_repeated_at_the_same_instant_counts_once(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    filed = together(*[lambda: submit(engine, officer, "five-steps", key="one-click")] * 4)
    assert [each for each in filed if isinstance(each, DomainError)] == []
    assert len({str(each) for each in filed}) == 1
    assert len(rows(engine, dossier)) == 1
    assert Counter(row.key for row in rows(engine, command))[own_key(officer.id, "one-click")] == 1


def test_different_dossiers_do_not_wait_for_each_other(engine: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    filed = [received(engine, officer, "five-steps") for _ in range(8)]
    outcomes = together(*[lambda each=each: complete(engine, officer, open_task(engine, each)) for each in filed])
    assert [each for each in outcomes if isinstance(each, DomainError)] == []
