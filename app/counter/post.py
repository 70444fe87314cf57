"""How a dossier came by post, as the officer reads it off the envelope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.days import day_in
from engine.commands.dossiers import PostalItem
from engine.domain.procedure import Channel

LONGEST = 200
BOXES = ("posted_on", "post_sender", "post_reference")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The three boxes as they stand; `item` is None where they do not apply or cannot be used."""

    posted_on: str = ""
    sender: str = ""
    reference: str = ""
    item: PostalItem | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def envelope(fields: MultiDict[str, str], channel: str, today: date) -> Envelope:
    """Only the postal channel has one."""
    on, sender, reference = (fields.get(name, "").strip()[:LONGEST] for name in BOXES)
    if channel != Channel.POSTAL.name.lower():
        return Envelope(on, sender, reference)
    posted_on = day_in(on)
    problems = [] if posted_on and posted_on <= today else [("posted_on", gettext("counter.posted_on_needed"))]
    if not sender:
        problems.append(("post_sender", gettext("counter.post_sender_needed")))
    if problems or posted_on is None:
        return Envelope(on, sender, reference, problems=problems)
    return Envelope(on, sender, reference, PostalItem(posted_on, sender, reference[:60]))
