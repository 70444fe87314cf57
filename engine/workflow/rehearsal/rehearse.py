"""Rehearses a procedure: plays every scenario of its package and says what held and what was covered.

Pure but for the Workflow it is given: a frozen clock that moves, no database, no people. `motcua scenarios`, the studio
and the tests of the content all come here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain import procedure, rulepack, side
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.errors import DomainError
from engine.domain.procedure import SIDE, Channel, ProcedureFacts
from engine.domain.process import OpenTask, Version
from engine.domain.rehearsal import Covered, Rehearsal, ScenarioResult
from engine.domain.review import Package
from engine.domain.standing import Standing
from engine.domain.ticking import Rules
from engine.domain.time_limit import NO_TERM
from engine.forms import answers as form_answers
from engine.forms import options, plain_yaml, schema
from engine.ports import Workflow
from engine.workflow.feel import evaluator
from engine.workflow.gate.graph import Diagram
from engine.workflow.iso8601 import parse_duration
from engine.workflow.rehearsal.scenarios import FILE, Scenario, Script, ScriptStep, instant, read_script
from engine.workflow.rehearsal.stage import RehearsalError, Stage
from engine.workflow.xml import parse_xml

SENTENCES = {
    "not_open": ("{node} không mở; đang mở: {open}", "{node} is not open; open are: {open}"),
    "no_timer": ("không có hẹn giờ {node} đang chờ; đang chờ: {waiting}",
                 "no timer {node} is waiting; waiting are: {waiting}"),
    "unheard": ("không bên nào đang chờ thông điệp {message}", "nobody waits for the message {message}"),
    "form": ("biểu mẫu {form} không nhận câu trả lời: {fields}", "the form {form} does not take the answers: {fields}"),
    "backwards": ("thời điểm {at} ở trước {now}", "the instant {at} is before {now}"),
    "restless": ("hơn {count} hẹn giờ, thông điệp hoặc việc tự động nối nhau không dừng",
                 "more than {count} timers, messages or automatic acts followed each other without rest"),
    "incident": ("{node} gặp sự cố {trouble}: {detail}", "incident {trouble} at {node}: {detail}"),
    "unanswered": ("mục calls không nói việc tự động {delegate} của {node} trả lời gì",
                   "calls does not say what the automatic act {delegate} of {node} answers"),
    "undelivered": ("không bên nào nhận thông điệp {message} của {node}",
                    "nobody takes the message {message} of {node}"),
    "unlawful": ("{node} trái bảng trạng thái hoặc trái đồng hồ: {detail}",
                 "{node} contradicts the table of states or the clock: {detail}"),
    "channel": ("thủ tục không có kênh {channel}", "the procedure has no channel {channel}"),
    "span": ("{text} không phải là khoảng thời gian", "{text} is no span of time"),
    "differs": ("{what}: mong đợi {expected}, thực tế {got}", "{what}: expected {expected}, found {got}"),
}


def rehearse(package: Package, workflow: Workflow, calendar: WorkingCalendar) -> Rehearsal:
    """Plays every scenario. Raises InvalidInput when `procedure.yaml` or `scenarios.yaml` cannot be read."""
    facts = procedure.from_mapping(plain_yaml.read(package.facts_yaml))
    script = read_script(package.scenarios_yaml)
    play = _Play(package, workflow, calendar, facts, script)
    results = tuple(play.result(scenario) for scenario in script.scenarios)
    diagram = Diagram(parse_xml(package.diagram, name=package.diagram_name))
    return Rehearsal(package.slug, results, _ends(diagram, play.visited), _flows(diagram, play))


def _ends(diagram: Diagram, visited: frozenset[str]) -> Covered:
    ends = frozenset(node.id for node in diagram.nodes.values() if node.tag == "endEvent")
    return Covered(visited & ends, ends)


def _flows(diagram: Diagram, play: _Play) -> Covered:
    """The history names the flows taken; of a node with a single way in it need not."""
    passed = [node for node in diagram.nodes.values() if node.id in play.visited]
    single = {node.incoming[0].id for node in passed if len(node.incoming) == 1}
    return Covered(play.flows | single, frozenset(flow.id for flow in diagram.flows()))


class _Play:
    """The scenarios of one package, one after the other; what they walked adds up."""

    def __init__(self, package: Package, workflow: Workflow, calendar: WorkingCalendar, facts: ProcedureFacts,
                 script: Script) -> None:
        self.workflow, self.calendar, self.facts, self.script = workflow, calendar, facts, script
        self.version, self.beside = _version(package), facts.kind in SIDE
        self.forms = {key: options.listed(schema.parse(data), facts, package.forms)
                      for key, data in package.forms.items()}
        self.visited: frozenset[str] = frozenset()
        self.flows: frozenset[str] = frozenset()

    def result(self, scenario: Scenario) -> ScenarioResult:
        try:
            stage = self._stage(scenario)
        except RehearsalError as broken:
            return _failed(scenario, FILE, broken)
        where = "start"
        try:
            self._submit(stage, scenario)
            for number, step in enumerate(scenario.steps, 1):
                where = f"{number}. {step.do or step.wait or step.message or step.at}"
                self._step(stage, step)
            where = "expect"
            check(stage, scenario.expect)
        except RehearsalError as broken:
            return _failed(scenario, where, broken)
        finally:
            self.visited |= frozenset(stage.visited)
            self.flows |= stage.flows
        return ScenarioResult(scenario.name, True)

    def _stage(self, scenario: Scenario) -> Stage:
        on = scenario.starts_at.astimezone(VIETNAM).date()
        pack = rulepack.PACKS[self.facts.rule_pack] if self.facts.rule_pack else rulepack.applicable(on)
        pack = self.facts.rules(pack.code)
        term = NO_TERM if self.beside else self.facts.channels[self._channel(scenario)].term
        rules = Rules(term, self.calendar, pack)
        return Stage(self.workflow, self.version, {**self.script.calls, **scenario.calls}, Standing(rules),
                     scenario.starts_at)

    def _channel(self, scenario: Scenario) -> Channel:
        offered = {channel.name.lower(): channel for channel in self.facts.channels}
        name = scenario.channel or next(iter(offered))
        if name not in offered:
            raise RehearsalError("channel", channel=name)
        return offered[name]

    def _submit(self, stage: Stage, scenario: Scenario) -> None:
        given = {**self.script.answers.get("start", {}), **scenario.answers}
        if self.beside:
            stage.submit(_told(given), Channel.DIRECT.name.lower())
            return
        stage.submit(self._checked(self.facts.application_form, given, {}), self._channel(scenario).name.lower())

    def _step(self, stage: Stage, step: ScriptStep) -> None:
        if step.at:
            stage.pass_to(_instant(stage, step.at))
        if step.wait:
            stage.wait_for(step.wait)
        if step.message:
            stage.tell(step.message, step.answers)
        if step.do:
            pool, task = stage.task(step.do)
            stage.complete(pool, task, self._answers(task, step, pool.variables))
        check(stage, step.expect)

    def _answers(self, task: OpenTask, step: ScriptStep, known: Mapping[str, Any]) -> Mapping[str, Any]:
        given = {**self.script.answers.get(task.node_id, {}), **step.answers}
        form = task.facts.get("form")
        return self._checked(form, given, known) if form else given

    def _checked(self, key: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
        """Exactly what the form would let through; a scenario must not write what a person could not."""
        form = self.forms[key]
        answers, problems = form_answers.check(form, given, known, evaluator.condition)
        wrong = {name: found.code for name, found in problems.items()}
        wrong.update((name, "unknown") for name in given if name not in {each.key for each in form.fields})
        if wrong:
            raise RehearsalError("form", form=key, fields=", ".join(f"{name} ({code})" for name, code in wrong.items()))
        return answers


def _told(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the engine would tell a procedure that it begins beside a dossier. Raises RehearsalError."""
    wrong = sorted(set(given) - set(side.GIVEN))
    if wrong:
        raise RehearsalError("form", form="start", fields=", ".join(f"{name} (unknown)" for name in wrong))
    return {**dict.fromkeys(side.GIVEN, ""), "requested_by": side.SYSTEM, **given}


