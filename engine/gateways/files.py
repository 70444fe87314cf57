"""Uploaded papers, stored by what they contain: on the local disk or in a bucket, sealed or not."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

from engine.domain.errors import NotFound
from engine.domain.file_rules import FileDamaged
from engine.gateways.envelopes import Envelopes
from engine.ports import StoredFile

PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
"""Everything `put` ever gives; anything else (`../`, an absolute path) was invented by somebody."""


class BucketFiles:
    """`engine.ports.Files` in any store that obstore knows: `ab/ab12…`, where the name is the SHA-256 of the content.

    The name tells who reads a file whether it is still what was put there, sealed or not.
    """

    def __init__(self, store: Any, envelopes: Envelopes | None = None) -> None:
        self.store, self._envelopes = store, envelopes

    def put(self, content: bytes) -> StoredFile:
        """Returns after the bytes are kept for good, so that a row may name them."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = f"{sha256[:2]}/{sha256}"
        kept = self._envelopes.seal(content, path) if self._envelopes else content
        with suppress(AlreadyExistsError):
            obstore.put(self.store, path, kept, mode="create")
        self._settle(path)
        return StoredFile(path, sha256, len(content))

    def get(self, path: str) -> bytes:
        """Raises NotFound for a path that `put` never gave, FileDamaged, WrongFileKey."""
        if not PATH.fullmatch(path):
            raise NotFound(path=path)
        try:
            kept = bytes(obstore.get(self.store, path).bytes())
        except FileNotFoundError:
            raise NotFound(path=path) from None
        content = self._envelopes.open(kept, path) if self._envelopes else kept
        if hashlib.sha256(content).hexdigest() != path[3:]:
            raise FileDamaged(path=path)
        return content

    def _settle(self, path: str) -> None:
        """A bucket has kept it when it says so."""


class LocalFiles(BucketFiles):
    """In a folder of this machine."""

    def __init__(self, folder: Path, envelopes: Envelopes | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        super().__init__(LocalStore(prefix=str(folder), mkdir=True), envelopes)

    def _settle(self, path: str) -> None:
        """The file, then the folders that name it: after a power cut a file whose name is lost is lost.

        Also when the same paper came before: its writer may have died before it could sync.
        """
        file = self.folder / path
        for place in (file, file.parent, self.folder):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
