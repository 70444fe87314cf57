"""Slips: issued with their number in the act that asks for them, printed once, replaced but never changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.commands.papers import IssueSlip, RenderPaper
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.signature import Verdict, verdict_of
from engine.queries import papers as queries
from engine.store.dossier_tables import issued_number
from engine.store.paper_tables import paper
from engine.testing import settle
from tests.engine.acts import complete, jobs_of, open_incidents, open_task, received, rows, submit
from tests.engine.drawing import Pool, end, service, user
from tests.engine.drawing import package as drawn
from tests.engine.procedures import COUNTER, RECEIVE, RETURN

Actors = Callable[[str], Actor]


def publish(engine: Engine, slug: str, *nodes: object) -> None:
    engine.execute(PublishPackage(drawn(slug, Pool("Main", "receiving", COUNTER, list(nodes)))), SYSTEM)  # type: ignore[arg-type]


def test_a_receipt_is_issued_with_acceptance_and_not_before(engine: Engine, actor: Actors) -> None:
    filed = submit(engine, actor("tiepnhan"), "five-steps")
    assert rows(engine, paper) == [], "no receipt at submission"
    complete(engine, actor("tiepnhan"), filed["task_id"])
    (row,) = rows(engine, paper, dossier_id=filed["dossier_id"])
    assert (row.slip, row.number, row.template) == ("receipt", 1, "ND118_2025/receipt")
    assert row.data["owner"] == "Nguyễn Văn An" and row.data["officer"] == actor("tiepnhan").name
    assert row.data["number"] == "01/TNHS" and row.data["ordinal"] == 1 and row.path is None


def test_no_paper_is_without_a_number_of_its_own(engine: Engine, actor: Actors) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: received(engine, actor("tiepnhan"), "five-steps"), range(16)))
    issued = rows(engine, paper)
    assert sorted(row.number for row in issued) == list(range(1, 17))
    assert sorted(row.data["ordinal"] for row in issued) == list(range(1, 17))
    assert len(rows(engine, issued_number, document_type="register")) == 16


def test_a_paper_is_printed_and_signed_after_the_commit_and_only_once(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    settle(engine)
    (it,) = engine.read(queries.papers_of, dossier_id)
    assert it.print and it.print.signers == (actor("tiepnhan").name,)
    checks = engine.signatures.check(engine.files.get(it.print.path))
    assert verdict_of(checks) is Verdict.VALID
    again = engine.execute(RenderPaper(it.id), SYSTEM)
    assert again["path"] == it.print.path
    assert engine.read(queries.papers_of, dossier_id) == (it,)


def test_a_paper_opened_before_the_job_ran_is_printed_there_and_then(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    (it,) = engine.read(queries.papers_of, dossier_id)
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: engine.execute(RenderPaper(it.id), SYSTEM)["path"], range(4)))
    assert len(set(paths)) == 1 and engine.files.get(paths[0]).startswith(b"%PDF")


def test_a_diagram_hands_over_a_slip_once_and_learns_its_number(engine: Engine, actor: Actors) -> None:
    publish(engine, "sorry", *RECEIVE, service("Sorry", "issue_slip", slip='"apology"', reason='"thiếu người"',
                                               new_due_at='"2026-03-09"', signer='"Hoàng Văn Nam"'), *RETURN)
    dossier_id = received(engine, actor("tiepnhan"), "sorry")
    settle(engine)
    settle(engine)
    (it,) = [each for each in engine.read(queries.papers_of, dossier_id) if each.slip.value == "apology"]
    assert it.label == "01/PXL" and it.data["reason"] == "thiếu người" and it.data["signer"] == "Hoàng Văn Nam"
    assert it.print and it.print.signers == ("Hoàng Văn Nam",)
    (job,) = jobs_of(engine, dossier_id)
    assert job.status == "done"


def test_the_same_act_issues_the_same_paper(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    command = IssueSlip(dossier_id, "apology", "job-7", {"reason": "vì"})
    first, again = (engine.execute(command, SYSTEM) for _ in range(2))
    assert first == again
    assert len(rows(engine, paper, slip="apology")) == 1


@pytest.mark.parametrize("slip", ["control", "register", "nothing", ""])
def test_a_slip_that_the_decree_does_not_hand_over_is_an_error_of_the_diagram(
        engine: Engine, actor: Actors, slip: str) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    with pytest.raises(InvalidInput):
        engine.execute(IssueSlip(dossier_id, slip, "act", {}), SYSTEM)
    publish(engine, "wrong", *RECEIVE, service("Sorry", "issue_slip", slip=f'"{slip}"'), *RETURN)
    stuck = received(engine, actor("tiepnhan"), "wrong")
    settle(engine)
    assert [each.code for each in open_incidents(engine, stuck)]


def test_a_newer_receipt_replaces_the_older_one_which_stays_on_file(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    engine.execute(IssueSlip(dossier_id, "receipt", "again", {}), SYSTEM)
    older, newer = engine.read(queries.papers_of, dossier_id)
    assert (older.replaced_by, newer.replaced_by) == (newer.id, None)
    assert (newer.number, newer.data["ordinal"]) == (2, 1), "a number of its own, the dossier's old line in the book"


def test_a_receipt_handed_over_by_a_diagram_promises_the_second_phase(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    engine.execute(IssueSlip(dossier_id, "receipt", "phase-2", {}), SYSTEM)
    first, second = engine.read(queries.papers_of, dossier_id)
    assert "phase2_due_at" not in first.data
    assert second.data["phase2_received_at"].startswith("2026-03-02T08:30") and second.data["phase2_due_at"]
    assert second.data["due_at"] == first.data["due_at"]


def test_a_dossier_stopped_under_the_new_decree_gets_a_notice(engine: Engine, actor: Actors) -> None:
    publish(engine, "stopped", *RECEIVE, user("Appraise", nationalStatus="4"),
            end(nationalStatus="8", clock="finish", outcome="stopped"))
    dossier_id = received(engine, actor("tiepnhan"), "stopped")
    complete(engine, actor("tiepnhan"), open_task(engine, dossier_id))
    assert [row.slip for row in rows(engine, paper, dossier_id=dossier_id)] == ["receipt", "stop"]


def test_papers_are_for_units_concerned_and_for_whoever_filed(engine: Engine, actor: Actors) -> None:
    dossier_id = received(engine, actor("tiepnhan"), "five-steps")
    (it,) = engine.read(queries.papers_of, dossier_id)
    assert engine.read(queries.paper_for, actor("tiepnhan2"), it.id).id == it.id
    with pytest.raises(NotFound):
        engine.read(queries.paper_for, actor("congan"), it.id)
    with pytest.raises(NotAllowed):
        engine.execute(RenderPaper(it.id), actor("tiepnhan"))
    with pytest.raises(NotFound):
        engine.execute(RenderPaper("nothing"), SYSTEM)


def test_a_sector_prints_its_own_form(engine: Engine, actor: Actors) -> None:
    own = drawn("residence", Pool("Main", "receiving", COUNTER, [*RECEIVE, *RETURN]))
    facts = own.facts_yaml + b"\nslips: {receipt: ct04}\n"
    engine.execute(PublishPackage(replace(own, facts_yaml=facts)), SYSTEM)
    dossier_id = received(engine, actor("tiepnhan"), "residence")
    settle(engine)
    (it,) = engine.read(queries.papers_of, dossier_id)
    assert it.template == "sector/ct04" and it.print is not None
