"""The one refusal of the expression engine."""

from __future__ import annotations


class FeelError(Exception):
    """An expression gave no usable answer. `code` names the kind, `detail` says in English what was found.

    Codes: `syntax`, `unknown_name`, `not_boolean`, `type`, `too_complex`, `timeout`, `memory`; decision tables add
    `no_match`, `not_unique`, `not_any`, `malformed`. `line` (from 1) is set for scripts, `position` (character
    offsets) for syntax errors.
    """

    def __init__(
        self,
        code: str,
        expression: str,
        detail: str = "",
        *,
        line: int | None = None,
        position: tuple[int, int] | None = None,
    ) -> None:
        self.code = code
        self.expression = expression
        self.detail = detail
        self.line = line
        self.position = position
        super().__init__(code, expression, detail)

    def __str__(self) -> str:
        shown = self.expression if len(self.expression) <= 80 else self.expression[:79] + "…"
        return f"{self.code}: {self.detail} in `{shown}`"
