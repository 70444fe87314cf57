"""`stop_dossier` and `continue_dossier`: what was decided about a withdrawal, or a stop by the agency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.stopping import ContinueDossier, StopDossier
from engine.domain.errors import IllegalMove
from engine.ports import BpmnError, DelegateCall


def stop_dossier(call: DelegateCall) -> Mapping[str, Any]:
    """Input `reason`. Ends the dossier with everything that waits in it; sets nothing.

    Raises BpmnError `ALREADY_FINISHED` when there is nothing left to stop.
    """
    try:
        call.execute(StopDossier(call.business_key, str(call.inputs.get("reason") or "")))
    except IllegalMove as refused:
        raise BpmnError("ALREADY_FINISHED", str(refused)) from refused
    return {}


def continue_dossier(call: DelegateCall) -> Mapping[str, Any]:
    """Input `reason`. The dossier goes on where it was when its owner asked to withdraw it; sets nothing."""
    call.execute(ContinueDossier(call.business_key, str(call.inputs.get("reason") or "")))
    return {}
