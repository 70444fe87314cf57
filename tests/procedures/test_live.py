"""The same scenarios on the engine itself: sample officials, a database, jobs, messages and timers as rows.

What a rehearsal promises must be what happens at the counter; and every step finds somebody who may do it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from engine.bootstrap import Engine, content_slugs, load_package
from engine.commands.dossiers import SubmitDossier
from engine.commands.fees import CollectFee
from engine.commands.tasks import CompleteTask
from engine.domain import time_limit
from engine.domain.actor import Actor, Role
from engine.domain.calendar import VIETNAM
from engine.domain.fee import PAYMENT_RECEIVED
from engine.domain.procedure import SIDE
from engine.gateways.jobs_inline import InlineJobs
from engine.queries import people
from engine.seeding.twin import LEFT_UNDONE
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import fee_line
from engine.store.tables import instance, timer, work_item
from engine.testing import FrozenClock, settle
from engine.worker import tasks
from engine.workflow.iso8601 import parse_duration
from engine.workflow.rehearsal.scenarios import Scenario, Script, ScriptStep, instant, read_script
from tests.conftest import actor_named
from tests.engine.acts import rows

SIDE_SLUGS = {kind.value for kind in SIDE}
"""Begun beside a dossier, which these scenarios are not: tests/engine runs them."""
SCRIPTS = {slug: read_script(load_package(slug).scenarios_yaml) for slug in content_slugs() if slug not in SIDE_SLUGS}
SCENARIOS = [(slug, scenario) for slug, script in SCRIPTS.items() for scenario in script.scenarios]
PAY = "Task_CollectFee"
TOLD = ("status", "clock", "outcome", "due_at", "open")


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Papers get their numbers here but are not printed: tests/papers and the browser's tests do that."""
    assert isinstance(engine.jobs, InlineJobs)
    known = {name: _nothing if name in LEFT_UNDONE else task for name, task in tasks(engine).items()}
    engine.jobs.run_worker(known, name="inline", threads=1)
    return engine


def _nothing(*_arguments: Any) -> None:
    """In the place of a printer."""


class Counter:
    """The sample administration at work on one dossier."""

    def __init__(self, engine: Engine, clock: FrozenClock, slug: str, script: Script, scenario: Scenario) -> None:
        self.engine, self.clock, self.script = engine, clock, script
        clock.set(scenario.starts_at)
        answers = {**script.answers["start"], **scenario.answers}
        filed = engine.execute(SubmitDossier(
            slug, scenario.channel or "direct", "commune-centre", {"name": "Nguyễn Văn An"}, answers,
        ), actor_named(engine, "tiepnhan"))
        self.dossier_id = filed["dossier_id"]
        settle(engine)

    def play(self, step: ScriptStep) -> None:
        if step.at:
            self.pass_to(self.instant(step.at))
        if step.wait:
            self.pass_to(next(row.due_at for row in self.timers() if row.node_id == step.wait))
        if step.message == PAYMENT_RECEIVED:
            self.pay(actor_named(self.engine, "tiepnhan"))
        if step.do:
            item = next(row for row in self.open_items() if row.node_id == step.do)
            if step.do == PAY and self.pay(self.official(item)):
                return
            answers = {**self.script.answers.get(step.do, {}), **step.answers}
            self.engine.execute(CompleteTask(item.id, answers), self.official(item))
            settle(self.engine)

    def pay(self, officer: Actor) -> bool:
        """Everything that is due, in cash; False when nothing is. A step that waits for the money is done with it."""
        due = rows(self.engine, fee_line, dossier_id=self.dossier_id, state="due")
        if due:
            self.engine.execute(CollectFee(self.dossier_id, tuple(line.id for line in due)), officer)
            settle(self.engine)
        return bool(due)

    def official(self, item: Any) -> Actor:
        """Somebody of the sample administration who may do the step."""
        holders = self.engine.read(people.colleagues, item.unit_id, Role(item.role))
        return actor_named(self.engine, holders[0].login)

    def open_items(self) -> list[Any]:
        """The steps of its own diagram; an apology may be open beside it."""
        (it,) = rows(self.engine, dossier, id=self.dossier_id)
        own = {row.id for row in rows(self.engine, instance, business_key=it.id, version_id=it.version_id)}
        return [item for item in rows(self.engine, work_item, business_key=it.id, status="open")
                if item.instance_id in own]

    def timers(self) -> list[Any]:
        pools = rows(self.engine, instance, business_key=self.dossier_id)
        found = [row for pool in pools for row in rows(self.engine, timer, instance_id=pool.id)]
        return sorted(found, key=lambda row: row.due_at)

    def pass_to(self, at: datetime) -> None:
        """Every timer on the way fires at its own instant, as it would with a worker that never sleeps."""
        while (due := next((row.due_at for row in self.timers()), at)) < at:
            self.clock.set(due)
            settle(self.engine)
        self.clock.set(at)
        settle(self.engine)

    def instant(self, text: str) -> datetime:
        if not text.startswith("+"):
            return instant(text) or self.clock.now()
        if text[1:].startswith("P"):
            return parse_duration(text[1:]).after(self.clock.now())
        calendar = self.engine.calendar("commune-centre")
        return time_limit.due_at(self.clock.now(), time_limit.parse(text[1:]), calendar) or self.clock.now()

    def told(self) -> dict[str, Any]:
        row, = rows(self.engine, dossier, id=self.dossier_id)
        return {
            "status": row.national_status, "clock": row.clock, "outcome": row.outcome,
            "due_at": row.due_at and row.due_at.astimezone(VIETNAM),
            "open": sorted(item.node_id for item in self.open_items()),
        }


def expected(expect: Any) -> Iterator[tuple[str, Any]]:
    for what in TOLD:
        if what in expect:
            value = expect[what]
            yield what, instant(value) if what == "due_at" else sorted(value) if what == "open" else value


@pytest.mark.parametrize(("slug", "scenario"), SCENARIOS, ids=[f"{slug}-{each.name}" for slug, each in SCENARIOS])
def test_the_engine_does_what_the_rehearsal_promises(
        engine: Engine, clock: FrozenClock, slug: str, scenario: Scenario) -> None:
    counter = Counter(engine, clock, slug, SCRIPTS[slug], scenario)
    for step in scenario.steps:
        counter.play(step)
        assert {what: counter.told()[what] for what, _ in expected(step.expect)} == dict(expected(step.expect)), step
    assert {what: counter.told()[what] for what, _ in expected(scenario.expect)} == dict(expected(scenario.expect))
    assert [each for each in engine.verify() if each.code != "result_without_file"] == []
