"""Every delegate a diagram may name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.delegates.extend_term import extend_term
from engine.delegates.issue_number import issue_number
from engine.delegates.issue_slip import issue_slip
from engine.delegates.reappoint import reappoint
from engine.delegates.send_notice import send_notice
from engine.delegates.stop_dossier import continue_dossier, stop_dossier
from engine.ports import Delegate

DELEGATES: Mapping[str, Delegate] = {
    "continue_dossier": continue_dossier,
    "extend_term": extend_term,
    "issue_number": issue_number,
    "issue_slip": issue_slip,
    "reappoint": reappoint,
    "send_notice": send_notice,
    "stop_dossier": stop_dossier,
}
