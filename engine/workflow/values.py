"""Instance variables are JSON data: copied on the way in, so that no two holders ever share a list or a dict.

SpiffWorkflow keeps Python objects and copies them shallowly: a script that changes a nested value changes the
parallel branch and the history with it, and a date or a Decimal cannot be stored at all (spiff.md 3.1, 2 and 5).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from engine.domain.errors import InvalidInput

LARGEST_INTEGER = 2**53
"""Beyond this the numbers of JSON and FEEL lose digits; longer ones (account numbers) are text."""


def plain(value: Any, name: str = "value") -> Any:
    """A deep copy as JSON data; dates become ISO text. Raises InvalidInput for anything else, Decimal included.

    A Decimal is refused because both silent conversions are wrong: text does not compute, a float loses digits.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= LARGEST_INTEGER:
        return value
    if isinstance(value, Mapping):
        return {_key(k, name): plain(v, f"{name}.{k}") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v, f"{name}[{i}]") for i, v in enumerate(value)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise InvalidInput(problems={name: f"{type(value).__name__} is not JSON data"})


def plain_variables(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a set of variables; each problem names its variable."""
    return {_key(name, "name"): plain(value, name) for name, value in values.items()}


def _key(key: Any, name: str) -> str:
    if isinstance(key, str):
        return key
    raise InvalidInput(problems={name: f"the key {key!r} is not text"})
