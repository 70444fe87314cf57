"""Reads `scenarios.yaml`: how a procedure is rehearsed. The file, complete:

    answers:                            # what people write unless a scenario says otherwise, by step
      start: {child_name: Nguyễn An}    # `start` is the application
      Task_SignCertificate: {signing_decision: sign}
    calls:                              # what the automatic acts answer, by delegate
      issue_number: {result_number: 12} # or {error: CODE}, or a list of such answers, one after the other
    scenarios:
      - name: Đủ hồ sơ, trả trong ngày
        start: {at: 2026-03-02T08:00, channel: direct, answers: {child_name: Nguyễn Bình}}
        steps:
          - do: Task_CheckDossier       # a human step that must be open, in whichever pool
            at: +PT30M                  # or +2 working_hour, or 2026-03-02T08:30; left out: at once
            answers: {decision: accept}
            expect: {open: [Task_AppraiseAndRegister], status: 4, due_at: 2026-03-02T17:00}
          - wait: Timer_Reminder        # lets time pass until that timer fires
          - message: payment_received   # word from outside the diagram; `answers` is what it says
          - at: +1 working_day          # lets time pass; timers that fall due on the way fire
        expect: {end: EndEvent_Returned, on_time: true, visited: [Event_Accepted], not_visited: [EndEvent_Refused]}

Instants are Hà Nội time. What may be expected stands in `EXPECTED`; `end` is required at the end of a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem, problem
from engine.domain.field_reader import FieldReader
from engine.forms import plain_yaml

FILE = "scenarios.yaml"
EXPECTED = ("open", "status", "detail", "due_at", "clock", "on_time", "outcome", "end", "visited", "not_visited")


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One line of a scenario: somebody does a step, or a timer is waited for, or word comes, or time just passes."""

    do: str
    wait: str
    message: str
    at: str
    answers: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One dossier from its submission on. `channel` empty means the first that the procedure offers."""

    name: str
    starts_at: datetime
    channel: str
    answers: Mapping[str, Any]
    calls: Mapping[str, Any]
    steps: tuple[ScriptStep, ...]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """The whole file."""

    answers: Mapping[str, Any]
    calls: Mapping[str, Any]
    scenarios: tuple[Scenario, ...]


def read_script(data: bytes) -> Script:
    """Raises InvalidInput with every FieldProblem in `facts['problems']`."""
    try:
        given = plain_yaml.read(data)
    except plain_yaml.UnreadableYaml as unreadable:
        given = str(unreadable)
    reader = FieldReader(given or {}, FILE)
    reader.only("answers", "calls", "scenarios")
    script = Script(_mapping(reader, "answers"), _mapping(reader, "calls"),
                    tuple(_scenario(each) for each in reader.sections("scenarios")))
    if reader.problems:
        raise InvalidInput(problems=tuple(reader.problems))
    return script


def instant(text: object) -> datetime | None:
    """An instant as it is written in the file, Hà Nội time unless it says otherwise; None when it is none."""
    try:
        read = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=VIETNAM)


def _scenario(reader: FieldReader) -> Scenario:
    reader.only("name", "start", "calls", "steps", "expect")
    name, start = reader.text("name"), reader.section("start")
    start.only("at", "channel", "answers")
    starts_at = instant(start.checked("at", _instant_problem)) or datetime.min.replace(tzinfo=VIETNAM)
    expect = _expect(reader)
    if "end" not in expect:
        reader.report("expect.end", "missing")
    return Scenario(name, starts_at, start.optional_text("channel"), _mapping(start, "answers"),
                    _mapping(reader, "calls"), tuple(_step(each) for each in reader.sections("steps")), expect)


def _step(reader: FieldReader) -> ScriptStep:
    reader.only("do", "wait", "message", "at", "answers", "expect")
    at = str(reader.checked("at", _time_problem) or "") if reader.has("at") else ""
    return ScriptStep(reader.optional_text("do"), reader.optional_text("wait"), reader.optional_text("message"), at,
                      _mapping(reader, "answers"), _expect(reader))


def _expect(reader: FieldReader) -> Mapping[str, Any]:
    if not reader.has("expect"):
        return {}
    reader.section("expect").only(*EXPECTED)
    return _mapping(reader, "expect")


def _mapping(reader: FieldReader, key: str) -> Mapping[str, Any]:
    return _plain(reader.checked(key, _mapping_problem) or {}) if reader.has(key) else {}


def _plain(value: Any) -> Any:
    """As JSON would hold it: YAML reads an unquoted 2026-03-02 as a date, while answers are text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _mapping_problem(value: object, path: str) -> FieldProblem | None:
    return None if isinstance(value, Mapping) else problem(path, "not_mapping")


def _instant_problem(value: object, path: str) -> FieldProblem | None:
    return None if instant(value) else problem(path, "not_text")


def _time_problem(value: object, path: str) -> FieldProblem | None:
    """Terms and durations begin with a plus; whether they can be reckoned is seen when they are."""
    return None if str(value).startswith("+") or instant(value) else problem(path, "not_text")
