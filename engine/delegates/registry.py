"""Every delegate a diagram may name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.delegates.issue_number import issue_number
from engine.delegates.issue_slip import issue_slip
from engine.delegates.send_notice import send_notice
from engine.ports import Delegate

DELEGATES: Mapping[str, Delegate] = {
    "issue_number": issue_number,
    "issue_slip": issue_slip,
    "send_notice": send_notice,
}
