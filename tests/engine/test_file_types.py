"""What a file is by what it contains, against files that pretend."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.domain.file_rules import LARGEST_FILE, clean_name, fault_of
from engine.gateways.file_types import type_of

PDF, PNG, JPEG = b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 30
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*members: str, content: bytes = b"x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            packed.writestr(member, content)
    return made.getvalue()


@pytest.mark.parametrize(("content", "name", "found"), [
    (PDF, "don.pdf", "application/pdf"), (PDF, "ĐƠN.PDF", "application/pdf"), (PNG, "a.png", "image/png"),
    (JPEG, "a.jpeg", "image/jpeg"), (archive("word/document.xml"), "a.docx", DOCX),
])
def test_papers_are_recognised(content, name, found):
    assert type_of(content, name) == found


@pytest.mark.parametrize(("content", "name"), [
    (b"MZ\x90\0 %PDF-1.7", "a.pdf"),                        # a program with the mark of a PDF inside
    (b"<html>%PDF-1.7</html>", "a.pdf"),                    # a page
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png"),
    (b"GIF89a" + PDF, "a.pdf"), (b"\n" + PDF, "a.pdf"),     # a second file before the first
    (PDF, "a.pdf.exe"), (PDF, "a.html"), (PDF, "a"), (PNG, "a.pdf"), (b"", "a.pdf"), (b"%PD", "a.pdf"),
    (archive("word/document.xml"), "a.zip"), (archive("evil.exe"), "a.docx"), (b"PK\x03\x04broken", "a.docx"),
    (archive("word/document.xml", "word/vbaProject.bin"), "a.docx"),        # macros
    (archive("content.xml", "Basic/script-lc.xml"), "a.odt"),
])
def test_a_file_that_pretends_is_turned_away(content, name):
    assert type_of(content, name) is None


def test_a_bomb_is_looked_into_and_never_unpacked():
    bomb = archive("word/document.xml", content=b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    assert type_of(bomb, "a.docx") == DOCX  # stored as the small archive it is; nobody opens it here


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "passwd"), (r"C:\Users\a\don.pdf", "don.pdf"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
    ("\u202egpj.exe", "gpj.exe"), ("", "file"), ("..", ".."), ('a";b.pdf', "a;b.pdf"),
    ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
])
def test_a_name_is_only_a_name(given, kept):
    assert clean_name(given) == kept


def test_a_fault_is_named():
    assert [fault_of(0, None), fault_of(LARGEST_FILE + 1, "application/pdf"), fault_of(1, "text/html"),
            fault_of(1, "application/pdf")] == ["empty", "too_large", "bad_type", ""]
