"""Whatever happens to it, an instance waits for something, is in trouble, or has ended; it never hangs in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow.running import Running

HERE = Path(__file__).parent
DIAGRAMS = sorted(path.name for path in HERE.glob("*.bpmn"))
VARIABLES: dict[str, Any] = {
    "agencies": ["police", "tax"], "signers": ["An"], "copies": 2, "n": 0, "limit": 3, "hours": 1, "year": 2026,
    "agency_code": "agency:police", "more": False, "kind": "copy",
}
ANSWERS = st.dictionaries(
    st.sampled_from(["missing", "fee", "need_more", "once_more", "refused", "found", "verdict", "more", "fee_paid",
                     "withdrawn", "way", "price", "pages", "agencies"]),
    st.sampled_from([True, False, 0, 1, "yes", "no", None, ["fire"], ["environment"]]),
    max_size=5,
)


def actions(run: Running, answers: dict[str, Any]) -> list[Callable[[], Any]]:
    """Everything the world could do to this instance now."""
    found: list[Callable[[], Any]] = [lambda n=node: run.complete(n, **answers) for node in run.open]
    found += [lambda n=timer.node_id: _fire(run, n) for timer in run.timers.values()]
    found += [lambda s=s: run.deliver(s.kind, s.name, **answers) for s in run.subscriptions.values()]
    found += [lambda n=call.node_id: run.finish(n, **answers) for call in run.calls.values()]
    found += [lambda n=call.node_id: run.fail(n, "closed") for call in run.calls.values()]
    found += [lambda t=token: run._take(run.adapter.retry(run.loaded, t, run.at)) for token in in_trouble(run)]
    return found


def _fire(run: Running, node: str) -> None:
    run.at.now = max(run.at.now, run.timer(node).due_at) + timedelta(hours=3)
    run.fire(node)


def in_trouble(run: Running) -> list[str]:
    """Tokens that failed and have neither gone on nor been taken away since."""
    latest = {passage.token_id: passage for passage in run.history}
    return [token for token, p in latest.items() if p.phase.value == "failed" and "caught_by" not in p.detail]


def waits_for_something(run: Running) -> bool:
    return bool(run.tasks or run.timers or run.subscriptions or run.calls)


@pytest.mark.parametrize("diagram", DIAGRAMS)
@given(st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_instance_waits_or_is_in_trouble_or_has_ended(diagram: str, draw: st.DataObject) -> None:
    run = Running.of(diagram)
    run.start(**VARIABLES)
    for _ in range(25):
        if run.status == "running":
            assert waits_for_something(run)
        elif run.status == "incident":
            assert in_trouble(run)
        else:
            assert not waits_for_something(run)
            return
        possible = actions(run, draw.draw(ANSWERS))
        if not possible:
            return
        draw.draw(st.sampled_from(possible))()
