"""State: bytes that say the same after being read, whatever people type."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.workflow.codec import FORMAT, UnknownFormat, dump, load
from tests.workflow.generated import Block, Diagram, blocks
from tests.workflow.running import Running
from tests.workflow.test_same_as_spiff import STEPS, begun, can_move, choose

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(blocks, st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_dumping_what_was_loaded_gives_the_same_bytes_at_every_step(block: Block, draw: st.DataObject) -> None:
    diagram = Diagram(block)
    running, heard = begun(diagram), set[str]()
    model = running.adapter._models.of(running.version)
    for _ in range(STEPS):
        state = running.last.state
        assert dump(load(state, model, "p", running.variables, running.at)) == state
        if not can_move(running, heard):
            break
        action, answers = choose(draw, running, diagram, heard)
        heard.add(action)
        if action in diagram.messages:
            running.deliver("message", action)
        else:
            running.complete(action, **answers)


@given(st.lists(JSON_VALUES, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_json_item_of_a_multi_instance_survives_the_state(items: list[Any]) -> None:
    running = Running.of("multi_instance_sequential.bpmn").start(signers=items)
    for item in items:
        assert [task.local for task in running.tasks.values()] == [{"signer": item}]
        running.complete("sign", signature=item)
    assert running.variables["signatures"] == items


def test_4_a_store_that_sorts_the_keys_of_json_harms_nothing() -> None:
    running = Running.of("multi_instance_subprocess.bpmn").start(agencies=["police", "tax"])
    state = json.dumps(json.loads(running.last.state), sort_keys=True).encode()
    model = running.adapter._models.of(running.version)
    again = dump(load(state, model, "p", running.variables, running.at))
    assert json.loads(again) == json.loads(running.last.state)


def test_the_state_carries_its_format_and_a_later_one_is_refused() -> None:
    running = Running.of("loop.bpmn").start()
    document = orjson.loads(running.last.state)
    assert document["v"] == FORMAT == 1
    model = running.adapter._models.of(running.version)
    with pytest.raises(UnknownFormat):
        load(orjson.dumps(document | {"v": 2}), model, "p", {}, running.at)


def test_predicted_and_finished_tokens_are_not_in_the_state() -> None:
    running = Running.of("loop.bpmn").start().complete("submit")
    nodes = [row[1] for row in orjson.loads(running.last.state)["t"]]
    assert nodes == ["review.BoundaryEventSplit", "review", "remind"]


def test_token_ids_are_never_given_out_twice() -> None:
    running = Running.of("loop.bpmn").start().complete("submit")
    for _ in range(20):
        running.complete("review", need_more=True).complete("supplement")
    opened = [p.token_id for p in running.history if p.phase.value == "entered"]
    assert len(opened) == len(set(opened)) == 42
