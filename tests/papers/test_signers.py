"""Whose name stands under a paper: that of whoever approved this paper, and not something beside it."""

from __future__ import annotations

from collections.abc import Callable

from engine.bootstrap import Engine
from engine.commands.organisation import PlanAbsence
from engine.commands.promising import RequestApology
from engine.commands.tasks import CompleteTask
from engine.domain.actor import Actor
from engine.domain.paper import Slip
from engine.queries import papers as queries
from engine.store.tables import work_item
from engine.testing import settle
from tests.engine.acts import rows
from tests.papers.lives import APPRAISED, SEALED, SIGNED, accepted, step
from tests.papers.samples import AT

Actors = Callable[[str], Actor]
Words = Callable[[bytes], str]
APOLOGISED = (
    ("hotich", {"delay_cause": "personnel", "apology_reason": "Văn thư vắng", "promised_on": "2026-12-10"}),
    ("hotich2", {"approval_decision": "approve"}),
)


def test_nobody_signs_a_result_by_signing_an_apology_for_its_delay(
        engine: Engine, actor: Actors, words: Words) -> None:
    dossier_id = accepted(engine)
    for login, answers in (APPRAISED, SIGNED):
        step(engine, dossier_id, login, answers)
    day = AT.date()
    engine.execute(PlanAbsence(actor("lanhdao").id, actor("hotich2").id, day, day, capacity="KT"), actor("lanhdao"))
    engine.execute(RequestApology(dossier_id, "Văn thư vắng"), actor("hotich"))
    for login, answers in APOLOGISED:
        (item,) = [row for row in rows(engine, work_item, business_key=dossier_id, status="open")
                   if row.role != "clerk"]
        engine.execute(CompleteTask(item.id, answers), actor(login))
        settle(engine)
    (item,) = rows(engine, work_item, business_key=dossier_id, status="open", role="clerk")
    engine.execute(CompleteTask(item.id, SEALED[1]), actor("vanthu"))
    settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print and it.print.signers == (actor("lanhdao").name, "Ủy ban nhân dân xã Tân An")
    assert it.data["signing_capacity"] == "" and "KT." not in words(engine.files.get(it.print.path))
    (apology,) = [each for each in engine.read(queries.papers_of, dossier_id) if each.slip is Slip.APOLOGY]
    assert (apology.data["signer"], apology.data["signing_capacity"]) == (actor("hotich2").name, "KT.")
