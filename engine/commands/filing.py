"""Files come in: looked at, scanned and stored before the transaction, named by rows within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.commands.context import Context, Outside
from engine.domain.actor import Actor, ActorKind
from engine.domain.dossier import Attachment
from engine.domain.file_rules import (
    LARGEST_DOSSIER,
    MOST_FILES,
    FileInfected,
    FileRefused,
    TooManyFiles,
    clean_name,
    fault_of,
)
from engine.domain.paper import OWN_FILE, ResultGuarded
from engine.domain.vault import FileSource, FileVersion
from engine.ports import StoredFile


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came in. What it is, is found from its content; the sender's word for it is not believed."""

    component_key: str
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """Files that wait for their command."""

    files: tuple[UploadedFile, ...]


class BringsFiles(Protocol):
    """A command with files."""

    @property
    def files(self) -> Sequence[UploadedFile]: ...


def keep_files(outside: Outside, command: BringsFiles) -> list[StoredFile]:
    """The bytes are on disk before the row that names them; a crash in between leaves only an unnamed file.

    All files are looked at before the first is stored. Raises FileRefused, FileInfected, ScannerSilent.
    """
    types = [checked_type(outside, file) for file in command.files]
    return [replace(outside.files.put(file.content), media_type=found)
            for file, found in zip(command.files, types, strict=True)]


def checked_type(outside: Outside, file: UploadedFile) -> str:
    """The type of a file that may be kept. Raises FileRefused, FileInfected, ScannerSilent."""
    name = clean_name(file.filename)
    found = outside.type_of(file.content, name)
    fault = fault_of(len(file.content), found)
    if fault or found is None:
        raise FileRefused(name=name, reason=fault)
    infected = outside.scanner.scan(file.content)
    if infected:
        raise FileInfected(name=name, found=infected)
    return found


def attach_all(ctx: Context, dossier_id: str, files: Sequence[UploadedFile], stored: Sequence[StoredFile],
               replaces: str | None = None) -> list[str]:
    """Makes stored files part of a dossier; returns the ids of the attachments. Raises TooManyFiles, ResultGuarded."""
    if any(file.component_key == OWN_FILE for file in files):
        raise ResultGuarded()
    return attach_unguarded(ctx, dossier_id, files, stored, replaces)


def attach_unguarded(ctx: Context, dossier_id: str, files: Sequence[UploadedFile], stored: Sequence[StoredFile],
                     replaces: str | None = None) -> list[str]:
    """The same for the one command that may bring the agency's own result. Raises TooManyFiles."""
    if files:
        _refuse_too_many(ctx, dossier_id, stored)
    rows = [
        Attachment(ctx.uow.new_id(), dossier_id, file.component_key, clean_name(file.filename), kept.media_type,
                   kept.size, kept.sha256, kept.path, ctx.now, ctx.actor.id)
        for file, kept in zip(files, stored, strict=True)
    ]
    for row in rows:
        ctx.uow.dossiers.add_attachment(row)
        ctx.uow.files.add_version(FileVersion(row.id, dossier_id, source_of(ctx.actor), replaces))
    return [row.id for row in rows]


def source_of(actor: Actor) -> FileSource:
    """A citizen uploads, an officer scans."""
    return FileSource.CITIZEN_UPLOAD if actor.kind is ActorKind.CITIZEN else FileSource.PAPER_SCAN


def _refuse_too_many(ctx: Context, dossier_id: str, stored: Sequence[StoredFile]) -> None:
    count, size = ctx.uow.files.weight(dossier_id)
    if count + len(stored) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    if size + sum(each.size for each in stored) > LARGEST_DOSSIER:
        raise TooManyFiles(most=f"{LARGEST_DOSSIER // (1024 * 1024)} MB")
