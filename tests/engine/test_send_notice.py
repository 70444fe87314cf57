"""`send_notice`: a diagram tells the applicant what only it knows, once, however often the job runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.delegates.send_notice import send_notice
from engine.domain.actor import SYSTEM, Actor
from engine.ports import BpmnError, DelegateCall
from engine.store.notice_tables import notice
from engine.testing import settle
from tests.engine.acts import complete, open_incidents, open_steps, rows
from tests.engine.drawing import Pool, package, service
from tests.engine.procedures import COUNTER, RECEIVE, RETURN

Actors = Callable[[str], Actor]
OWNER = {"name": "Nguyễn Văn An", "email": "an@example.vn"}


def run(engine: Engine, officer: Actor, **inputs: str) -> str:
    """A dossier whose diagram tells its applicant something after acceptance; returns its id."""
    step = service("Tell", "send_notice", **{name: f'"{value}"' for name, value in inputs.items()})
    engine.execute(PublishPackage(package("telling", Pool("Main", "receiving", COUNTER, [*RECEIVE, step, *RETURN]))),
                   SYSTEM)
    filed = engine.execute(SubmitDossier("telling", "direct", "commune-centre", OWNER, {"subject": "x"}), officer)
    complete(engine, officer, filed["task_id"])
    settle(engine)
    return str(filed["dossier_id"])


def test_the_inputs_of_the_step_are_the_facts_of_the_text(engine: Engine, actor: Actors) -> None:
    dossier_id = run(engine, actor("tiepnhan"), event="field_check", time="08:30 04/03/2026", content="đo đạc")
    (row,) = rows(engine, notice, dossier_id=dossier_id, event="field_check")
    assert "Thời gian: 08:30 04/03/2026." in row.text and row.status == "sent"
    assert open_steps(engine, dossier_id) == ["Return"], "the diagram goes on without waiting for the provider"


@pytest.mark.parametrize("inputs", [{"event": "birthday"}, {"event": "field_check"}, {}])
def test_a_text_that_is_not_there_or_not_complete_is_an_incident_and_not_silence(
        engine: Engine, actor: Actors, inputs: dict[str, str]) -> None:
    dossier_id = run(engine, actor("tiepnhan"), **inputs)
    assert len(open_incidents(engine, dossier_id)) == 1


def test_running_the_act_twice_tells_once(engine: Engine, actor: Actors) -> None:
    dossier_id = run(engine, actor("tiepnhan"), event="uncollected")
    inputs = {"event": "second_appointment", "extra": None}
    call = DelegateCall("job-7", dossier_id, inputs, lambda command: engine.execute(command, SYSTEM),
                        engine.clock.now())
    assert send_notice(call) == send_notice(call) == {}
    assert len(rows(engine, notice, dossier_id=dossier_id, event="second_appointment")) == 1
    with pytest.raises(BpmnError):
        send_notice(DelegateCall("job-8", dossier_id, {}, call.execute, call.now))
