"""What a file is by what it contains, whatever its name or its sender say."""

from __future__ import annotations

import zipfile
from io import BytesIO

import puremagic

from engine.domain.file_rules import TYPES, UNREADABLE_ARCHIVE, ending_of

_MARKS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "content.xml": ".odt"}
"""The member that makes an archive a document."""

_MACROS = ("vbaproject.bin", "basic/script-lc.xml")
_STARTS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""At the very beginning: a reader that looks further would find a second file in a first one."""


def type_of(content: bytes, filename: str) -> str | None:
    """The type that the content shows, when it is one of `TYPES` and the name does not claim another.

    Archives are looked into, never unpacked; one with macros is no document that anybody needs to hand in.
    """
    found = _document_type(content) if content.startswith(b"PK\x03\x04") else _plain_type(content)
    return found if found and ending_of(filename) in TYPES[found] else None


def _plain_type(content: bytes) -> str | None:
    try:
        found = puremagic.from_string(content, mime=True) if content else ""
    except (puremagic.PureError, ValueError):
        return None
    return found if found in _STARTS and content.startswith(_STARTS[found]) else None


def _document_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except UNREADABLE_ARCHIVE:
        return None
    if any(name.endswith(_MACROS) for name in names):
        return None
    ending = next((ending for mark, ending in _MARKS.items() if mark in names), "")
    return next((media_type for media_type, endings in TYPES.items() if ending in endings), None)
