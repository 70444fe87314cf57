"""`extend_term`: grants more time on a legal ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.promising import ExtendTerm
from engine.domain.errors import ClockNotRunning, ExtensionRefused, InvalidInput
from engine.ports import BpmnError, DelegateCall


def extend_term(call: DelegateCall) -> Mapping[str, Any]:
    """Inputs `days` (working days) and `ground`; sets `new_due_at` (ISO instant, Hà Nội).

    Raises BpmnError `NOT_EXTENDED` when it was extended before, is late, or its clock does not run.
    """
    try:
        days, ground = int(call.inputs.get("days") or 0), str(call.inputs.get("ground") or "")
        done = call.execute(ExtendTerm(call.business_key, days, ground, call.key))
    except (ClockNotRunning, ExtensionRefused, InvalidInput, ValueError) as refused:
        raise BpmnError("NOT_EXTENDED", str(refused)) from refused
    return {"new_due_at": done["appointment_at"]}
