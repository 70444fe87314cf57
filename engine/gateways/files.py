"""Uploaded papers on the local disk, stored by what they contain."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

from engine.domain.errors import NotFound
from engine.ports import StoredFile

PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
"""Everything `put` ever gives; anything else (`../`, an absolute path) was invented by somebody."""


class LocalFiles:
    """`engine.ports.Files` in a folder: `ab/ab12…`, where the name is the SHA-256 of the content."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.store = LocalStore(prefix=str(folder), mkdir=True)

    def put(self, content: bytes) -> StoredFile:
        """Returns after the bytes are on the disk for good, so that a row may name them."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = f"{sha256[:2]}/{sha256}"
        with suppress(AlreadyExistsError):
            obstore.put(self.store, path, content, mode="create")
        # Also when the same paper came before: its writer may have died before it could sync.
        self._sync(self.folder / path)
        return StoredFile(path, sha256, len(content))

    def get(self, path: str) -> bytes:
        """Raises NotFound for a path that `put` never gave."""
        if not PATH.fullmatch(path):
            raise NotFound(path=path)
        try:
            return bytes(obstore.get(self.store, path).bytes())
        except FileNotFoundError:
            raise NotFound(path=path) from None

    def _sync(self, file: Path) -> None:
        """The file, then the folders that name it: after a power cut a file whose name is lost is lost."""
        for place in (file, file.parent, self.folder):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
