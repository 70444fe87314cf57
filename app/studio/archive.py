"""Zip files from strangers: counted, measured and named before anything is believed.

The sizes in an archive's directory are claims; the limits count the bytes that come out.
"""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import PurePosixPath

from app.studio.refusal import UploadRefused
from engine.domain.file_rules import UNREADABLE_ARCHIVE

MAX_ENTRIES = 200
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 100
"""Deflate reaches about 1000:1 on zeros; XML of diagrams stays under 30:1."""

SMALL = 64 * 1024
"""The ratio of a small file says nothing: an empty form compresses well and harms nobody."""

LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What desktops add to every archive without being asked."""


def unpack(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The files of an archive by their last name, folders dropped. Raises `UploadRefused`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_all(name, archive)
    except UNREADABLE_ARCHIVE as error:
        raise UploadRefused("bad_zip", file=name) from error


def _read_all(name: str, archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
    if len(entries) > MAX_ENTRIES:
        raise UploadRefused("too_many_files", file=name, most=MAX_ENTRIES)
    room = MAX_UNPACKED
    found = []
    for entry in entries:
        _refuse_odd(entry)
        content = _read(archive, entry, room)
        room -= len(content)
        found.append((PurePosixPath(entry.filename).name, content))
    return found


def _refuse_odd(entry: zipfile.ZipInfo) -> None:
    """A path that leaves its folder, a link, a device or a secret has no business in a procedure."""
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.orig_filename or ":" in name or "\0" in name:
        raise UploadRefused("unsafe_path", file=_printable(name))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise UploadRefused("not_a_file", file=_printable(name))
    if entry.flag_bits & 0x1:
        raise UploadRefused("encrypted", file=_printable(name))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise UploadRefused("unpacks_too_large", file=_printable(entry.filename), most=MAX_UNPACKED // 1024 // 1024)
    if len(content) > SMALL and len(content) > MAX_RATIO * max(entry.compress_size, 1):
        raise UploadRefused("bomb", file=_printable(entry.filename))
    return content


def _is_litter(name: str) -> bool:
    return name.startswith(LITTER[0]) or PurePosixPath(name).name in LITTER


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:120]
