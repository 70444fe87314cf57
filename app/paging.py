"""Which page of a long list the address asks for."""

from __future__ import annotations

from flask import request

LAST = 100_000


def page_number() -> int:
    """From 1; anything that is not a number is the first page."""
    text = request.args.get("trang", "")
    return min(max(int(text), 1), LAST) if text.isascii() and text.isdigit() and len(text) < 8 else 1
