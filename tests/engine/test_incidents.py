"""Incidents end when somebody mends the cause, or when the process takes the token away."""

from __future__ import annotations

from dataclasses import replace

from engine.bootstrap import Engine
from engine.domain.process import InstanceStatus, NodePhase, Passage, Step, Trouble
from engine.store.tables import incident
from tests.conftest import actor_named
from tests.engine.acts import instances_of, open_incidents, received, rows


def test_an_incident_ends_with_the_token_it_is_about(engine: Engine) -> None:
    dossier_id = received(engine, actor_named(engine, "tiepnhan"), "five-steps")
    (row,) = instances_of(engine, dossier_id)
    with engine.dispatcher.open_unit_of_work() as uow:
        it = uow.instances.load(row.id)
        for token in ("taken", "kept"):
            uow.instances.raise_incident(it, Trouble("EXPRESSION", "Node", token, "x"), None, engine.clock.now())
        gone = Passage("taken", "Node", "Bước", "userTask", NodePhase.CANCELLED)
        step = Step(state=it.state, status=InstanceStatus.INCIDENT, history=(gone,))
        uow.instances.record(replace(it), step, (), "system", engine.clock.now())
    assert [each.token_id for each in open_incidents(engine, dossier_id)] == ["kept"]
    (ended,) = [each for each in rows(engine, incident) if each.resolved_at]
    assert ended.resolved_by == "system"
