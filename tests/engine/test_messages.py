"""Messages between the pools of one dossier: delivered once, whoever comes first, and never silently lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import worker
from engine.bootstrap import Engine
from engine.commands.instances import DeliverMessage
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import NotAllowed
from engine.store.tables import message, subscription, variable
from engine.testing import FrozenClock, settle
from tests.engine.acts import complete, instances_of, messages_of, open_steps, open_task, received, rows

Actors = Callable[[str], Actor]


def asked_police(engine: Engine, actor: Actors) -> str:
    """A dossier whose question has reached the police."""
    dossier_id = received(engine, actor("tiepnhan"), "two-agencies")
    settle(engine)
    return dossier_id


def test_a_message_starts_the_pool_it_is_for(engine: Engine, actor: Actors) -> None:
    dossier_id = asked_police(engine, actor)
    assert open_steps(engine, dossier_id) == ["Verify"]
    main, police = instances_of(engine, dossier_id)
    assert (main.process_id, police.process_id) == ("Main", "Police")
    (sent,) = messages_of(engine, dossier_id)
    assert (sent.status, sent.target_instance_id, sent.source_instance_id) == ("delivered", police.id, main.id)


def test_only_what_is_listed_travels(engine: Engine, actor: Actors) -> None:
    dossier_id = asked_police(engine, actor)
    police = instances_of(engine, dossier_id)[1]
    known = {row.key: row.value for row in rows(engine, variable, instance_id=police.id)}
    assert known["subject"] == "thử"
    assert "result_number" not in known, "the number stayed with the agency that gave it"


def test_the_answer_finds_the_pool_that_waits(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = asked_police(engine, actor)
    complete(engine, actor("congan"), open_task(engine, dossier_id))
    settle(engine)
    clock.advance(worker.LEASE)
    settle(engine)
    assert open_steps(engine, dossier_id) == ["Return"]
    assert [row.status for row in messages_of(engine, dossier_id)] == ["delivered", "delivered"]
    assert [row.status for row in instances_of(engine, dossier_id)] == ["running", "completed"]


def test_a_message_delivered_twice_starts_one_pool(engine: Engine, actor: Actors) -> None:
    dossier_id = asked_police(engine, actor)
    (sent,) = messages_of(engine, dossier_id)
    assert engine.execute(DeliverMessage(sent.id), SYSTEM)["repeated"]
    worker.deliver_message(engine, sent.id)
    assert len(instances_of(engine, dossier_id)) == 2
    assert open_steps(engine, dossier_id) == ["Verify"]


def test_people_do_not_deliver_messages(engine: Engine, actor: Actors) -> None:
    dossier_id = asked_police(engine, actor)
    with pytest.raises(NotAllowed):
        engine.execute(DeliverMessage(messages_of(engine, dossier_id)[0].id), actor("quantri"))


def test_a_message_that_nobody_waits_for_stays_visible_and_is_delivered_when_somebody_does(
        engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = asked_police(engine, actor)
    waiting = rows(engine, subscription, business_key=dossier_id)
    with engine.database.begin() as connection:
        connection.execute(sa.delete(subscription).where(subscription.c.business_key == dossier_id))
    complete(engine, actor("congan"), open_task(engine, dossier_id))
    settle(engine)
    answer = messages_of(engine, dossier_id)[1]
    assert (answer.status, answer.last_error, answer.target_instance_id) == ("undeliverable", "no_receiver", None)
    with engine.database.begin() as connection:
        connection.execute(sa.insert(subscription), [dict(row._mapping) for row in waiting])
    settle(engine)
    clock.advance(worker.LEASE)
    settle(engine)
    assert messages_of(engine, dossier_id)[1].status == "delivered"
    assert open_steps(engine, dossier_id) == ["Return"]


def test_an_overlooked_message_is_picked_up(engine: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = asked_police(engine, actor)
    complete(engine, actor("congan"), open_task(engine, dossier_id))
    engine.jobs.run_worker({"run_job": worker.tasks(engine)["run_job"], "deliver_message": lambda _id: None},
                           name="forgetful", threads=1)
    settle(engine)
    assert rows(engine, message, business_key=dossier_id)[1].status == "pending"
    clock.advance(2 * worker.LEFT_LYING_AFTER)
    assert worker.pick_up(engine) == 1
    assert rows(engine, message, business_key=dossier_id)[1].status == "delivered"
