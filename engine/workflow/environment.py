"""The script engine SpiffWorkflow is given: FEEL over the instance's variables and the token's own values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.workflow.failure import Failure
from engine.workflow.feel import evaluator
from engine.workflow.feel.errors import FeelError
from engine.workflow.tokens import Token


class FeelEngine:
    """Stateless, hence one for all instances and threads. Every refusal of FEEL becomes a `Failure` with the values."""

    def evaluate(self, token: Token, expression: str, external_context: Any = None) -> Any:
        """The value of an expression in the scope of a token. Spiff would pass data objects besides; we have none."""
        return self.value(expression, token.scope, token)

    def condition(self, token: Token, expression: str) -> bool:
        """True or false. Anything else is a Failure, never the default flow."""
        return self.holds(expression, token.scope, token)

    def holds(self, expression: str, scope: Mapping[str, Any], token: Token) -> bool:
        """The same in a scope of the caller's."""
        try:
            return evaluator.condition(expression, scope, token.instance.at.now)
        except FeelError as error:
            raise _failure(error, expression, scope) from None

    def value(self, expression: str, scope: Mapping[str, Any], token: Token) -> Any:
        """The same with a scope of the caller's."""
        try:
            return evaluator.evaluate(expression, scope, token.instance.at.now)
        except FeelError as error:
            raise _failure(error, expression, scope) from None


def _failure(error: FeelError, expression: str, scope: Mapping[str, Any]) -> Failure:
    return Failure(error.code, error.detail or str(error), expression.strip(), _values(expression, scope))


def _values(expression: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    """What the names in the expression stood for; a name that does not exist is left out."""
    try:
        used = evaluator.names(expression)
    except FeelError:
        return {}
    return {name: scope[name] for name in sorted(used) if name in scope}


FEEL = FeelEngine()
