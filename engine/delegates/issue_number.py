"""`issue_number`: takes the next number of the document's register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.numbers import IssueNumber
from engine.ports import BpmnError, DelegateCall


def issue_number(call: DelegateCall) -> Mapping[str, Any]:
    """Input `document_type`; sets `result_number`, `result_year` and `result_issued_on` (ISO date, Hà Nội).

    Raises BpmnError `NO_DOCUMENT_TYPE` when the diagram names none.
    """
    document_type = str(call.inputs.get("document_type") or "").strip()
    if not document_type:
        raise BpmnError("NO_DOCUMENT_TYPE", "input.document_type is missing")
    issued = call.execute(IssueNumber(call.business_key, document_type, call.key))
    return {"result_number": issued["number"], "result_year": issued["year"], "result_issued_on": issued["issued_on"]}
