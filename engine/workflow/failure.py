"""Why a token cannot go on. Raised inside a step, it becomes a `Trouble`; the step itself succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """A token failed for a reason that a person can mend.

    Codes: those of `FeelError` (an expression), `uncaught_error` (a BPMN error nobody catches), `call_failed`,
    `no_flow` (no condition holds and there is no default), `not_a_list`, `bad_timer`, `bad_value`,
    `runaway` (too many automatic steps), `stuck` (nothing can ever move again).
    """

    def __init__(self, code: str, message: str, expression: str | None = None,
                 values: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.expression = expression
        self.values = dict(values or {})
