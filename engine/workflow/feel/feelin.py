"""feelin, the FEEL interpreter of bpmn.io, inside a QuickJS that can reach nothing and is bounded in all it may use.

The authority on what an expression means: the editors of the analysts use the same interpreter. Each thread owns one
QuickJS context; a context that hit a limit is thrown away, because QuickJS promises nothing about it afterwards.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import quickjs

from engine.workflow.feel.errors import FeelError

MEMORY_BYTES = 64 << 20
CPU_SECONDS = 1.0
STACK_BYTES = 512 << 10
RESULT_CHARACTERS = 1 << 20

_own = threading.local()


@cache
def _bundle() -> str:
    return (files("engine.workflow.feel") / "feelin.js").read_text(encoding="utf-8")


def _boot() -> Any:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    context.eval(_bundle())
    context.set_time_limit(CPU_SECONDS)
    return context.get("feel")


def call(operation: str, expression: str, variables: str = "{}", now: datetime | None = None) -> Any:
    """Runs `evaluate`, `unary`, `review` or `review unary`; `variables` is a JSON object. Raises only FeelError."""
    door = getattr(_own, "door", None)
    if door is None:
        door = _own.door = _boot()
    clock = None if now is None else now.timestamp() * 1000
    try:
        answer = str(door(operation, expression, variables, clock))
    except (quickjs.JSException, quickjs.StackOverflow) as failure:
        _own.door = None
        raise _limit_hit(expression, failure) from None
    return _value(expression, answer)


def _limit_hit(expression: str, failure: Exception) -> FeelError:
    text = str(failure)
    if "interrupted" in text:
        return FeelError("timeout", expression, f"took longer than {CPU_SECONDS:g} s")
    if "memory" in text or "too long" in text or "string length" in text:
        return FeelError("memory", expression, f"needed more than {MEMORY_BYTES >> 20} MB")
    return FeelError("too_complex", expression, "nested too deeply")


def _value(expression: str, answer: str) -> Any:
    if len(answer) > RESULT_CHARACTERS:
        raise FeelError("too_complex", expression, "the result is too large")
    reply = json.loads(answer)
    problem = reply.get("error")
    if problem is None:
        return reply["value"]
    where = problem.get("position")
    position = (where["from"], where["to"]) if where else None
    raise FeelError(problem["code"], expression, problem["detail"], position=position)
