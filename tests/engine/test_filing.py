"""Files come in through commands, and every command looks for itself, whatever its caller says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.bootstrap import Engine
from engine.commands import filing
from engine.commands.applicants import Wishes
from engine.commands.digitising import DigitiseComponent, ReplaceFile
from engine.commands.dossiers import AttachFile, SubmitDossier
from engine.commands.filing import UploadedFile
from engine.domain.actor import Actor
from engine.domain.digitisation import ComponentMoveRefused
from engine.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from engine.domain.file_rules import FileInfected, FileRefused, ScannerSilent, TooManyFiles
from engine.domain.vault import FileSource
from engine.gateways.antivirus import ClamdScanner
from engine.queries import files as queries
from engine.store.dossier_tables import attachment, component
from engine.store.file_tables import file_version
from engine.testing import with_scanner
from tests.engine.acts import received, rows
from tests.engine.citizens import FOR_AN, citizen, publish_online
from tests.engine.clamd import EICAR, clamd

Actors = Callable[[str], Actor]
PDF = b"%PDF-1.7\n%%EOF"


def paper(content: bytes = PDF, name: str = "don.pdf", media_type: str = "", key: str = "identity") -> UploadedFile:
    return UploadedFile(key, name, media_type, content)


@pytest.fixture
def dossier_id(engine: Engine, actor: Actors) -> str:
    return received(engine, actor("tiepnhan"), "five-steps")


@pytest.fixture
def scanned(engine: Engine) -> Iterator[Engine]:
    with clamd() as address:
        yield with_scanner(engine, ClamdScanner(address))


@pytest.mark.parametrize(("content", "name", "reason"), [
    (b"MZ\x90\0", "a.pdf", "bad_type"), (b"<script>", "a.pdf", "bad_type"), (b"", "a.pdf", "empty"),
    (PDF, "a.exe", "bad_type"), (b"%PDF-1.7" + b"0" * 20 * 1024 * 1024, "a.pdf", "too_large"),
])
def test_the_word_of_the_caller_for_what_a_file_is_counts_for_nothing(
        engine: Engine, actor: Actors, dossier_id: str, content: bytes, name: str, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        engine.execute(AttachFile(dossier_id, paper(content, name, "application/pdf")), actor("tiepnhan"))
    assert refused.value.facts["reason"] == reason
    assert rows(engine, attachment) == []


def test_the_type_that_is_kept_is_the_one_that_was_found(engine: Engine, actor: Actors, dossier_id: str) -> None:
    engine.execute(AttachFile(dossier_id, paper(media_type="text/html", name="../../đơn.pdf")), actor("tiepnhan"))
    (row,) = rows(engine, attachment)
    assert (row.media_type, row.filename) == ("application/pdf", "đơn.pdf")


def test_one_bad_file_among_good_ones_leaves_nothing_behind(engine: Engine, actor: Actors) -> None:
    files = (paper(), paper(b"MZ", "b.pdf"))
    with pytest.raises(FileRefused):
        engine.execute(SubmitDossier("five-steps", "direct", "commune-centre", FOR_AN, {}, files=files),
                       actor("tiepnhan"))
    folder = engine.settings.data_dir / "files"
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_a_virus_is_named_and_nothing_of_it_is_kept(scanned: Engine, actor: Actors, dossier_id: str) -> None:
    with pytest.raises(FileInfected, match="EICAR"):
        scanned.execute(AttachFile(dossier_id, paper(PDF + EICAR)), actor("tiepnhan"))
    assert [each for each in (scanned.settings.data_dir / "files").rglob("*") if each.is_file()] == []
    scanned.execute(AttachFile(dossier_id, paper()), actor("tiepnhan"))
    with pytest.raises(FileInfected):
        scanned.keep([paper(PDF + EICAR)])


def test_without_an_answer_of_the_scanner_no_file_is_taken(engine: Engine, actor: Actors, dossier_id: str) -> None:
    deaf = with_scanner(engine, ClamdScanner("127.0.0.1:1", timeout_s=0.2))
    with pytest.raises(ScannerSilent):
        deaf.execute(AttachFile(dossier_id, paper()), actor("tiepnhan"))
    assert rows(engine, attachment) == [] and deaf.scanning() == "silent" and engine.scanning() == "off"


def test_a_dossier_takes_so_many_files_and_no_more(
        engine: Engine, actor: Actors, dossier_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "MOST_FILES", 1)
    engine.execute(AttachFile(dossier_id, paper()), actor("tiepnhan"))
    with pytest.raises(TooManyFiles):
        engine.execute(AttachFile(dossier_id, paper(PDF + b"2")), actor("tiepnhan"))
    monkeypatch.setattr(filing, "MOST_FILES", 9)
    monkeypatch.setattr(filing, "LARGEST_DOSSIER", len(PDF) + 1)
    with pytest.raises(TooManyFiles):
        engine.execute(AttachFile(dossier_id, paper(PDF + b"3")), actor("tiepnhan"))


# ------------------------------------------------------------------ versions
def test_a_better_scan_takes_the_place_of_one_and_the_earlier_stays(
        engine: Engine, actor: Actors, dossier_id: str) -> None:
    (first,) = engine.execute(AttachFile(dossier_id, paper()), actor("tiepnhan"))["attachment_ids"]
    later = engine.execute(ReplaceFile(dossier_id, first, paper(PDF + b"2", "ro-hon.pdf")), actor("tiepnhan"))
    versions = engine.read(queries.versions_of, dossier_id)
    assert versions[later["attachment_id"]].replaces == first
    assert versions[first].source is FileSource.PAPER_SCAN
    assert len(rows(engine, attachment)) == 2
    with pytest.raises(Conflict):
        engine.execute(ReplaceFile(dossier_id, first, paper(PDF + b"3")), actor("tiepnhan2"))
    with pytest.raises(NotFound):
        engine.execute(ReplaceFile(received(engine, actor("tiepnhan"), "numbered"), first, paper()), actor("tiepnhan"))
    with pytest.raises(NotAllowed):
        engine.execute(ReplaceFile(dossier_id, later["attachment_id"], paper()), actor("bhxh"))


def test_what_a_citizen_hands_in_is_marked_as_uploaded(engine: Engine) -> None:
    publish_online(engine)
    an = citizen(engine)
    command = SubmitDossier("plain", "online", "commune-centre", FOR_AN, {"subject": "x"}, files=(paper(),),
                            wishes=Wishes())
    engine.execute(command, an)
    (row,) = rows(engine, file_version)
    assert row.source == "citizen_upload"


# ------------------------------------------------------------------ digitisation
@pytest.fixture
def asked(engine: Engine, actor: Actors) -> str:
    publish_online(engine)
    command = SubmitDossier("plain", "direct", "commune-centre", FOR_AN, {"subject": "x"})
    return str(engine.execute(command, actor("tiepnhan"))["dossier_id"])


def test_what_an_officer_found_about_a_paper_is_kept(engine: Engine, actor: Actors, asked: str) -> None:
    engine.execute(DigitiseComponent(asked, "identity", "present", "paper_scan", True, 3), actor("tiepnhan"))
    found = engine.read(queries.findings_of, asked)["identity"]
    assert (found.source, found.original_seen, found.pages, found.reused) == (FileSource.PAPER_SCAN, True, 3, False)
    assert found.done_by == "Nguyễn Thị Hoa"
    engine.execute(DigitiseComponent(asked, "identity", "replaced_by_data", "database_lookup"), actor("tiepnhan"))
    assert engine.read(queries.findings_of, asked)["identity"].reused
    assert [row.state for row in rows(engine, component, dossier_id=asked)] == ["replaced_by_data"]


@pytest.mark.parametrize("command", [("present", "paper_scan", False), ("not_applicable", "paper_scan", False)])
def test_a_scan_nobody_compared_does_not_count_and_what_does_not_apply_is_not_there(
        engine: Engine, actor: Actors, asked: str, command: tuple[str, str, bool]) -> None:
    state, source, seen = command
    if state == "not_applicable":
        engine.execute(DigitiseComponent(asked, "identity", state, source), actor("tiepnhan"))
        state = "present"
        seen = True
    with pytest.raises(ComponentMoveRefused):
        engine.execute(DigitiseComponent(asked, "identity", state, source, seen), actor("tiepnhan"))


def test_findings_that_make_no_sense_are_refused(engine: Engine, actor: Actors, asked: str) -> None:
    for wrong in (("gone", "paper_scan", False, 0), ("present", "dream", True, 0), ("present", "paper_scan", True, -1)):
        with pytest.raises(InvalidInput):
            engine.execute(DigitiseComponent(asked, "identity", *wrong), actor("tiepnhan"))
    with pytest.raises(NotFound):
        engine.execute(DigitiseComponent(asked, "other", "present", "paper_scan", True), actor("tiepnhan"))
    with pytest.raises(NotAllowed):
        engine.execute(DigitiseComponent(asked, "identity", "present", "paper_scan", True), actor("bhxh"))
