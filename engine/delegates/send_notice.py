"""`send_notice`: tells the applicant something that only this diagram knows about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.sending import QueueNotice
from engine.domain.errors import InvalidInput, NotFound
from engine.ports import BpmnError, DelegateCall


def send_notice(call: DelegateCall) -> Mapping[str, Any]:
    """Input `event` names the text in `forms/notices/`; every other input is a fact for it. Sets nothing.

    Raises BpmnError `NO_SUCH_NOTICE` for an event without a text, `NOTICE_INCOMPLETE` for a fact that is missing.
    """
    event = str(call.inputs.get("event") or "").strip()
    facts = {name: "" if value is None else str(value) for name, value in call.inputs.items() if name != "event"}
    try:
        call.execute(QueueNotice(call.business_key, event, facts, call.key))
    except NotFound as error:
        raise BpmnError("NO_SUCH_NOTICE", f"forms/notices/{event}.yaml: {error}") from error
    except InvalidInput as error:
        raise BpmnError("NOTICE_INCOMPLETE", f"{event}: {error}") from error
    return {}
