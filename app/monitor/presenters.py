"""Wordings and pictures of the monitor that a frozen row does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext

from engine.queries.monitoring import Worker

SILENT_AFTER = timedelta(minutes=1)
"""Workers report every few seconds; after a minute others take over their jobs."""


CAUSES = frozenset({
    "bad_timer", "bad_value", "call_failed", "job_failed", "malformed", "memory", "no_flow", "no_match", "not_a_list",
    "not_any", "not_boolean", "not_unique", "runaway", "stuck", "syntax", "timeout", "too_complex", "type",
    "uncaught_error", "unknown_name",
})
"""Codes of incidents that have a sentence of their own, `monitor.cause.<code>`; the others share one."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A worker with the seconds since it last reported."""

    node: str
    started_at: datetime
    age_s: int
    alive: bool


def pulses(workers: tuple[Worker, ...], now: datetime) -> list[Pulse]:
    """How long ago each worker reported."""
    return [Pulse(each.node, each.started_at, max(0, int((now - each.at).total_seconds())),
                  now - each.at <= SILENT_AFTER) for each in workers]


def cause(code: str) -> str:
    """Why a step stands still, for people; the engine's own words are for whoever mends it."""
    known = code.lower()
    return str(gettext(f"monitor.cause.{known if known in CAUSES else 'other'}"))


def shown(value: Any) -> str:
    """A JSON value as an admin reads it: text bare, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def corrections(form: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that an admin corrected; a field left empty keeps what is there.

    Fields are `value.<name>` for the values of the incident, where text stays text, and `new.name`/`new.value` for any
    other variable or one that needs another type.
    """
    corrected = {name: _as_before(text, values[name]) for name in values
                 if (text := form.get(f"value.{name}", "").strip())}
    name, text = form.get("new.name", "").strip(), form.get("new.value", "").strip()
    return corrected | ({name: _parsed(text)} if name and text else {})


def _as_before(text: str, before: Any) -> Any:
    """Text stays text, so that a number of an identity card keeps its zeros."""
    return text if isinstance(before, str) else _parsed(text)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
