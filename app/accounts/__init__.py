"""Sign in, sign out, language; citizens come in by a code or an identity and keep what they told."""

from __future__ import annotations

from app.accounts import codes, identity, links, password, profile
from app.accounts.views import blueprint

__all__ = ["blueprint", "codes", "identity", "links", "password", "profile"]
