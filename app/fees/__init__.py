"""Money: collecting it at the counter, paying it through the gateway, comparing the books every day."""

from __future__ import annotations

from app.fees import books, paying, play_gateway, receipts
from app.fees.views import blueprint

__all__ = ["blueprint", "books", "paying", "play_gateway", "receipts"]