def check(stage: Stage, expected: Mapping[str, Any]) -> None:
    """Raises RehearsalError at the first expectation that does not hold."""
    for what, value in expected.items():
        wanted, got = _compared(stage, what, value)
        if wanted != got:
            raise RehearsalError("differs", what=what, expected=_shown(wanted), got=_shown(got))


def _compared(stage: Stage, what: str, value: Any) -> tuple[Any, Any]:
    standing, visited = stage.standing, set(stage.visited)
    match what:
        case "open":
            return sorted(value), sorted(task.node_id for _, task in stage.tasks())
        case "status":
            return value, int(standing.status)
        case "due_at":
            return instant(value), standing.due_at
        case "clock":
            return value, standing.clock.value
        case "end" | "visited":
            names = [value] if isinstance(value, str) else list(value)
            return names, [name for name in names if name in visited]
        case "not_visited":
            return [], [name for name in value if name in visited]
    return value, getattr(standing, what)


def _instant(stage: Stage, text: str) -> datetime:
    if not text.startswith("+"):
        at = instant(text)
        assert at is not None, text
        return at
    span = text[1:].strip()
    try:
        return parse_duration(span).after(stage.now) if span.startswith("P") else stage.moment().due(span)
    except (DomainError, ValueError) as unreadable:
        raise RehearsalError("span", text=text) from unreadable


def _version(package: Package) -> Version:
    """The package as if it were published. Its id is its content, so that nothing of another draft is reused."""
    content = hashlib.sha256(package.diagram)
    for name, data in sorted(package.decisions.items()):
        content.update(name.encode() + data)
    digest = content.hexdigest()
    return Version(digest, package.slug, 0, digest, package.diagram, package.forms, package.decisions)


def _failed(scenario: Scenario, where: str, broken: RehearsalError) -> ScenarioResult:
    facts = {name: _shown(value) for name, value in broken.facts.items()}
    vietnamese, english = (f"{where}: {sentence.format(**facts)}" for sentence in SENTENCES[broken.code])
    return ScenarioResult(scenario.name, False, vietnamese, english)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    return ", ".join(map(str, value)) or "—" if isinstance(value, list) else str(value)

