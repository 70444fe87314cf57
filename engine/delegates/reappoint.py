"""`reappoint`: writes the new promise of a signed apology into the dossier's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.commands.promising import Reappoint
from engine.domain.errors import ClockNotRunning, InvalidInput, SecondReappointment
from engine.ports import BpmnError, DelegateCall


def reappoint(call: DelegateCall) -> Mapping[str, Any]:
    """Inputs `promised_on` (ISO date) and `reason`; sets `new_due_at` (ISO instant, Hà Nội).

    Raises BpmnError `NEW_DATE_REFUSED` for a day that is no working day after the due date, `NO_NEW_PROMISE` when the
    dossier was promised anew before or its clock does not run.
    """
    try:
        on = date.fromisoformat(str(call.inputs.get("promised_on") or ""))
        done = call.execute(Reappoint(call.business_key, on, str(call.inputs.get("reason") or ""), call.key))
    except (SecondReappointment, ClockNotRunning) as refused:
        raise BpmnError("NO_NEW_PROMISE", str(refused)) from refused
    except (InvalidInput, ValueError) as wrong:
        raise BpmnError("NEW_DATE_REFUSED", str(wrong)) from wrong
    return {"new_due_at": done["appointment_at"]}
