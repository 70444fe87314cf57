"""Passwords with argon2id, as slow as a sign-in can bear."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Implements `ports.Passwords`. A hash takes about a tenth of a second and 64 MiB, which is the point."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """A salted argon2id hash."""
        return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        """None stands for an unknown account: the answer is False, after as long as for a known one."""
        try:
            matches = self._hasher.verify(hashed or self._nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
        return matches and hashed is not None

    @lru_cache(maxsize=1)  # noqa: B019 - one hasher lives as long as the process
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")
