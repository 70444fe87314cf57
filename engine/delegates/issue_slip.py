"""`issue_slip`: hands over an official slip, such as the apology or the notice that a dossier was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.papers import IssueSlip
from engine.domain.errors import InvalidInput
from engine.ports import BpmnError, DelegateCall


def issue_slip(call: DelegateCall) -> Mapping[str, Any]:
    """Input `slip` (`apology`, `stop`, ...) and what the paper says: `reason`, `new_due_at`, `signer` ...

    Sets `paper_id` and `paper_number`. Raises BpmnError `NO_SUCH_SLIP` when the rule pack has no such paper.
    """
    data = {name: value for name, value in call.inputs.items() if name != "slip"}
    try:
        issued = call.execute(IssueSlip(call.business_key, str(call.inputs.get("slip") or ""), call.key, data))
    except InvalidInput as refused:
        raise BpmnError("NO_SUCH_SLIP", str(refused)) from refused
    return {"paper_id": issued["paper_id"], "paper_number": issued["number"]}
