"""Ids: time-ordered, so that new rows land beside each other in an index; random, so that they cannot be guessed."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """24 hexadecimal characters: 48 bits of milliseconds, 48 bits of chance."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"
