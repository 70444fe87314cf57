"""Files that people hand in: what they are by their content, and where they wait while a form is being mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import parse
from werkzeug.datastructures import FileStorage

from app.security import LARGEST_UPLOAD, MEGABYTE, limiter
from app.wiring import current_actor, current_engine
from engine.commands.filing import UploadedFile
from engine.domain.file_rules import LARGEST_FILE, TYPES, TooMuchUploaded, clean_name, fault_of

STAGED_FOR_S = 8 * 3600
"""As long as an idle session lasts."""

SENT_A_DAY = parse("2000 per day")
"""Megabytes of one account, kept or dropped again: many dossiers of a busy office, and no disk."""

ACCEPT = ",".join(ending for endings in TYPES.values() for ending in endings)


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
        name, content = clean_name(each.filename), each.stream.read(LARGEST_FILE + 1)
        found = current_engine().type_of(content, name)
        fault = fault_of(len(content), found)
        if fault:
            rejected.append(Rejected(name, fault))
        else:
            kept.append(UploadedFile(component_key, name, found or "", content))
    return kept, rejected


def meter() -> None:
    """Counts what this request brings. Raises TooMuchUploaded when the account has sent too much today."""
    size = LARGEST_UPLOAD if request.content_length is None else request.content_length
    if not limiter.limiter.hit(SENT_A_DAY, "uploads", current_actor().id, cost=1 + size // MEGABYTE):
        raise TooMuchUploaded()


def stage(files: Sequence[UploadedFile]) -> str:
    """Keeps the files while the form is mended, and returns a signed list of them for the form to carry."""
    stored = current_engine().keep(files)
    rows = [(each.component_key, each.filename, kept.media_type, kept.path)
            for each, kept in zip(files, stored, strict=True)]
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
