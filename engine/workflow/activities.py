"""Activities: human, service, script, business-rule, subprocess and call activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff

from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.feel.errors import FeelError
from engine.workflow.nodes import Node
from engine.workflow.tokens import FUTURE, STARTED, Token
from engine.workflow.values import plain


class HumanTask(Node):
    """A person's step. A unit given by an expression is worked out when the step opens, and stays."""

    awaits_the_world = True
    keeps_entry = True

    def _on_ready_hook(self, my_task: Token) -> None:
        unit = my_task.instance.model.node(self).unit
        if unit.startswith("="):
            my_task.internal_data["unit"] = self._unit(my_task, unit)

    def _unit(self, my_task: Token, expression: str) -> str:
        unit = FEEL.evaluate(my_task, expression)
        if isinstance(unit, str) and unit:
            return unit
        raise Failure("bad_value", f"the unit must be text, got {unit!r}", expression)


class UserTask(HumanTask, spiff.UserTask):
    """With a form."""


class ManualTask(HumanTask, spiff.ManualTask):
    """Without one. A task without a type counts as manual, too."""


class ServiceTask(Node, spiff.ServiceTask):
    """Waits, started, until its delegate has answered. `input.<name>` facts are evaluated when the token arrives."""

    awaits_the_world = True
    keeps_entry = True

    def _run_hook(self, my_task: Token) -> None:
        facts = my_task.instance.model.node(self).facts
        my_task.internal_data["inputs"] = {
            name.removeprefix("input."): plain(FEEL.evaluate(my_task, expression), name)
            for name, expression in facts.items() if name.startswith("input.")
        }


class ScriptTask(Node, spiff.ScriptTask):
    """Assignments `name = <FEEL>`. Later lines see earlier ones; a failing line leaves nothing written (3.3, 27)."""

    def __init__(self, wf_spec: Any, bpmn_id: str, script: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, script=script, **kwargs)

    def _run_hook(self, my_task: Token) -> bool:
        scope, assigned = dict(my_task.scope), dict[str, Any]()
        for name, expression in self.script:
            value = FEEL.value(expression, scope, my_task)
            scope[name] = assigned[name] = plain(value, name)
        my_task.write(assigned)
        return True


class BusinessRuleTask(Node):
    """Asks a decision table; the answer goes into the variable that the fact `result` names."""

    def _run_hook(self, my_task: Token) -> bool:
        facts = my_task.instance.model.node(self).facts
        if "result" not in facts:
            raise Failure("malformed", "the fact `result` does not name a variable for the answer")
        my_task.write({facts["result"]: self._decide(my_task, facts.get("decision", ""))})
        return True

    def _decide(self, my_task: Token, name: str) -> Any:
        try:
            return my_task.instance.model.decide(name, my_task.scope, my_task.instance.at.now)
        except FeelError as error:
            raise Failure(error.code, error.detail, error.expression) from None


class Inside(Node):
    """An activity that is a process of its own inside; it shares the instance's variables."""

    keeps_entry = True
    spec: str

    def _update_hook(self, my_task: Token) -> bool:
        inside = my_task.instance.create_subprocess(my_task, self.spec)
        my_task._set_state(STARTED)
        begin(inside.task_tree, none_start(inside.spec))
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        inside = my_task.instance.subprocesses.get(my_task.id)
        if inside is not None:
            inside.completed = True
            inside.clear()


class SubProcess(Inside, spiff.SubWorkflowTask):
    """Embedded in the diagram of its parent."""


class CallActivity(Inside, spiff.CallActivity):
    """Another process of the same file."""


def begin(root: Token, start: Any, **internal: Any) -> None:
    """Puts a token on a start event."""
    token = root._add_child(start, FUTURE)
    token.internal_data.update(internal)
    token.arrive()


def none_start(spec: Any) -> Any:
    """The start event that needs no event; the only one when there is none such."""
    starts = spec.bpmn_start_events
    plainly = [start for start in starts if start.starts_by_itself]
    return plainly[0] if plainly else starts[0]


def give(token: Token, answers: Mapping[str, Any]) -> None:
    """Takes what a person or a delegate answered. Raises InvalidInput for what is not JSON data.

    An instance of a multi-instance keeps all answers as its one output, unless one of them has the output's name.
    """
    output = token.internal_data.get("out")
    token.write(answers if output is None or output in answers else {output: answers})
