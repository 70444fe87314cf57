"""What people may hand in: kinds of files, sizes, names."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib

from engine.domain.errors import DomainError

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_DOSSIER = 300 * MEGABYTE
MOST_FILES = 200
LARGEST_WAITING = 1024 * MEGABYTE
"""Of all unsent applications of one citizen together."""
LONGEST_NAME = 200

TYPES = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
}
"""What may be handed in, with the endings a file of that type may have."""

UNREADABLE_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What `zipfile` raises for broken, encrypted and unknown archives."""

SHOWN = ("application/pdf", "image/png", "image/jpeg")
"""Types a browser shows without running anything in them."""


class FileRefused(DomainError):
    """A file that is not taken; `facts` have its `name` and the `reason`: `empty`, `too_large` or `bad_type`."""

    code = "file_refused"


class FileInfected(DomainError):
    """The virus scanner found something; nothing of the file was kept. `facts` have `name` and `found`."""

    code = "file_infected"


class ScannerSilent(DomainError):
    """The virus scanner gives no answer, and without one no file is taken."""

    code = "scanner_silent"


class TooManyFiles(DomainError):
    """The dossier has as many files, or as many bytes of them, as one may have; `facts['most']` says how many."""

    code = "too_many_files"


class TooMuchUploaded(DomainError):
    """One account has handed in as many bytes as may come in a day, or as may wait in its unsent applications."""

    code = "too_much_uploaded"


class FileDamaged(DomainError):
    """What lies in the store is not what was put there."""

    code = "file_damaged"


class WrongFileKey(DomainError):
    """The file was sealed with a master key that this installation does not have; `facts['key']` names it."""

    code = "wrong_file_key"


def clean_name(filename: str) -> str:
    """The last part of the name without control characters; browsers of old sent whole paths."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2])
    printable = "".join(letter for letter in name if letter.isprintable() and letter not in '"<>|:*?')
    return printable.strip()[-LONGEST_NAME:] or "file"


def ending_of(filename: str) -> str:
    """`.pdf` of `Giấy.PDF`."""
    return f".{filename.lower().rpartition('.')[2]}"


def fault_of(size: int, found_type: str | None) -> str:
    """Why a file is not taken; empty when it is."""
    if size == 0:
        return "empty"
    if size > LARGEST_FILE:
        return "too_large"
    return "" if found_type in TYPES else "bad_type"
