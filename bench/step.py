"""One step of an instance, engine part only: load the state, complete a task, run to rest, save.

SpiffWorkflow's own way (`deserialize_json`, `do_engine_steps`, `serialize_json`) and ours run the same diagram with the
same answers to the same end, taking turns, in one process. Ours reads and writes the variables as JSON too, all of
them in, the changed ones out, because Spiff's round trip contains the data. A form of about 1.5 KB per human step.

    python bench/step.py [--json] [--runs 7] [--rounds 1000]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import orjson
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskFilter

from engine.domain.process import Version
from engine.ports import Loaded
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.codec import load

HERE = Path(__file__).resolve().parent
FORM = {"full_name": "Nguyễn Văn A", "address": "Số 12 phố Huế, Hà Nội", "note": "x" * 1_200,
        "papers": [{"kind": "CCCD", "number": "001099000001"}, {"kind": "GPLX", "number": "790012345678"}]}
FACTS = {"pages": 2, "number_of_copies": 1}
SUPPLEMENTS, RETURNS = 1, 1


@dataclass
class Moment:
    """Stands still: nothing is due during the run."""

    now: datetime = datetime(2026, 3, 2, 2, tzinfo=UTC)

    def due(self, term: str) -> datetime:
        return self.now + timedelta(days=1)


Answers = Callable[[str], dict[str, Any]]


class Applicant:
    """Answers by the name of the step, the same for both engines."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def __call__(self, step: str) -> dict[str, Any]:
        self.seen[step] = self.seen.get(step, 0) + 1
        answers: dict[str, Any] = {f"form_{step}": FORM}
        if step == "check":
            answers["missing"] = self.seen[step] <= SUPPLEMENTS
        if step == "sign":
            answers["returned"] = self.seen[step] <= RETURNS
        return answers


