"""Specs are shared by threads and by every instance, and nobody changes them."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.domain.process import Step, Version
from engine.ports import Loaded
from engine.workflow.adapter import SpiffAdapter
from tests.workflow.running import FixedMoment, version_of

HERE = Path(__file__).parent
AGENCIES = ["police", "tax"]
DIAGRAMS = ["loop.bpmn", "multi_instance_subprocess.bpmn", "parallel_in_a_loop.bpmn", "timer_cycle.bpmn",
            "standard_loop.bpmn"]
ANSWERS: dict[str, Any] = {"need_more": False, "once_more": False, "verdict": "yes", "more": False}


def run(adapter: SpiffAdapter, version: Version) -> list[tuple[Any, ...]]:
    """Runs an instance to its end, always taking the oldest task; what happened."""
    at = FixedMoment()
    step = adapter.start(version, "p", {"agencies": AGENCIES, "more": False}, at)
    variables, told = dict(step.written), [_told(step)]
    while step.status.value == "running":
        it = Loaded(version, "p", step.state, variables)
        task = min(adapter.waits(it).tasks, key=lambda t: int(t.token_id))
        step = adapter.complete(it, task.token_id, ANSWERS, at)
        variables |= step.written
        told.append(_told(step))
    return told


def _told(step: Step) -> tuple[Any, ...]:
    return step.state, step.status, step.opened, step.closed, step.history


def test_two_hundred_instances_in_eight_threads_all_run_like_the_one_alone() -> None:
    versions = [version_of(HERE / name) for name in DIAGRAMS]
    alone = [run(SpiffAdapter(), version) for version in versions]
    shared = SpiffAdapter()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: run(shared, versions[n % len(versions)]), range(200)))
    assert all(result == alone[n % len(versions)] for n, result in enumerate(results))


def test_running_instances_does_not_change_the_specs() -> None:
    adapter = SpiffAdapter()
    for name in DIAGRAMS:
        version = version_of(HERE / name)
        before = pickle.dumps(adapter._models.of(version).specs)
        for _ in range(3):
            run(adapter, version)
        assert pickle.dumps(adapter._models.of(version).specs) == before


def test_a_version_is_read_once() -> None:
    adapter, version = SpiffAdapter(), version_of(HERE / "loop.bpmn")
    assert adapter._models.of(version) is adapter._models.of(version_of(HERE / "loop.bpmn"))
    adapter.start(version, "p", {}, FixedMoment())
    assert adapter._models.of(version) is adapter._models.of(version)
