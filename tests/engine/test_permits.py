"""Papers leave the centre only with the head's permit, come back, and are missed when they do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine, load_package
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.commands.permits import AskPermit, CarryOut, CheckIn, DecidePermit, MissPapers
from engine.domain.actor import SYSTEM
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.permit import PapersOut, PermitOrder, PermitState
from engine.queries import permits
from engine.queries.notices import for_account
from engine.testing import settle
from tests.conftest import actor_named
from tests.engine.test_supplements import CHILD

PAPER = "live_birth_certificate"


@pytest.fixture
def dossier_id(engine: Engine) -> str:
    engine.execute(PublishPackage(load_package("birth-registration")), SYSTEM)
    command = SubmitDossier("birth-registration", "direct", "commune-centre", {"name": "Trần Thị Bình"}, CHILD,
                            components=({"key": PAPER, "state": "present"},), intake=IntakeDecision("accept"))
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def ask(engine: Engine, dossier_id: str, login: str = "hotich", **details: Any) -> str:
    now = engine.clock.now()
    asked = {"papers": (PAPER,), "holder_id": actor_named(engine, "hotich").id, "purpose": "Xác minh tại thôn 2",
             "leave_at": now + timedelta(hours=1), "due_back_at": now + timedelta(hours=6), **details}
    return str(engine.execute(AskPermit(dossier_id, **asked), actor_named(engine, login))["permit_id"])


def act(engine: Engine, command: object, login: str) -> None:
    engine.execute(command, actor_named(engine, login))


def state(engine: Engine, dossier_id: str) -> list[PermitState]:
    found = engine.read(permits.permits_of, actor_named(engine, "tiepnhan"), dossier_id, engine.clock.now())
    return [each.permit.state for each in found]


def test_papers_go_out_with_the_heads_permit_and_come_back(engine: Engine, dossier_id: str) -> None:
    permit_id = ask(engine, dossier_id)
    (told,) = engine.read(for_account, actor_named(engine, "giamdoc").id).rows
    assert told.event == "head_permit" and "Xác minh tại thôn 2" in told.text
    with pytest.raises(PermitOrder):
        act(engine, CarryOut(permit_id), "tiepnhan")
    act(engine, DecidePermit(permit_id, True), "giamdoc")
    assert engine.read(permits.papers_out, dossier_id) == frozenset()
    act(engine, CarryOut(permit_id), "tiepnhan")
    assert engine.read(permits.papers_out, dossier_id) == {PAPER}
    act(engine, CheckIn(permit_id), "tiepnhan2")
    assert engine.read(permits.papers_out, dossier_id) == frozenset()
    assert state(engine, dossier_id) == [PermitState.RETURNED]


def test_everybody_does_his_own_part_only(engine: Engine, dossier_id: str) -> None:
    with pytest.raises(NotAllowed):
        ask(engine, dossier_id, "congan")
    permit_id = ask(engine, dossier_id)
    for login in ("hotich", "tiepnhan", "lanhdao", "quantri"):
        with pytest.raises(NotAllowed):
            act(engine, DecidePermit(permit_id, True), login)
    act(engine, DecidePermit(permit_id, True), "giamdoc")
    for login in ("hotich", "giamdoc", "congan"):
        with pytest.raises(NotAllowed):
            act(engine, CarryOut(permit_id), login)
    with pytest.raises(NotFound):
        act(engine, CarryOut("no-such-permit"), "tiepnhan")


def test_a_refused_permit_lets_nothing_out_and_frees_the_papers(engine: Engine, dossier_id: str) -> None:
    permit_id = ask(engine, dossier_id)
    with pytest.raises(PapersOut):
        ask(engine, dossier_id)
    act(engine, DecidePermit(permit_id, False), "giamdoc")
    for late in (DecidePermit(permit_id, True), ):
        with pytest.raises(PermitOrder):
            act(engine, late, "giamdoc")
    with pytest.raises(PermitOrder):
        act(engine, CarryOut(permit_id), "tiepnhan")
    ask(engine, dossier_id)


@pytest.mark.parametrize("details", [
    {"papers": ()}, {"papers": ("passport",)}, {"papers": (PAPER, "power_of_attorney")},
    {"holder_id": "police"}, {"purpose": " "}, {"holder_id": "nobody"},
    {"due_back_at": "leave"}, {"due_back_at": "past"},
])
def test_a_permit_says_what_where_to_and_until_when(engine: Engine, dossier_id: str, details: dict[str, Any]) -> None:
    now = engine.clock.now()
    times = {"leave": now + timedelta(hours=1), "past": now - timedelta(days=1),
             "police": actor_named(engine, "congan").id}
    with pytest.raises(InvalidInput):
        ask(engine, dossier_id, **{key: times.get(value, value) if isinstance(value, str) else value
                                   for key, value in details.items()})


def test_papers_that_are_not_back_in_time_are_missed_once(engine: Engine, dossier_id: str, clock: Any) -> None:
    permit_id = ask(engine, dossier_id)
    act(engine, DecidePermit(permit_id, True), "giamdoc")
    act(engine, CarryOut(permit_id), "tiepnhan")
    settle(engine)
    clock.advance(timedelta(hours=7))
    settle(engine)
    (row,) = engine.read(permits.permits, actor_named(engine, "giamdoc"), engine.clock.now())
    assert row.overdue
    assert row.permit.missed_at == engine.clock.now()
    assert engine.execute(MissPapers(permit_id), SYSTEM)["told"] is False
    with pytest.raises(NotAllowed):
        act(engine, MissPapers(permit_id), "giamdoc")
