"""A citizen files online: what a form may say, and what a forged one may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.applicants import Wishes
from engine.commands.dossiers import IntakeDecision, SubmitDossier, UploadedFile
from engine.commands.drafts import AddDraftFiles, BeginDraft, DropDraft, DropDraftFile, SaveDraft, SendDraft
from engine.commands.ratings import RateDossier
from engine.domain.actor import Actor, ActorKind
from engine.domain.application import AUTHORISATION
from engine.domain.dossier import NationalStatus
from engine.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound, UnitNotRouted
from engine.domain.procedure import Channel
from engine.domain.rating import AlreadyRated
from engine.queries import own_dossiers as own
from engine.queries.citizens import drafts_of, receiving_units, written_draft
from engine.queries.tracking import tracked
from engine.store.citizen_tables import draft_application, draft_file, online_filing
from engine.store.dossier_tables import attachment, dossier
from tests.engine.acts import complete, open_task, rows
from tests.engine.citizens import FOR_AN, citizen, publish_online

PDF = b"%PDF-1.4 thu"
"""The smallest thing that begins like one."""


@pytest.fixture(autouse=True)
def _published(engine: Engine) -> None:
    publish_online(engine)


@pytest.fixture
def officer(actor: Callable[[str], Actor]) -> Actor:
    """Whoever has the step that waits: the test procedure keeps everything at the counter."""
    return actor("tiepnhan")


def filing(**changed: Any) -> SubmitDossier:
    return replace(SubmitDossier("plain", "online", "commune-centre", FOR_AN, {"subject": "thử"}, wishes=Wishes()),
                   **changed)


def begun(engine: Engine, actor: Actor) -> str:
    return str(engine.execute(BeginDraft("plain"), actor)["draft_id"])


def sending(draft_id: str, **changed: Any) -> SendDraft:
    return replace(SendDraft(draft_id, "commune-centre", FOR_AN, None, {"subject": "thử"}, (), Wishes()), **changed)


def test_a_citizen_files_online_and_the_dossier_waits_at_the_counter_without_a_code(engine: Engine) -> None:
    an = citizen(engine)
    filed = engine.execute(filing(), an)
    (row,) = rows(engine, dossier, id=filed["dossier_id"])
    assert (row.submitted_by, row.channel, row.code, row.national_status) == (
        an.id, Channel.ONLINE.name.lower(), None, NationalStatus.SUBMITTED)
    assert open_task(engine, row.id)


def test_before_acceptance_the_dossier_is_tracked_by_a_reference_and_afterwards_by_both(
        engine: Engine, officer: Actor) -> None:
    filed = engine.execute(filing(), citizen(engine))
    (kept,) = rows(engine, online_filing, dossier_id=filed["dossier_id"])
    found = engine.read(tracked, kept.reference, filed["tracking_secret"])
    assert found is not None and found.code is None and found.name == kept.reference
    assert engine.read(tracked, kept.reference, "x" * 12) is None
    complete(engine, officer, open_task(engine, filed["dossier_id"]))
    later = engine.read(tracked, kept.reference, filed["tracking_secret"])
    assert later is not None and later.code
    assert engine.read(tracked, later.code, filed["tracking_secret"]) == later


@pytest.mark.parametrize("forged", [
    {"channel": "direct"}, {"channel": "postal"}, {"intake": IntakeDecision("accept")},
    {"assisted_at": "commune-police"},
], ids=str)
def test_a_citizen_decides_nothing_that_is_the_counters(engine: Engine, forged: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(filing(**forged), citizen(engine))
    assert not rows(engine, dossier)


@pytest.mark.parametrize("unit", ["commune-police", "commune-committee", "nowhere", ""])
def test_a_dossier_goes_to_a_one_stop_unit_or_nowhere(engine: Engine, unit: str) -> None:
    with pytest.raises(UnitNotRouted):
        engine.execute(filing(received_by=unit), citizen(engine))


@pytest.mark.parametrize("forged", [
    {"wishes": None}, {"wishes": Wishes("pigeon")}, {"wishes": Wishes("post")},
    {"wishes": Wishes("post", "x" * 301)}, {"files": (UploadedFile("invented", "a.pdf", "application/pdf", PDF),)},
    {"components": ({"key": "identity", "state": "replaced_by_data"},)},
    {"components": ({"key": "identity", "state": "present"},)},
    {"submitter": {"name": "Bình"}},
], ids=str)
def test_a_form_that_says_what_nobody_asked_is_refused(engine: Engine, forged: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        engine.execute(filing(**forged), citizen(engine))


def test_a_stranger_without_an_account_files_nothing(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(filing(), Actor("anonymous", "", ActorKind.CITIZEN))


def test_the_units_offered_are_one_stop_units_that_lead_to_the_competent_agency(engine: Engine) -> None:
    offered = {each.id for each in engine.read(receiving_units, "civil_status", engine.today())}
    assert "commune-centre" in offered and "commune-police" not in offered
    assert not engine.read(receiving_units, "no_such_agency", engine.today())


def test_a_draft_becomes_a_dossier_once_however_often_it_is_sent(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    first, again = (engine.execute(sending(draft), an)["dossier_id"] for _ in range(2))
    assert first == again and len(rows(engine, dossier)) == 1
    assert not engine.read(drafts_of, an)


def test_a_draft_keeps_what_each_page_said_right_or_wrong(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    engine.execute(SaveDraft(draft, "form", {"subject": "", "age": "mười"}), an)
    engine.execute(SaveDraft(draft, "papers", {"other": ["a"]}), an)
    kept = engine.read(written_draft, an, draft).draft
    assert kept.typed == {"subject": "", "age": "mười", "other": ["a"]}
    assert kept.step.value == "papers"


def test_somebody_elses_draft_is_not_there(engine: Engine) -> None:
    an, binh = citizen(engine, "an"), citizen(engine, "binh")
    draft = begun(engine, an)
    forged = (SaveDraft(draft, "form", {}), AddDraftFiles(draft, ()), DropDraftFile(draft, "x"), DropDraft(draft),
              sending(draft))
    for each in forged:
        with pytest.raises(NotFound):
            engine.execute(each, binh)
    with pytest.raises(NotFound):
        engine.read(written_draft, binh, draft)


def test_a_sent_draft_is_changed_no_more(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    engine.execute(sending(draft), an)
    for late in (SaveDraft(draft, "form", {}), DropDraft(draft), AddDraftFiles(draft, ())):
        with pytest.raises(NotFound):
            engine.execute(late, an)


def test_an_expired_draft_is_gone_and_its_files_with_it(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    engine.execute(AddDraftFiles(draft, (UploadedFile(AUTHORISATION, "a.pdf", "application/pdf", PDF),)), an)
    engine.clock.advance(timedelta(days=30))  # type: ignore[attr-defined]
    with pytest.raises(NotFound):
        engine.execute(SaveDraft(draft, "form", {}), an)
    other = begun(engine, an)
    assert [row.id for row in rows(engine, draft_application)] == [other]
    assert not rows(engine, draft_file)


def test_saving_a_draft_puts_its_end_off(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    engine.clock.advance(timedelta(days=29))  # type: ignore[attr-defined]
    engine.execute(SaveDraft(draft, "form", {}), an)
    engine.clock.advance(timedelta(days=29))  # type: ignore[attr-defined]
    engine.execute(SaveDraft(draft, "form", {}), an)


def test_files_of_a_draft_become_files_of_the_dossier(engine: Engine) -> None:
    an = citizen(engine)
    draft = begun(engine, an)
    engine.execute(AddDraftFiles(draft, (UploadedFile(AUTHORISATION, "uy-quyen.pdf", "application/pdf", PDF),)), an)
    sent = engine.execute(sending(draft, submitter={"name": "Bình", "basis": "con"}), an)
    (row,) = rows(engine, attachment, dossier_id=sent["dossier_id"])
    assert (row.component_key, row.filename) == (AUTHORISATION, "uy-quyen.pdf")
    assert engine.files.get(row.path) == PDF


def test_who_may_file_for_another_is_for_the_procedure_to_say(engine: Engine) -> None:
    an, binh = citizen(engine), {"name": "Bình", "basis": "con"}
    proof = (UploadedFile(AUTHORISATION, "uy-quyen.pdf", "application/pdf", PDF),)
    engine.execute(filing(slug="guarded", submitter=binh, files=proof), an)
    for slug, files in (("guarded", ()), ("personal", proof)):
        with pytest.raises(InvalidInput):
            engine.execute(filing(slug=slug, submitter=binh, files=files), an)


def test_a_procedure_that_is_not_offered_online_is_not_begun(engine: Engine) -> None:
    an = citizen(engine)
    with pytest.raises(InvalidInput):
        engine.execute(BeginDraft("five-steps"), an)
    with pytest.raises(InvalidInput):
        engine.execute(filing(slug="five-steps"), an)


def test_somebody_elses_dossier_and_its_files_are_not_there(engine: Engine) -> None:
    an, binh = citizen(engine, "an"), citizen(engine, "binh")
    filed = engine.execute(filing(), an)["dossier_id"]
    assert engine.read(own.own_dossier, an, filed).dossier.id == filed
    with pytest.raises(NotFound):
        engine.read(own.own_dossier, binh, filed)
    with pytest.raises(NotFound):
        engine.execute(RateDossier(filed, "satisfied"), binh)
    assert [row.id for row in engine.read(own.own_dossiers, an, 1).rows] == [filed]
    assert not engine.read(own.own_dossiers, binh, 1).rows


def test_a_dossier_is_rated_at_its_end_and_once(engine: Engine, officer: Actor) -> None:
    an = citizen(engine)
    filed = engine.execute(filing(), an)["dossier_id"]
    with pytest.raises(IllegalMove):
        engine.execute(RateDossier(filed, "satisfied"), an)
    while engine.read(own.own_dossier, an, filed).dossier.finished_at is None:
        complete(engine, officer, open_task(engine, filed))
    for bad in (RateDossier(filed, "perfect"), RateDossier(filed, "dissatisfied"),
                RateDossier(filed, "satisfied", ("weather",))):
        with pytest.raises(InvalidInput):
            engine.execute(bad, an)
    engine.execute(RateDossier(filed, "dissatisfied", ("late",), "chậm"), an)
    rated = engine.read(own.own_dossier, an, filed).rating
    assert rated is not None and [each.value for each in rated.reasons] == ["late"]
    with pytest.raises(AlreadyRated):
        engine.execute(RateDossier(filed, "satisfied"), an)
