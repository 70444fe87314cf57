"""Files on their way out: never run, never mistaken for a page of ours, under a name that cannot break a header."""

from __future__ import annotations

from flask import Response

from engine.domain.file_rules import SHOWN

SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""Whatever stands in the file has no origin and runs nothing."""

FOR_PDF = "default-src 'none'; object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A browser shows no PDF in a sandbox; its viewer is one itself."""


def file_answer(content: bytes, media_type: str, filename: str, *, download: bool = False) -> Response:
    """What a browser can show it shows, unless it is wanted as a download; everything else is one."""
    answer = Response(content, mimetype=media_type)
    shown = media_type in SHOWN and not download
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=filename)
    answer.headers["Content-Security-Policy"] = FOR_PDF if media_type == "application/pdf" else SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
