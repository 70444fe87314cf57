"""A day as people write it: 02/03/2026."""

from __future__ import annotations

from datetime import date

from engine.domain.wording import Text
from engine.forms import answers
from engine.forms.schema import Field, FieldType, Form

_DAY = Form((Field("day", FieldType.DATE, Text("", ""), Text("", "")),))


def day_in(text: str) -> date | None:
    """The day; None for a text that is none. Read as every form of the service reads a date."""
    values, problems = answers.check(_DAY, {"day": text})
    return date.fromisoformat(values["day"]) if values["day"] and not problems else None
