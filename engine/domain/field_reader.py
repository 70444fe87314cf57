"""Reads a mapping somebody wrote by hand, and collects every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from engine.domain.field_problem import FieldProblem, problem

_KEY = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class FieldReader:
    """One mapping at one path. Nested readers share the list of problems.

    Every reading method returns a harmless value of its type when the field is wrong, so that reading goes on; the
    caller looks at `problems` before it trusts anything. A mapping that is not there at all is reported once, not again
    for each of its fields.
    """

    def __init__(self, given: object, path: str = "", problems: list[FieldProblem] | None = None) -> None:
        self.problems: list[FieldProblem] = [] if problems is None else problems
        self.path = path
        self._given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self._readable = True
        if given is not None and not isinstance(given, Mapping):
            self._report(path or "procedure.yaml", "not_mapping")
        self._readable = isinstance(given, Mapping)

    def at(self, key: str) -> str:
        """The full path of a field of this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """True when the field was written; an empty YAML field counts as not written."""
        return self._given.get(key) is not None

    def only(self, *known: str) -> None:
        """Reports every field outside `known`: a mistyped name must not be silently ignored."""
        for key in self._given:
            if key not in known:
                self._report(self.at(str(key)), "unknown", known=", ".join(known))

    def text(self, key: str) -> str:
        """A required line of text."""
        value = self._required(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            self._report(self.at(key), "not_text")
        return value.strip() if isinstance(value, str) else ""

    def optional_text(self, key: str) -> str:
        """A line of text, or nothing."""
        return self.text(key) if self.has(key) else ""

    def key(self, key: str) -> str:
        """A required identifier, safe in file names, addresses and variable names."""
        value = self.text(key)
        if value and not _KEY.fullmatch(value):
            self._report(self.at(key), "not_key")
        return value

    def choice(self, key: str, choices: Mapping[str, Any]) -> Any:
        """One of the named values; the first of them when the field is wrong."""
        value = self._required(key)
        if isinstance(value, str) and value in choices:
            return choices[value]
        if value is not None:
            self._report(self.at(key), "not_choice", choices=", ".join(choices))
        return next(iter(choices.values()))

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no, with what silence means."""
        value = self._given.get(key)
        if value is not None and not isinstance(value, bool):
            self._report(self.at(key), "not_boolean")
        return value if isinstance(value, bool) else default

    def count(self, key: str, default: int) -> int:
        """A whole number, zero or more."""
        value = self._given.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._report(self.at(key), "not_count")
            return default
        return value

    def clock_time(self, key: str) -> time:
        """A required time of day. Unquoted, YAML 1.1 reads 15:00 as the number 900: hence the sentence about quotes."""
        value = self._required(key)
        if isinstance(value, str) and _TIME.fullmatch(value):
            return time.fromisoformat(value)
        if value is not None:
            self._report(self.at(key), "not_time")
        return time(0)

    def day(self, key: str) -> date:
        """A required date; YAML reads an unquoted one itself."""
        value = self._required(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        if value is not None:
            self._report(self.at(key), "not_date")
        return date.min

    def checked(self, key: str, check: Callable[[object, str], FieldProblem | None]) -> Any:
        """A required value judged by `check(value, path)`; None when it did not pass."""
        value = self._required(key)
        found = None if value is None else check(value, self.at(key))
        if found:
            self.problems.append(found)
        return None if found else value

    def section(self, key: str) -> FieldReader:
        """A required nested mapping."""
        return FieldReader(self._required(key), self.at(key), self.problems)

    def sections(self, key: str) -> Iterator[FieldReader]:
        """A list of nested mappings; none when the field is missing."""
        for number, value in enumerate(self._list(key)):
            yield FieldReader("" if value is None else value, f"{self.at(key)}[{number}]", self.problems)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of lines of text; none when the field is missing."""
        return self._lines(key, "not_text", re.compile(r".*\S.*"))

    def keys(self, key: str) -> tuple[str, ...]:
        """A list of identifiers; none when the field is missing."""
        return self._lines(key, "not_key", _KEY)

    def report(self, key: str, code: str, **facts: Any) -> None:
        """Adds a problem that only the caller can see."""
        self._report(self.at(key), code, **facts)

    def _lines(self, key: str, code: str, shape: re.Pattern[str]) -> tuple[str, ...]:
        values = self._list(key)
        for number, value in enumerate(values):
            if not (isinstance(value, str) and shape.fullmatch(value)):
                self._report(f"{self.at(key)}[{number}]", code)
        return tuple(value.strip() for value in values if isinstance(value, str))

    def _required(self, key: str) -> Any:
        value = self._given.get(key)
        if value is None:
            self._report(self.at(key), "missing")
        return value

    def _list(self, key: str) -> list[Any]:
        value = self._given.get(key)
        if value is not None and not isinstance(value, list | tuple):
            self._report(self.at(key), "not_list")
        return list(value) if isinstance(value, list | tuple) else []

    def _report(self, path: str, code: str, **facts: Any) -> None:
        if self._readable:
            self.problems.append(problem(path, code, **facts))
