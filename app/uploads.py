"""Files that people hand in: what they are by their content, and where they wait while a form is being mended."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import puremagic
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from app.wiring import current_actor, current_engine
from engine.commands.dossiers import UploadedFile

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 200
STAGED_FOR_S = 8 * 3600
"""As long as an idle session lasts."""

TYPES = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
}
"""What may be handed in, with the endings a file of that type may have."""

ACCEPT = ",".join(ending for endings in TYPES.values() for ending in endings)
_MARKS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "content.xml": ".odt"}
"""The member that makes an archive a document."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was not taken; `code` says why."""

    filename: str
    code: str


def taken(component_key: str, files: Iterable[FileStorage]) -> tuple[list[UploadedFile], list[Rejected]]:
    """Reads the files of one component. Empty inputs of the browser are passed over."""
    kept: list[UploadedFile] = []
    rejected: list[Rejected] = []
    for each in files:
        if not each.filename:
            continue
        name, content = _clean(each.filename), each.stream.read(LARGEST_FILE + 1)
        found = media_type(content, name)
        code = "empty" if not content else "too_large" if len(content) > LARGEST_FILE else "" if found else "bad_type"
        if code or found is None:
            rejected.append(Rejected(name, code))
        else:
            kept.append(UploadedFile(component_key, name, found, content))
    return kept, rejected


def media_type(content: bytes, filename: str) -> str | None:
    """The type that the content shows, when it is one of `TYPES` and the name does not claim another."""
    try:
        found = puremagic.from_string(content, mime=True) if content else ""
    except (puremagic.PureError, ValueError):
        return None
    ending = f".{filename.lower().rpartition('.')[2]}"
    if content.startswith(b"PK\x03\x04"):
        found = next((each for each, endings in TYPES.items() if _document_ending(content) in endings), "")
    return found if ending in TYPES.get(found, ()) else None


def stage(files: Sequence[UploadedFile]) -> str:
    """Keeps the files while the form is mended, and returns a signed list of them for the form to carry."""
    store = current_engine().files
    rows = [(each.component_key, each.filename, each.media_type, store.put(each.content).path) for each in files]
    return _signer().dumps(rows) if rows else ""


def staged(token: str) -> list[UploadedFile]:
    """The files of an earlier attempt; none when the list is not ours, too old or somebody else's."""
    try:
        rows: list[Any] = _signer().loads(token, max_age=STAGED_FOR_S) if token else []
    except BadSignature:
        return []
    store = current_engine().files
    return [UploadedFile(key, name, found, store.get(path)) for key, name, found, path in rows]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"staged-files:{current_actor().id}")


def _document_ending(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    return next((ending for mark, ending in _MARKS.items() if mark in names), "")


def _clean(filename: str) -> str:
    """The last part of the name without control characters; browsers of old sent whole paths."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2])
    printable = "".join(letter for letter in name if letter.isprintable() and letter not in '"<>|:*?')
    return printable.strip()[-LONGEST_NAME:] or "file"
