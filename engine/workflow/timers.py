"""Timers: due once, absolutely, from the moment the token begins to wait; fired by the engine, never by a clock here.

The due time is worked out when the token arrives and kept in the token (`due`, per slot). Nothing compares it with a
clock: `fire` fires the timer it is told to. A cycle keeps its rhythm from its first due time (`anchor`, `round`), so a
late sweep shifts nothing. What happens to rounds that were missed is the node's fact `missed`:
`skip` (default) fires once and the missed rounds are gone; `fire_once` fires once and only one round is spent;
`fire_all` fires every missed round, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.iso8601 import Cycle, parse_cycle, parse_duration, parse_moment
from engine.workflow.tokens import Token

Armed = dict[str, Any]


class Timer(EventDefinition):
    """What a timer event says. `kind` is date, duration, cycle or term; `text` an ISO literal, a term, or FEEL."""

    def __init__(self, kind: str, text: str, missed: str = "skip") -> None:
        super().__init__(name=kind)
        self.kind, self.text, self.missed = kind, text, missed

    def arm(self, token: Token) -> Armed:
        """The due time of a token that arrives now. Raises Failure when the text is no such time."""
        text = self._literal(token)
        try:
            if self.kind == "cycle":
                return _armed_cycle(parse_cycle(text), text, token.instance.at.now)
            return {"due": _text(self._due(text, token))}
        except (ValueError, OverflowError) as error:
            raise Failure("bad_timer", str(error), self.text) from None

    def _due(self, text: str, token: Token) -> datetime:
        at = token.instance.at
        if self.kind == "term":
            return at.due(text)
        return parse_moment(text) if self.kind == "date" else parse_duration(text).after(at.now)

    def _literal(self, token: Token) -> str:
        """FEEL starts with `=` or is quoted; everything else is the text itself, as every modeller writes it."""
        text = self.text.strip()
        if not text.startswith(("=", '"', "'")):
            return text
        value = text.strip("\"'") if text[0] in "\"'" else FEEL.evaluate(token, text)
        if isinstance(value, str):
            return value
        raise Failure("bad_timer", f"gave {value!r} instead of ISO 8601 text", text)


def _armed_cycle(cycle: Cycle, text: str, now: datetime) -> Armed:
    first = cycle.first(now)
    armed: Armed = {"due": _text(first), "anchor": _text(first), "round": 0, "left": cycle.rounds, "cycle": text}
    if cycle.rounds == 0:
        armed.pop("due")
    return armed


def advance(armed: Armed, missed: str, now: datetime) -> Armed:
    """The cycle after one firing: with its next due time, or without one when its rounds are spent."""
    cycle, anchor = parse_cycle(armed["cycle"]), parse_moment(armed["anchor"])
    following = armed["round"] + 1
    if missed != "fire_all":
        following = max(following, cycle.period.rounds_until(anchor, now) + 1)
    spent = following - armed["round"] if missed == "skip" else 1
    left = armed["left"] if armed["left"] < 0 else max(armed["left"] - spent, 0)
    ahead = armed | {"round": following, "left": left, "due": _text(cycle.period.after(anchor, following))}
    if left == 0:
        ahead.pop("due")
    return ahead


def due_at(armed: Mapping[str, Any]) -> datetime | None:
    """When an armed timer is due; None when its rounds are spent."""
    return datetime.fromisoformat(armed["due"]) if "due" in armed else None


def period_s(armed: Mapping[str, Any]) -> int | None:
    """The length of the round that is running, in seconds; None for what is no cycle."""
    if "cycle" not in armed or "due" not in armed:
        return None
    cycle, anchor = parse_cycle(armed["cycle"]), parse_moment(armed["anchor"])
    this, following = (cycle.period.after(anchor, armed["round"] + n) for n in (0, 1))
    return int((following - this).total_seconds())


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
