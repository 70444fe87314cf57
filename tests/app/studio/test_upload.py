"""Files from strangers become a package, or are refused with a reason and nothing else."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from datetime import UTC, datetime

import pytest

from app.studio.refusal import UploadRefused
from app.studio.upload import MAX_ARCHIVE, MAX_FILE, read_package
from engine.queries.studio import VersionContent, VersionRow

DIAGRAM = b"<definitions/>"


def a_zip(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def a_version(**changes: object) -> VersionContent:
    """A version in force with one form, one decision and its facts."""
    row = VersionRow("v1", "birth", 1, "1.001193", "0" * 64, "", None, datetime(2026, 3, 2, tzinfo=UTC),
                     "An", 0, 0, 0)
    given = {"row": row, "diagram": b"<old/>", "forms": {"application": "{}", "intake-check": "{}"},
             "decisions": {"fee": "<dmn/>"}, "facts": {"slug": "birth"}, "problems": (), "scenarios": "scenarios: []"}
    return VersionContent(**(given | changes))


def refusal_of(files: list[tuple[str, bytes]], slug: str = "birth") -> str:
    with pytest.raises(UploadRefused) as refused:
        read_package(slug, files, None)
    return refused.value.code


def test_loose_files_find_their_places():
    package = read_package("birth", [
        ("process.bpmn", DIAGRAM), ("application.json", b"{}"), ("fee.dmn", b"<dmn/>"),
        ("procedure.yaml", b"slug: birth"), ("scenarios.yaml", b"scenarios: []")], None)
    assert (package.diagram_name, package.diagram) == ("process.bpmn", DIAGRAM)
    assert (package.forms, package.decisions) == ({"application": b"{}"}, {"fee": b"<dmn/>"})
    assert (package.facts_yaml, package.scenarios_yaml) == (b"slug: birth", b"scenarios: []")


def test_a_zip_is_read_whatever_folder_its_files_stand_in():
    package = read_package("birth", [("birth.zip", a_zip(
        ("birth/process.bpmn", DIAGRAM), ("birth/forms/application.json", b"{}"),
        ("__MACOSX/._process.bpmn", b"x"), ("birth/.DS_Store", b"x")))], None)
    assert package.diagram == DIAGRAM and set(package.forms) == {"application"}


def test_a_bare_diagram_takes_everything_else_from_the_version_in_force():
    package = read_package("birth", [("new.bpmn", DIAGRAM)], a_version())
    assert package.diagram == DIAGRAM
    assert set(package.forms) == {"application", "intake-check"} and package.decisions == {"fee": b"<dmn/>"}
    assert b'"slug": "birth"' in package.facts_yaml and package.scenarios_yaml == b"scenarios: []"


def test_a_loose_form_replaces_its_namesake_only():
    package = read_package("birth", [("new.bpmn", DIAGRAM), ("application.json", b'{"new": 1}')], a_version())
    assert package.forms == {"application": b'{"new": 1}', "intake-check": b"{}"}


def test_a_zip_is_whole_and_takes_nothing_from_the_version_in_force():
    package = read_package("birth", [("all.zip", a_zip(("process.bpmn", DIAGRAM)))], a_version())
    assert package.forms == {} and package.facts_yaml == b""


@pytest.mark.parametrize("slug", ["", "Khai sinh", "../etc", "a/b", "-a", "a--b", "đăng-ký", "x" * 81, "a\n"])
def test_a_key_that_could_not_be_a_folder_is_refused(slug):
    assert refusal_of([("a.bpmn", DIAGRAM)], slug) == "bad_slug"


HOSTILE = {
    "nothing at all": ([], "no_diagram"),
    "a form without a diagram": ([("a.json", b"{}")], "no_diagram"),
    "two diagrams": ([("a.bpmn", DIAGRAM), ("b.bpmn", DIAGRAM)], "several_diagrams"),
    "an empty diagram": ([("a.bpmn", b"")], "empty_file"),
    "a program": ([("a.bpmn", DIAGRAM), ("run.exe", b"MZ\x90")], "unknown_file"),
    "a huge diagram": ([("a.bpmn", b"<" * (MAX_FILE + 1))], "file_too_large"),
    "a huge archive": ([("a.zip", b"PK" + b"\0" * MAX_ARCHIVE)], "file_too_large"),
    "a form that is an image": ([("a.bpmn", DIAGRAM), ("a.json", b"\x89PNG\r\n\x1a\n\xff")], "not_utf8"),
    "a form in UTF-16": ([("a.bpmn", DIAGRAM), ("a.json", "{}".encode("utf-16"))], "not_utf8"),
    "facts with a NUL": ([("a.bpmn", DIAGRAM), ("procedure.yaml", b"a: \0")], "not_text"),
    "a form whose name climbs": ([("a.bpmn", DIAGRAM), ("..json", b"{}")], "bad_name"),
    "a form with an accented name": ([("a.bpmn", DIAGRAM), ("mẫu.json", b"{}")], "bad_name"),
    "the same form twice": ([("a.bpmn", DIAGRAM), ("a.json", b"{}"), ("a.JSON", b"{}")], "same_name"),
    "sixty-one files": ([("a.bpmn", DIAGRAM)] + [(f"f{n}.json", b"{}") for n in range(60)], "too_many_files"),
    "a zip and a loose file": ([("a.zip", a_zip(("a.bpmn", DIAGRAM))), ("b.json", b"{}")], "zip_and_more"),
    "two zips": ([("a.zip", a_zip(("a.bpmn", DIAGRAM))), ("b.zip", a_zip(("a.bpmn", DIAGRAM)))], "zip_and_more"),
    "a zip that is none": ([("a.zip", b"PK\x03\x04 and then nothing")], "bad_zip"),
    "a zip under another name": ([("a.bpmn", a_zip(("readme.txt", b"x")))], "unknown_file"),
    "a path that climbs": ([("a.zip", a_zip(("../../etc/a.bpmn", DIAGRAM)))], "unsafe_path"),
    "an absolute path": ([("a.zip", a_zip(("/etc/a.bpmn", DIAGRAM)))], "unsafe_path"),
    "a path of Windows": ([("a.zip", a_zip(("..\\a.bpmn", DIAGRAM)))], "unsafe_path"),
    "a drive": ([("a.zip", a_zip(("C:a.bpmn", DIAGRAM)))], "unsafe_path"),
    "a zip in a zip": ([("a.zip", a_zip(("b.zip", a_zip(("a.bpmn", DIAGRAM)))))], "unknown_file"),
    "a bomb of zeros": ([("a.zip", a_zip(("a.bpmn", b"\0" * 19_000_000)))], "bomb"),
    "more than fits": ([("a.zip", a_zip(("a.bpmn", b"\0" * 25_000_000)))], "unpacks_too_large"),
    "a thousand entries": ([("a.zip", a_zip(*((f"f{n}.json", b"{}") for n in range(1000))))], "too_many_files"),
    "an empty zip": ([("a.zip", a_zip())], "no_diagram"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_upload_is_refused_with_its_reason(name):
    files, code = HOSTILE[name]
    assert refusal_of(files) == code


def test_a_link_in_an_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("a.bpmn")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal_of([("a.zip", buffer.getvalue())]) == "not_a_file"


def test_an_encrypted_entry_is_refused():
    assert refusal_of([("a.zip", _with_flag(a_zip(("a.bpmn", DIAGRAM)), 0x1))]) == "encrypted"


def test_the_size_that_an_archive_claims_is_not_believed():
    honest = a_zip(("a.bpmn", b"\0" * 25_000_000))
    lying = honest.replace(struct.pack("<I", 25_000_000), struct.pack("<I", 100))
    assert refusal_of([("a.zip", lying)]) in {"bad_zip", "unpacks_too_large", "bomb"}


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_an_archive_cut_anywhere_is_refused(cut):
    assert refusal_of([("a.zip", a_zip(("a.bpmn", DIAGRAM), ("b.json", b"{}"))[:-cut])]) in {"bad_zip", "no_diagram"}


def _with_flag(data: bytes, flag: int) -> bytes:
    """The archive with a general-purpose bit set in its local and central headers."""
    out = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.index(magic) + offset
        out[at] |= flag
    return bytes(out)
