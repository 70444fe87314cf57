"""Files sealed at rest: AES-256-GCM, one key per file, wrapped by a master key that lies elsewhere.

    MCF1 | length of the master key's id | id | nonce 12 | wrapped file key 48 | nonce 12 | content + tag 16

The path, which is the hash of the content, is authenticated along: a sealed file moved to another name does not open.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.domain.errors import DomainError
from engine.domain.file_rules import FileDamaged, WrongFileKey

MARK = b"MCF1"
NONCE, KEY, TAG = 12, 32, 16
LONGEST_ID = 32


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """Every key that ever sealed something, by its id; new files take the `current` one."""

    keys: Mapping[str, bytes]
    current: str


class Envelopes:
    """Seals and opens."""

    def __init__(self, masters: MasterKeys) -> None:
        self._masters = masters

    def seal(self, content: bytes, path: str) -> bytes:
        """The bytes to lie in the store under that path."""
        name, file_key = self._masters.current.encode(), os.urandom(KEY)
        wrap, nonce = os.urandom(NONCE), os.urandom(NONCE)
        wrapped = AESGCM(self._masters.keys[self._masters.current]).encrypt(wrap, file_key, path.encode())
        sealed = AESGCM(file_key).encrypt(nonce, content, path.encode())
        return b"".join((MARK, bytes([len(name)]), name, wrap, wrapped, nonce, sealed))

    def open(self, sealed: bytes, path: str) -> bytes:
        """What was sealed; bytes without our mark were stored before files were sealed and come back as they are.

        Raises WrongFileKey, FileDamaged.
        """
        if not sealed.startswith(MARK):
            return sealed
        name, rest = _split(sealed[len(MARK):])
        master = self._masters.keys.get(name)
        if master is None:
            raise WrongFileKey(key=name)
        wrap, wrapped, nonce = rest[:NONCE], rest[NONCE:NONCE + KEY + TAG], rest[NONCE + KEY + TAG:][:NONCE]
        file_key = _opened(master, wrap, wrapped, path, WrongFileKey(key=name))
        return _opened(file_key, nonce, rest[2 * NONCE + KEY + TAG:], path, FileDamaged())


def read_keys(file: Path) -> MasterKeys:
    """One key per line, `<id> <64 hexadecimal digits>`; the last is the current one. Raises ValueError."""
    if file.stat().st_mode & 0o077:
        raise ValueError(f"{file}: only its owner may read the file of the master keys (chmod 600)")
    rows = [line.split() for line in file.read_text(encoding="ascii").splitlines() if line.strip()]
    if not rows or any(len(row) != 2 or len(row[0]) > LONGEST_ID for row in rows):
        raise ValueError(f"{file}: each line needs an id and a key of 64 hexadecimal digits")
    keys = {name: bytes.fromhex(digits) for name, digits in rows}
    if len(keys) != len(rows) or any(len(key) != KEY for key in keys.values()):
        raise ValueError(f"{file}: ids must differ, and every key has 64 hexadecimal digits")
    return MasterKeys(keys, rows[-1][0])


def _split(sealed: bytes) -> tuple[str, bytes]:
    length = sealed[0] if sealed else 0
    return sealed[1:1 + length].decode("ascii", "replace"), sealed[1 + length:]


def _opened(key: bytes, nonce: bytes, sealed: bytes, path: str, refusal: DomainError) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, path.encode())
    except (InvalidTag, ValueError) as error:
        raise refusal from error
