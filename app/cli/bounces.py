"""`motcua bounce`: a mail server gives back what it could not deliver."""

from __future__ import annotations

import email
import sys
from email.message import Message
from email.policy import default
from typing import cast

import click

from app.cli.base import NO, command_help, fail
from app.cli.language import say
from app.config import from_environment
from engine import bootstrap
from engine.commands.sending import RecordBounce
from engine.domain.actor import SYSTEM

LARGEST = 1024 * 1024
LONGEST_REASON = 500


@click.command(help=command_help("bounce"))
@click.option("--id", "notice_id", help=say("cli.bounce.id"))
@click.option("--reason", default="", help=say("cli.bounce.reason"))
def bounce(notice_id: str | None, reason: str) -> None:
    """Without `--id` the report of the mail server (RFC 3464) is read from standard input."""
    if notice_id is None:
        notice_id, reason = reported(sys.stdin.buffer.read(LARGEST)) or ("", "")
    if not notice_id:
        fail(say("cli.bounce.not_ours"), NO)
    engine = bootstrap.open_ready(from_environment().engine)
    engine.execute(RecordBounce(notice_id, reason or "bounced"), SYSTEM)
    engine.close()
    click.echo(say("cli.bounce.done", id=notice_id))


def reported(raw: bytes) -> tuple[str, str] | None:
    """The id of our notice and the reason; None for anything but a report that something of ours failed for good."""
    report = email.message_from_bytes(raw, policy=default)
    parts = list(report.walk())
    status = next((each for each in parts if each.get_content_type() == "message/delivery-status"), None)
    ours = next((found for each in parts if each is not report and (found := _notice_id(each))), "")
    fields = _fields(status) if status else {}
    if not ours or fields.get("action", "").lower() != "failed":
        return None
    return ours, " ".join((fields.get("diagnostic-code") or fields.get("status") or "failed").split())[:LONGEST_REASON]


def _notice_id(part: Message) -> str:
    """From the Message-ID of the original, which comes back as a message or as its headers alone."""
    if part.get_content_type() == "text/rfc822-headers":
        part = email.message_from_string(str(part.get_payload()), policy=default)
    return str(part.get("Message-ID") or "").strip().strip("<>").partition("@")[0]


def _fields(status: Message) -> dict[str, str]:
    """The fields of all recipients together: our notices have one."""
    blocks = status.get_payload()
    listed = blocks if isinstance(blocks, list) else []
    return {name.lower(): str(value) for block in listed for name, value in cast(Message, block).items()}


COMMANDS = (bounce,)
