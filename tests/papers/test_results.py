"""Results: there from completion on, signed by who approved, sealed by who keeps the seal, revoked for all to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfWriter

from engine.bootstrap import Engine
from engine.commands.digitising import ReplaceFile
from engine.commands.dossiers import AttachFile
from engine.commands.filing import UploadedFile
from engine.commands.organisation import PlanAbsence
from engine.commands.result_issue import results_of_end
from engine.commands.results import RenderResult, RevokeResult, UploadResult
from engine.commands.seals import ApplySeal, HandOverSeal, RegisterSeal
from engine.domain import procedure
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import InvalidInput, NotAllowed, SealNotKept
from engine.domain.paper import OWN_FILE, ResultGuarded
from engine.domain.signature import Verdict, verdict_of
from engine.gateways.documents.renderer import TypstDocuments
from engine.gateways.signing.pdf import PdfSignatures
from engine.queries import papers as queries
from engine.queries import seals as seal_queries
from engine.store.dossier_tables import attachment
from engine.store.paper_tables import result, seal, seal_use
from engine.testing import FrozenClock, settle
from engine.worker import print_again
from tests.engine.acts import rows
from tests.papers.lives import APPRAISED, SEALED, SIGNED, accepted, completed, step
from tests.papers.samples import AT, PAPER

Actors = Callable[[str], Actor]
Words = Callable[[bytes], str]
COMMITTEE = "commune-committee"


def test_nobody_sees_a_result_before_the_dossier_is_completed(engine: Engine) -> None:
    dossier_id = accepted(engine)
    for login, answers in (APPRAISED, SIGNED):
        step(engine, dossier_id, login, answers)
        settle(engine)
        assert engine.read(queries.results_of, dossier_id) == ()
    step(engine, dossier_id, *SEALED)
    settle(engine)
    assert len(engine.read(queries.results_of, dossier_id)) == 1


def test_a_result_says_what_was_decided_and_bears_two_signatures(
        engine: Engine, actor: Actors, words: Words) -> None:
    (it,) = engine.read(queries.results_of, completed(engine))
    assert it.code.endswith("-0001-KQ(1)") and it.name == "Giấy khai sinh" and it.number == 1
    assert it.print
    content = engine.files.get(it.print.path)
    text = words(content)
    for each in ("GIẤY KHAI SINH", "Số: 1/2026/TPHT-KS", "Nguyễn Minh An", "20/02/2026", "Nữ", "Hoàng Văn Nam",
                 it.code):
        assert each in text, each
    checks = engine.signatures.check(content)
    assert [(each.verdict, each.signer) for each in checks] == [
        (Verdict.VALID, actor("lanhdao").name), (Verdict.VALID, "Ủy ban nhân dân xã Tân An")]


def test_whoever_signs_for_an_absent_head_signs_by_his_capacity(
        engine: Engine, actor: Actors, words: Words) -> None:
    day = AT.date()
    engine.execute(PlanAbsence(actor("lanhdao").id, actor("hotich2").id, day, day, capacity="KT"), actor("lanhdao"))
    dossier_id = accepted(engine)
    for login, answers in (APPRAISED, ("hotich2", SIGNED[1]), SEALED):
        step(engine, dossier_id, login, answers)
        settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print
    text = words(engine.files.get(it.print.path))
    assert "KT. THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ" in text and actor("hotich2").name in text


def test_every_sealed_result_has_a_line_in_the_log_of_its_seal(engine: Engine, actor: Actors) -> None:
    for _ in range(3):
        completed(engine)
    sealed = {row.id for row in rows(engine, result) if row.sealed_at}
    used = rows(engine, seal_use)
    assert len(sealed) == 3 and {row.result_id for row in used} == sealed
    assert {row.used_by for row in used} == {actor("vanthu").id}
    assert len(rows(engine, seal)) == 1, "the agency's own seal entered the register with its first use"


def test_rendering_twice_seals_once(engine: Engine) -> None:
    (it,) = engine.read(queries.results_of, completed(engine))
    assert engine.execute(RenderResult(it.id), SYSTEM)["repeated"] is True
    assert len(rows(engine, seal_use)) == 1


def test_a_result_whose_seal_is_kept_elsewhere_waits_for_the_keeper(engine: Engine, actor: Actors) -> None:
    clerk = actor("vanthu")
    engine.execute(RegisterSeal(COMMITTEE, "first", "", "commune-police"), clerk)
    (it,) = engine.read(queries.results_of, completed(engine))
    assert it.sealed_at is None and it.print and it.print.signers == (actor("lanhdao").name,)
    with pytest.raises(SealNotKept):
        engine.execute(ApplySeal(it.id), clerk)
    second = engine.execute(RegisterSeal(COMMITTEE, "second", "TTPVHCC", "commune-centre"), clerk)["seal_id"]
    with pytest.raises(NotAllowed):
        engine.execute(ApplySeal(it.id), actor("lanhdao"))
    assert engine.execute(ApplySeal(it.id), clerk) == {"result_id": it.id, "sealed": True}
    assert engine.execute(ApplySeal(it.id), clerk)["repeated"] is True
    (use,) = rows(engine, seal_use)
    assert (use.seal_id, use.used_by) == (second, clerk.id)
    (after,) = engine.read(queries.results_of, it.dossier_id)
    assert after.sealed_at and after.print
    assert verdict_of(engine.signatures.check(engine.files.get(after.print.path))) is Verdict.VALID


def test_a_seal_passes_to_another_keeper_with_minutes(engine: Engine, actor: Actors) -> None:
    clerk = actor("vanthu")
    seal_id = engine.execute(RegisterSeal(COMMITTEE, "second", "TTPVHCC", "commune-centre"), clerk)["seal_id"]
    with pytest.raises(InvalidInput):
        engine.execute(HandOverSeal(seal_id, "commune-police", " "), clerk)
    with pytest.raises(InvalidInput):
        engine.execute(HandOverSeal(seal_id, "commune-centre", "BB-01"), clerk)
    with pytest.raises(NotAllowed):
        engine.execute(HandOverSeal(seal_id, "commune-police", "BB-01"), actor("lanhdao"))
    engine.execute(HandOverSeal(seal_id, "commune-police", "BB-01"), clerk)
    (row,) = engine.read(seal_queries.handovers, clerk)
    assert (row.sign, row.giver, row.receiver, row.minutes) == (
        "TTPVHCC", "Trung tâm Phục vụ hành chính công xã Tân An", "Công an xã Tân An", "BB-01")
    with pytest.raises(NotAllowed):
        engine.execute(HandOverSeal(seal_id, "commune-centre", "BB-02"), clerk)


@pytest.mark.parametrize(("changed", "field"), [
    ({"kind": "third"}, "kind"), ({"kind": "second", "sign": " "}, "sign"), ({"sign": "x" * 201}, "sign"),
    ({"keeper_unit": "nowhere"}, "keeper_unit"), ({"sign": "TTPVHCC"}, "sign"),
])
def test_a_seal_that_cannot_be_told_apart_is_refused(
        engine: Engine, actor: Actors, changed: dict[str, str], field: str) -> None:
    engine.execute(RegisterSeal(COMMITTEE, "second", "TTPVHCC", "commune-centre"), actor("vanthu"))
    given = {"owner_unit": COMMITTEE, "kind": "second", "sign": "S2", "keeper_unit": "commune-centre", **changed}
    with pytest.raises(InvalidInput) as refused:
        engine.execute(RegisterSeal(**given), actor("vanthu"))
    assert list(refused.value.facts["problems"]) == [field]


def test_an_agency_may_issue_its_own_document(
        engine: Engine, actor: Actors, documents: TypstDocuments, words: Words) -> None:
    dossier_id = accepted(engine)
    file = own_document(documents, "Mẫu riêng của cơ quan")
    for login in ("tiepnhan", "vanthu"):
        with pytest.raises(NotAllowed):
            engine.execute(UploadResult(dossier_id, file), actor(login))
    engine.execute(UploadResult(dossier_id, file), actor("hotich"))
    for login, answers in (APPRAISED, SIGNED, SEALED):
        step(engine, dossier_id, login, answers)
        settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print and it.sealed_at
    content = engine.files.get(it.print.path)
    assert "Mẫu riêng của cơ quan" in words(content)
    assert verdict_of(engine.signatures.check(content)) is Verdict.VALID


def test_what_is_signed_is_what_the_leader_approved(
        engine: Engine, clock: FrozenClock, actor: Actors, documents: TypstDocuments, words: Words) -> None:
    dossier_id = accepted(engine)
    step(engine, dossier_id, *APPRAISED)
    seen, swapped = own_document(documents, "Bản đã duyệt"), own_document(documents, "Bản tráo")
    own = engine.execute(UploadResult(dossier_id, seen), actor("lanhdao"))["attachment_id"]
    step(engine, dossier_id, *SIGNED)
    clock.advance(timedelta(minutes=5))
    for command in (ReplaceFile(dossier_id, own, swapped), AttachFile(dossier_id, swapped),
                    UploadResult(dossier_id, swapped)):
        for login in ("thungan", "vanthu", "tiepnhan"):
            with pytest.raises(ResultGuarded):
                engine.execute(command, actor(login))
    step(engine, dossier_id, *SEALED)
    settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print and "Bản đã duyệt" in words(engine.files.get(it.print.path))
    assert verdict_of(engine.signatures.check(engine.files.get(it.print.path))) is Verdict.VALID


def test_a_document_that_came_after_the_approval_is_never_signed(
        engine: Engine, clock: FrozenClock, actor: Actors, documents: TypstDocuments, words: Words) -> None:
    dossier_id = accepted(engine)
    engine.execute(UploadResult(dossier_id, own_document(documents, "Bản đã duyệt")), actor("hotich"))
    for login, answers in (APPRAISED, SIGNED):
        step(engine, dossier_id, login, answers)
    clock.advance(timedelta(minutes=5))
    late = engine.files.put(own_document(documents, "Bản tráo").content)
    with engine.database.begin() as connection:     # as a step beside the approval might still bring it
        connection.execute(attachment.insert().values(
            id="late", dossier_id=dossier_id, component_key=OWN_FILE, filename="x.pdf", media_type="application/pdf",
            size=late.size, sha256=late.sha256, path=late.path, uploaded_at=clock.now(), uploaded_by="x"))
    step(engine, dossier_id, *SEALED)
    settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print and "Bản đã duyệt" in words(engine.files.get(it.print.path))


def own_document(documents: TypstDocuments, words: str) -> UploadedFile:
    """A document that the agency made itself."""
    own = documents.render("ND118_2025/refusal", {**PAPER, "owner": words}, AT)
    return UploadedFile(OWN_FILE, "giay-khai-sinh.pdf", "application/pdf", own)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04not a pdf", b"<html>"])
def test_only_a_pdf_can_be_a_result(engine: Engine, actor: Actors, content: bytes) -> None:
    dossier_id = accepted(engine)
    with pytest.raises(InvalidInput):
        engine.execute(UploadResult(dossier_id, UploadedFile(OWN_FILE, "x.pdf", "application/pdf", content)),
                       actor("hotich"))


def test_a_pdf_that_cannot_be_signed_is_refused_when_it_is_handed_in(
        engine: Engine, actor: Actors, documents: TypstDocuments) -> None:
    dossier_id = accepted(engine)
    whole = own_document(documents, "x").content
    for content in (closed(whole), whole[:len(whole) // 2], b"%PDF-1.7\n%%EOF"):
        with pytest.raises(InvalidInput) as refused:
            engine.execute(UploadResult(dossier_id, UploadedFile(OWN_FILE, "x.pdf", "", content)), actor("hotich"))
        assert refused.value.facts["problems"] == {"file": "not_a_pdf"}
    assert rows(engine, attachment, dossier_id=dossier_id, component_key=OWN_FILE) == []
    assert not list((engine.settings.data_dir / "keys").glob("*.pem")), "a trial leaves no key behind"


def closed(pdf: bytes) -> bytes:
    """The same document behind a password."""
    writer, out = PdfWriter(clone_from=BytesIO(pdf)), BytesIO()
    writer.encrypt("secret")
    writer.write(out)
    return out.getvalue()


def test_a_result_that_could_not_be_made_is_found_and_made_by_a_later_sweep(
        engine: Engine, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier_id = accepted(engine)
    with monkeypatch.context() as broken:
        broken.setattr(PdfSignatures, "sign", _no_signature)
        for login, answers in (APPRAISED, SIGNED, SEALED):
            step(engine, dossier_id, login, answers)
            settle(engine)
    clock.advance(timedelta(hours=2))
    assert (dossier_id, "result_without_file") in [(each.subject, each.code) for each in engine.verify()]
    assert print_again(engine) == 2, "the receipt and the result"
    settle(engine)
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.print and it.sealed_at
    assert print_again(engine) == 0
    assert "result_without_file" not in [each.code for each in engine.verify()]


def _no_signature(*_: object) -> bytes:
    raise OSError("the keys are out of reach")


def test_a_revoked_result_stays_on_file_and_is_known_as_revoked(engine: Engine, actor: Actors) -> None:
    dossier_id = completed(engine)
    for login in ("vanthu", "hotich", "tiepnhan"):
        with pytest.raises(NotAllowed):
            engine.execute(RevokeResult(dossier_id, "sai"), actor(login))
    with pytest.raises(InvalidInput):
        engine.execute(RevokeResult(dossier_id, "  "), actor("lanhdao"))
    engine.execute(RevokeResult(dossier_id, "Sai ngày sinh"), actor("lanhdao"))
    with pytest.raises(InvalidInput):
        engine.execute(RevokeResult(dossier_id, "lần nữa"), actor("lanhdao"))
    (it,) = engine.read(queries.results_of, dossier_id)
    assert it.revocation and it.revocation.reason == "Sai ngày sinh" and it.revocation.by == actor("lanhdao").id
    assert it.print and engine.files.get(it.print.path).startswith(b"%PDF")
    found = engine.read(queries.document_by_code, it.code)
    assert found and found.revocation
    assert engine.read(queries.document_by_hash, it.print.sha256) == found


def test_a_result_found_wrong_is_taken_back_and_the_next_one_has_a_code_of_its_own(
        engine: Engine, clock: FrozenClock, actor: Actors, documents: TypstDocuments, words: Words) -> None:
    dossier_id = completed(engine)
    (first,) = engine.read(queries.results_of, dossier_id)
    clock.advance(timedelta(minutes=5))
    step(engine, dossier_id, "tiepnhan", {"decision": "wrong_result", "return_note": "Sai tên mẹ"})
    settle(engine)
    (taken_back,) = engine.read(queries.results_of, dossier_id)
    assert taken_back.revocation and taken_back.revocation.reason == "Sai tên mẹ"
    clock.advance(timedelta(minutes=5))
    engine.execute(UploadResult(dossier_id, own_document(documents, "Bản lập lại")), actor("hotich"))
    for login, answers in (APPRAISED, SIGNED, SEALED):
        step(engine, dossier_id, login, answers)
        settle(engine)
    old, new = engine.read(queries.results_of, dossier_id)
    assert (old.print, old.revocation) == (first.print, taken_back.revocation)
    assert new.code.endswith("-KQ(2)") and new.revocation is None and new.number != old.number
    assert new.print and "Bản lập lại" in words(engine.files.get(new.print.path))
    assert len(rows(engine, seal_use)) == 2


@pytest.mark.parametrize(("slug", "outcome", "variables", "given"), [
    ("household-business", "returned", {}, ["registration_certificate"]),
    ("company-registration", "refused", {}, ["refusal_letter"]),
    ("birth-registration", "refused", {}, ["refusal"]),
    ("criminal-record", "returned", {"record_form": "no_2"}, ["record_no_2"]),
])
def test_only_the_results_of_this_end_are_issued(
        engine: Engine, slug: str, outcome: str, variables: dict[str, str], given: list[str]) -> None:
    with engine.dispatcher.open_unit_of_work() as uow:
        version = uow.versions.latest(slug, AT.date())
    facts = procedure.from_mapping(version.facts)
    evaluator = engine.workflow.evaluator(version, AT)
    assert [each.key for each in results_of_end(facts, outcome, variables, evaluator)] == given
