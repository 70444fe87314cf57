"""Messengers that send nothing: a folder of files, and the console."""

from __future__ import annotations

import logging
from pathlib import Path

from engine.domain.notice import Letter, NoticeChannel
from engine.gateways.messages_smtp import email

log = logging.getLogger(__name__)


class FileMessenger:
    """Writes each notice into a folder: e-mails as `.eml`, which a mail reader opens, everything else as `.txt`."""

    def __init__(self, channel: NoticeChannel, folder: Path, sender: str) -> None:
        self._channel, self._folder, self._sender = channel, folder, sender

    def send(self, letter: Letter) -> None:
        """The same notice twice is one file."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mail = self._channel is NoticeChannel.EMAIL
        content = bytes(email(letter, self._sender)) if mail else f"{letter.recipient}\n\n{letter.text}\n".encode()
        path = self._folder / f"{letter.id}.{self._channel.value}.{'eml' if mail else 'txt'}"
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.replace(path)


class ConsoleMessenger:
    """Says in the log that a notice went out; the text stays out of it, because logs are read by many."""

    def __init__(self, channel: NoticeChannel) -> None:
        self._channel = channel

    def send(self, letter: Letter) -> None:
        """Only the ending of the recipient is told."""
        log.warning("%s to …%s: %s", self._channel.value, letter.recipient[-3:], letter.subject)
