"""What must not leave the database in full: a citizen's identity number.

Reads mask before they return, so that no page, log or download can forget to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

VISIBLE = 3
"""How many last digits stay, enough to tell two people apart on one page."""

_IDENTITY = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
"""A citizen's card has twelve digits, the older identity card nine; a phone number has ten or eleven."""

_IDENTITY_KEY = re.compile(r"(id_?number|id_?card|identity|cccd|cmnd|passport|dinh_?danh)", re.IGNORECASE)


def mask_identity(text: str) -> str:
    """All but the last digits replaced: `001090012345` becomes `•••••••••345`."""
    hidden = max(len(text) - VISIBLE, 0)
    return "•" * hidden + text[hidden:]


def masked(value: Any, key: str = "") -> Any:
    """A copy of a JSON value in which identity numbers are masked, by their shape and by the name of their key."""
    if isinstance(value, Mapping):
        return {name: masked(item, key if _IDENTITY_KEY.search(key) else str(name)) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item, key) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if _IDENTITY_KEY.search(key):
        return mask_identity(str(value))
    if isinstance(value, int):
        return mask_identity(str(value)) if _IDENTITY.fullmatch(str(value)) else value
    return _masked_text(value) if isinstance(value, str) else value


def _masked_text(text: str) -> str:
    return _IDENTITY.sub(lambda found: mask_identity(found.group()), text)
