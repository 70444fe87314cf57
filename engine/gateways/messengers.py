"""Which messenger serves which channel: the real one where it is configured, its twin on this machine otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.domain.notice import NoticeChannel
from engine.gateways.message_twins import ConsoleMessenger, FileMessenger
from engine.gateways.messages_http import HttpMessenger
from engine.gateways.messages_smtp import SmtpMessenger
from engine.ports import Messenger


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """How notices leave the house. Empty addresses leave a channel to its twin: files, or lines on the console."""

    smtp_url: str = ""
    sender: str = "motcua@localhost"
    sms_url: str = ""
    sms_token: str = ""
    zalo_url: str = ""
    zalo_token: str = ""
    console: bool = False

    def check(self) -> None:
        """Raises ValueError naming the address that cannot be used."""
        messengers(self, Path())


def messengers(settings: MessageSettings, outbox: Path) -> Mapping[NoticeChannel, Messenger]:
    """One messenger per channel that leaves the house. Raises ValueError for an address that cannot be used."""
    def twin(channel: NoticeChannel) -> Messenger:
        return ConsoleMessenger(channel) if settings.console else FileMessenger(channel, outbox, settings.sender)

    def by_http(channel: NoticeChannel, url: str, token: str) -> Messenger:
        return HttpMessenger(url, token) if url else twin(channel)

    email = NoticeChannel.EMAIL
    return {
        email: SmtpMessenger(settings.smtp_url, settings.sender) if settings.smtp_url else twin(email),
        NoticeChannel.SMS: by_http(NoticeChannel.SMS, settings.sms_url, settings.sms_token),
        NoticeChannel.ZALO: by_http(NoticeChannel.ZALO, settings.zalo_url, settings.zalo_token),
    }
