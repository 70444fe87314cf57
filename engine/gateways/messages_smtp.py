"""E-mail over SMTP, with the library that comes with Python."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from engine.domain.notice import Letter, Undeliverable

TIMEOUT_S = 10.0
"""Per step of the dialogue; a handful of them stay well within a worker's lease."""

SCHEMES = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
"""STARTTLS, TLS from the first byte, and no TLS at all for a relay on the same machine."""

GONE = range(500, 600)
"""Replies after which trying again is rude."""


class SmtpMessenger:
    """`engine.ports.Messenger`. `url` is `smtp://user:password@host:587`, `smtps://…` or `smtp+plain://127.0.0.1:25`."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError(f"not an SMTP address: {parts.scheme}://{parts.hostname or ''}")
        self._scheme, self._host, self._port = parts.scheme, parts.hostname, parts.port or SCHEMES[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Raises Undeliverable when the server refuses the recipient or the text for good."""
        try:
            with self._connected() as server:
                server.send_message(email(letter, self._sender), self._sender, [letter.recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            _refuse_if_final(code, answer)
            raise
        except smtplib.SMTPResponseException as refused:
            if not isinstance(refused, smtplib.SMTPAuthenticationError):
                _refuse_if_final(refused.smtp_code, refused.smtp_error)
            raise

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        secure = ssl.create_default_context()
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=secure)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        try:
            if self._scheme == "smtp":
                server.starttls(context=secure)
            if self._user:
                server.login(self._user, self._password)
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()  # an odd goodbye after the text was taken must not send it twice
            server.close()


def email(letter: Letter, sender: str) -> EmailMessage:
    """The message as it goes over the wire. Raises ValueError for a header that holds a line break."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, letter.recipient, letter.subject
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")  # every relay passes it on as it is
    for filename, content in letter.enclosures:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=filename)
    return message


def _refuse_if_final(code: int, answer: bytes | str) -> None:
    if code in GONE:
        said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        raise Undeliverable(f"{code} {said}")