class Stock:
    """SpiffWorkflow as its documentation shows it."""

    def __init__(self, diagram: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(diagram)
        self.spec, self.inside = parser.get_spec("licence"), parser.get_subprocess_specs("licence")
        self.serializer = BpmnWorkflowSerializer()

    @property
    def size(self) -> int:
        """How many specs the diagram becomes in the stock parser."""
        return sum(len(spec.task_specs) for spec in (self.spec, *self.inside.values()))

    def start(self) -> str:
        workflow = BpmnWorkflow(self.spec, self.inside)
        workflow.task_tree.data.update(FACTS)
        workflow.do_engine_steps()
        return str(self.serializer.serialize_json(workflow))

    def run(self, answer: Answers, path: list[str], peak: Callable[[Any], None]) -> Iterator[float]:
        state = self.start()
        while True:
            begun = time.perf_counter()
            workflow = self.serializer.deserialize_json(state)
            task = workflow.get_next_task(task_filter=TaskFilter(state=TaskState.READY, manual=True))
            if task is None:
                assert workflow.is_completed()
                return
            step = task.task_spec.bpmn_id
            task.data.update(answer(step))
            task.run()
            workflow.do_engine_steps()
            state = self.serializer.serialize_json(workflow)
            yield time.perf_counter() - begun
            path.append(step)
            peak(state)


class Ours:
    """The adapter behind the engine's port."""

    def __init__(self, diagram: bytes, process: str = "licence") -> None:
        self.version = Version("1", "bench", 1, hashlib.sha256(diagram).hexdigest(), diagram)
        self.adapter, self.process, self.at = SpiffAdapter(), process, Moment()

    def run(self, answer: Answers, path: list[str], peak: Callable[[Any], None]) -> Iterator[float]:
        step = self.adapter.start(self.version, self.process, FACTS, self.at)
        state, row, open_ = step.state, orjson.dumps(dict(step.written)), list(step.opened)
        while open_:
            task = open_[0]
            begun = time.perf_counter()
            it = Loaded(self.version, self.process, state, orjson.loads(row))
            step = self.adapter.complete(it, task.token_id, answer(task.node_id), self.at)
            orjson.dumps(dict(step.written))
            yield time.perf_counter() - begun
            state, row = step.state, orjson.dumps({**it.variables, **step.written})
            open_ = [t for t in open_ if t.token_id not in step.closed] + list(step.opened)
            path.append(task.node_id)
            peak(state)
        assert step.status.value == "completed"


def mean_step_ms(engine: Stock | Ours) -> tuple[float, list[str], int]:
    """The mean of one run from start to end, the path taken, and the largest state in bytes."""
    path: list[str] = []
    sizes: list[int] = []
    gc.collect()
    times = list(engine.run(Applicant(), path, lambda state: sizes.append(len(state))))
    return statistics.mean(times) * 1_000, path, max(sizes)


def compare(runs: int) -> dict[str, Any]:
    """Both engines in turn, `runs` times; the medians of their means."""
    diagram = (HERE / "cross_agency.bpmn").read_bytes()
    stock, ours = Stock(diagram), Ours(diagram)
    for engine in (stock, ours):
        mean_step_ms(engine)
    measured = [(mean_step_ms(stock), mean_step_ms(ours)) for _ in range(runs)]
    for (_, stock_path, _), (_, our_path, _) in measured:
        assert sorted(stock_path) == sorted(our_path), "both took the same steps to the same end"
    theirs = statistics.median(stock[0] for stock, _ in measured)
    mine = statistics.median(ours[0] for _, ours in measured)
    return {
        "specs": stock.size, "human_steps": len(measured[0][0][1]),
        "stock_ms": round(theirs, 3), "ours_ms": round(mine, 3), "ratio": round(theirs / mine, 1),
        "stock_state_bytes_max": measured[0][0][2], "state_bytes_max": measured[0][1][2],
    }


def loop(rounds: int, sample: int = 50) -> dict[str, Any]:
    """The last steps of a long supplement loop against the first steps of another, in turn, so that noise hits both."""
    ours = Ours((HERE / "supplement_loop.bpmn").read_bytes(), "loop")
    old, old_sizes = _supplements(ours)
    for _ in range(2 * rounds - sample):
        next(old)
    young, _ = _supplements(ours)
    times = [(next(young), next(old)) for _ in range(sample)]
    first, last = (statistics.median(column) for column in zip(*times, strict=True))
    return {"loop_rounds": rounds, "loop_first_ms": round(first * 1_000, 3), "loop_last_ms": round(last * 1_000, 3),
            "loop_ratio": round(last / first, 3), "loop_state_bytes_max": max(old_sizes)}


def _supplements(ours: Ours) -> tuple[Iterator[float], list[int]]:
    """The steps of an applicant who never has everything, two per round, and the sizes of the states."""
    def answer(step: str) -> dict[str, Any]:
        return {"missing": True} if step == "review" else {}

    sizes: list[int] = []
    return ours.run(answer, [], lambda state: sizes.append(len(state))), sizes


def memory() -> dict[str, Any]:
    """What one loaded instance holds in memory, half-way through the diagram, in KB."""
    diagram = (HERE / "cross_agency.bpmn").read_bytes()
    stock, ours = Stock(diagram), Ours(diagram)
    states: dict[str, list[Any]] = {"stock": [], "ours": []}
    for name, engine in (("stock", stock), ("ours", ours)):
        list(engine.run(Applicant(), [], states[name].append))
    half = {name: kept[len(kept) // 2] for name, kept in states.items()}
    model = ours.adapter._models.of(ours.version)
    return {
        "stock_instance_kb": _held(lambda: stock.serializer.deserialize_json(half["stock"])),
        "instance_kb": _held(lambda: load(half["ours"], model, "licence", {}, ours.at)),
    }


def _held(make: Callable[[], Any]) -> float:
    make()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = make()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del kept
    return round(held / 1_024, 1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", action="store_true", help="print one JSON object")
    options.add_argument("--runs", type=int, default=7, help="how often both engines run the diagram")
    options.add_argument("--rounds", type=int, default=1_000, help="rounds of the loop")
    asked = options.parse_args()
    result = compare(asked.runs) | loop(asked.rounds) | memory()
    if asked.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
