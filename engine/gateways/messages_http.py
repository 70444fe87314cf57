"""Text messages and Zalo-like channels: providers that take one JSON document per message.

    POST <url>
    Authorization: Bearer <token>
    Idempotency-Key: <id of the notice>
    {"id": "…", "to": "0912345678", "text": "…"}

2xx: taken. 408, 425, 429 and 5xx: try again. Any other answer: refused for good.
"""

from __future__ import annotations

import json
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.domain.notice import Letter, Undeliverable

TIMEOUT_S = 10.0
LATER = frozenset({408, 425, 429})
LONGEST_ANSWER = 300


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token and the text to somebody else."""

    def redirect_request(self, *_arguments: object, **_options: object) -> None:
        return None


class HttpMessenger:
    """`engine.ports.Messenger` for any provider behind that little protocol."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an address of a provider: {parts.scheme}://{parts.hostname or ''}")
        self._url, self._token = url, token
        self._opener = build_opener(_NoRedirect())

    def send(self, letter: Letter) -> None:
        """Raises Undeliverable when the provider refuses, and whatever the network does."""
        body = json.dumps({"id": letter.id, "to": letter.recipient, "text": letter.text}).encode()
        request = Request(self._url, body, {  # noqa: S310 - only http and https get past the constructor
            "Content-Type": "application/json", "Authorization": f"Bearer {self._token}",
            "Idempotency-Key": letter.id})
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                _read(answer)
        except HTTPError as error:
            with error:
                said = f"{error.code} {error.read(LONGEST_ANSWER).decode('utf-8', 'replace')}".strip()
            if error.code in LATER or error.code >= 500:
                raise ConnectionError(said) from error
            raise Undeliverable(said) from error


def _read(answer: HTTPResponse) -> None:
    """To the end of a short answer, so that the provider sees us hear it."""
    answer.read(LONGEST_ANSWER)
