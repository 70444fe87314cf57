"""Activities that run several times: for each item of a collection, at once or in turn, or while a condition holds.

Written anew on Spiff's parameters, because Spiff connects callbacks to the shared spec at run time, merges task data,
and offers the completion condition the child's data but not the results (spiff.md 3.2, 17). Here the collection and
the cardinality are FEEL; the results stand in the output variable in the order of the items, those that are done; the
completion condition sees them, and `nrOfInstances`, `nrOfCompletedInstances`, `nrOfActiveInstances`. The output
variable starts empty each time.
"""

from __future__ import annotations

from bisect import bisect
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff

from engine.workflow.branches import arm
from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.nodes import Node
from engine.workflow.tokens import FUTURE, READY, STARTED, Parental, Token
from engine.workflow.values import plain

COUNTER = "loopCounter"
MOST_INSTANCES = 1_000
"""A number typed into a form must not open a million tasks."""


class Repeated(Parental, Node):
    """The owner of the instances. Its token is started while they run."""

    task_spec: str

    def spawn(self, my_task: Token, number: int, local: dict[str, Any], **internal: Any) -> Token:
        """Starts one instance; its local values are all it has of its own."""
        child: Token = my_task._add_child(self._wf_spec.task_specs[self.task_spec], FUTURE)
        child.triggered = True
        child.data = {**my_task.workflow.local, **local, COUNTER: number + 1}
        child.internal_data.update(internal)
        return child

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def child_completed(self, parent: Token, child: Token) -> None:
        if not parent.is_live:
            return
        try:
            self._count(parent, child)
            if parent._state == STARTED:
                self._decide(parent)
        except Failure as failure:
            parent.fail(failure)

    def retry(self, my_task: Token) -> None:
        """A loop whose condition failed asks it again; one that never began begins."""
        if "n" not in my_task.internal_data:
            super().retry(my_task)
            return
        my_task._state = STARTED
        try:
            self._decide(my_task)
        except Failure as failure:
            my_task.fail(failure)

    def _count(self, parent: Token, child: Token) -> None:
        raise NotImplementedError

    def _decide(self, parent: Token) -> None:
        raise NotImplementedError


class MultiInstance(Repeated):
    """What the parallel and the sequential one share. `n` counts the items, `done` the numbers of those that are."""

    keeps_entry = False
    in_turn = False
    cardinality: str | None
    condition: str | None
    data_input: Any
    data_output: Any
    input_item: Any
    output_item: Any

    def _update_hook(self, my_task: Token) -> bool:
        items = self._items(my_task)
        my_task.internal_data.update(n=len(items), done=[])
        if self.data_output is not None:
            my_task.write({self.data_output.bpmn_id: []})
        if not items:
            return True
        my_task._set_state(STARTED)
        if self.in_turn:
            my_task.internal_data["rest"] = items
            self._next(my_task)
        else:
            self._all(my_task, items)
        return False

    def _items(self, my_task: Token) -> list[Any]:
        if self.data_input is not None:
            expression = self.data_input.bpmn_id
            items = FEEL.evaluate(my_task, expression)
        else:
            expression = self.cardinality or ""
            items = _numbered(FEEL.evaluate(my_task, expression))
        if not isinstance(items, list | range):
            raise Failure("not_a_list", "a multi-instance needs a list or a number of instances", expression)
        if len(items) > MOST_INSTANCES:
            raise Failure("bad_value", f"{len(items)} instances, more than {MOST_INSTANCES}", expression)
        return [plain(item) for item in items]

    def _all(self, my_task: Token, items: list[Any]) -> None:
        children = [self._instance(my_task, number, item) for number, item in enumerate(items)]
        for number, child in enumerate(children):
            child.path = arm(my_task.path, my_task.id, number)
        for child in children:
            child.arrive()

    def _next(self, my_task: Token) -> None:
        rest = my_task.internal_data["rest"]
        number = my_task.internal_data["n"] - len(rest)
        my_task.internal_data["rest"] = rest[1:]
        self._instance(my_task, number, rest[0]).arrive()

    def _instance(self, my_task: Token, number: int, item: Any) -> Token:
        local: dict[str, Any] = {}
        internal: dict[str, Any] = {"i": number}
        if self.input_item is not None:
            local[variable(self.input_item)] = item
        if self.output_item is not None:
            local[variable(self.output_item)] = None
            internal["out"] = variable(self.output_item)
        return self.spawn(my_task, number, local, **internal)

    def _count(self, parent: Token, child: Token) -> None:
        done, number = parent.internal_data["done"], child.internal_data["i"]
        place = bisect(done, number)
        parent.internal_data["done"] = [*done[:place], number, *done[place:]]
        if self.data_output is None:
            return
        name = self.data_output.bpmn_id
        value = child.data.get(child.internal_data.get("out", ""))
        known = parent.scope.get(name)
        results = known if isinstance(known, list) else []
        parent.write({name: [*results[:place], value, *results[place:]]})

    def _decide(self, parent: Token) -> None:
        done, count = len(parent.internal_data["done"]), parent.internal_data["n"]
        if done == count or (done and self._enough(parent, done, count)):
            for child in parent.children:
                child.cancel()
            parent._set_state(READY)
        elif self.in_turn and not any(child.is_live for child in parent.children):
            self._next(parent)

    def _enough(self, parent: Token, done: int, count: int) -> bool:
        if self.condition is None:
            return False
        active = sum(1 for child in parent.children if child.is_live)
        counters = {"nrOfInstances": count, "nrOfCompletedInstances": done, "nrOfActiveInstances": active}
        return FEEL.holds(self.condition, {**parent.scope, **counters}, parent)


class ParallelMultiInstance(MultiInstance, spiff.ParallelMultiInstanceTask):
    """All instances at once."""


class SequentialMultiInstance(MultiInstance, spiff.SequentialMultiInstanceTask):
    """One instance after the other."""

    in_turn = True


class StandardLoop(Repeated, spiff.StandardLoopTask):
    """Again and again while the condition holds, at most `loopMaximum` times."""

    maximum: int | None
    condition: str | None
    test_before: bool

    def _update_hook(self, my_task: Token) -> bool:
        my_task.internal_data["n"] = 0
        if self.test_before and not self._again(my_task):
            return True
        my_task._set_state(STARTED)
        self.spawn(my_task, 0, {}).arrive()
        return False

    def _count(self, parent: Token, child: Token) -> None:
        parent.internal_data["n"] += 1

    def _decide(self, parent: Token) -> None:
        if self._again(parent):
            self.spawn(parent, parent.internal_data["n"], {}).arrive()
        else:
            parent._set_state(READY)

    def _again(self, my_task: Token) -> bool:
        rounds = my_task.internal_data["n"]
        if self.maximum is not None and rounds >= self.maximum:
            return False
        if self.condition is None:
            return True
        counted = {**my_task.scope, COUNTER: rounds}
        return FEEL.holds(self.condition, counted, my_task)


def _numbered(count: Any) -> range | None:
    """0, 1, 2 … for a number of instances; None for what is no such number."""
    is_number = isinstance(count, int | float) and not isinstance(count, bool)
    return range(int(count)) if is_number and count >= 0 and count == int(count) else None


def variable(item: Any) -> str:
    """The variable of an item: its name, or its id where it has no name."""
    return str(item.bpmn_name or item.bpmn_id)
