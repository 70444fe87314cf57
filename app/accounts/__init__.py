"""Sign in, sign out, language."""

from __future__ import annotations

from app.accounts.views import blueprint

__all__ = ["blueprint"]
