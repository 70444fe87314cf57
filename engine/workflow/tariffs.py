"""FEEL and decision tables for tariffs: what a version's own formulas give for the answers of an application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.workflow.feel import evaluator
from engine.workflow.feel.errors import FeelError
from engine.workflow.model import Model


class TariffEvaluator:
    """Implements `engine.domain.tariff.Evaluator` with the decision tables of one version."""

    def __init__(self, model: Model, now: datetime) -> None:
        self._model, self._now = model, now

    def formula(self, expression: str, answers: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression. Raises ValueError."""
        try:
            return evaluator.evaluate(expression, answers, self._now)
        except FeelError as error:
            raise ValueError(str(error)) from error

    def decision(self, name: str, answers: Mapping[str, Any]) -> Any:
        """The answer of a decision table. Raises ValueError."""
        try:
            return self._model.decide(name, answers, self._now)
        except FeelError as error:
            raise ValueError(str(error)) from error
