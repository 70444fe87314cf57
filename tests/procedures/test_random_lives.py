"""Random lives of dossiers: whatever people decide, in whatever order, every promise of the product holds."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.bootstrap import Engine
from engine.commands.stopping import RequestWithdrawal
from engine.commands.supplements import AnswerSupplement
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain import clock_ledger
from engine.domain.clock_ledger import ClockKind, ClockState
from engine.domain.dossier import MOVES, DeliveryStatus, NationalStatus
from engine.domain.errors import DomainError
from engine.forms.schema import FieldType
from engine.store.dossier_tables import clock_event, dossier
from engine.store.fee_tables import fee_line, payment
from engine.store.paper_tables import paper
from engine.testing import FrozenClock, settle
from tests.conftest import actor_named, open_frozen
from tests.engine.acts import open_incidents, rows
from tests.procedures.test_live import SCRIPTS, Counter

SLUGS = ("birth-registration", "household-business", "child-birth-residence-insurance")
EXAMPLES, ACTS = 6, 12
AFTER_ACCEPTANCE = frozenset(NationalStatus) - {NationalStatus.SUBMITTED, NationalStatus.REFUSED}


class Life(RuleBasedStateMachine):
    """One dossier, and everything that people may do to it."""

    template: Path

    @initialize(slug=st.sampled_from(SLUGS))
    def file(self, slug: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "motcua.db")
        self.engine: Engine = open_frozen(f"sqlite:///{self.folder / 'motcua.db'}", self.folder)
        assert isinstance(self.engine.clock, FrozenClock)
        script = SCRIPTS[slug]
        self.counter = Counter(self.engine, self.engine.clock, slug, script, script.scenarios[0])
        self.before = self.it()

    @rule(number=st.integers(0, 5), choice=st.integers(0, 5), usual=st.booleans())
    def somebody_does_a_step(self, number: int, choice: int, usual: bool) -> None:
        items = self.counter.open_items()
        if items:
            item = items[number % len(items)]
            answers = dict(self.counter.script.answers.get(item.node_id, {}))
            if not usual:
                answers |= self.another_decision(item, choice)
            self.act(CompleteTask(item.id, answers), self.counter.official(item))

    @rule(number=st.integers(0, 5))
    def somebody_takes_a_step(self, number: int) -> None:
        items = self.counter.open_items()
        if items:
            item = items[number % len(items)]
            self.act(ClaimTask(item.id), self.counter.official(item))

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours: int) -> None:
        self.counter.pass_to(self.engine.clock.now() + timedelta(hours=hours))

    @rule()
    def the_applicant_pays(self) -> None:
        self.counter.pay(actor_named(self.engine, "tiepnhan"))

    @rule()
    def the_applicant_asks_to_withdraw(self) -> None:
        command = RequestWithdrawal(self.counter.dossier_id, "Đổi ý", "Đơn ngày 02/03/2026")
        self.act(command, actor_named(self.engine, "tiepnhan"))

    @rule()
    def the_applicant_answers_a_request(self) -> None:
        self.act(AnswerSupplement(self.counter.dossier_id, {}), actor_named(self.engine, "tiepnhan"))

    @invariant()
    def every_promise_holds(self) -> None:
        if hasattr(self, "before"):
            now = self.it()
            self.states_follow_the_table(now)
            self.there_is_one_clock_and_it_says_what_the_dossier_says(now)
            self.the_due_date_moves_only_with_an_event(now)
            self.fees_add_up()
            self.papers_have_numbers_and_acceptance_a_receipt(now)
            self.before = now

    def teardown(self) -> None:
        """Nothing is found wrong at the end, and no step of it got stuck."""
        if hasattr(self, "engine"):
            assert self.engine.verify() == []
            assert open_incidents(self.engine, self.counter.dossier_id) == []
            self.engine.close()
            shutil.rmtree(self.folder)

    # ------------------------------------------------------------------ what is looked at
    def it(self) -> Any:
        row, = rows(self.engine, dossier, id=self.counter.dossier_id)
        return row

    def events(self) -> list[Any]:
        return sorted(rows(self.engine, clock_event, dossier_id=self.counter.dossier_id), key=lambda row: row.seq)

    def act(self, command: Any, actor: Any) -> None:
        """What the product refuses leaves everything as it was."""
        before = self.it()
        try:
            self.engine.execute(command, actor)
        except DomainError:
            assert self.it() == before
        settle(self.engine)

    def another_decision(self, item: Any, choice: int) -> dict[str, Any]:
        form = self.engine.form(self.it().version_id, item.form_key) if item.form_key else None
        radios = [field for field in form.fields if field.type is FieldType.RADIO] if form else []
        chosen = {field.key: field.choices[choice % len(field.choices)].value for field in radios if field.choices}
        return {**chosen, "reason": "Thiếu giấy tờ", "missing": ["live_birth_certificate"]}

    def states_follow_the_table(self, now: Any) -> None:
        """An act may pass through several states; each of them must lead to the next."""
        reachable = was = {NationalStatus(self.before.national_status)}
        while NationalStatus(now.national_status) not in reachable:
            reachable = reachable | {onward for each in was for onward in MOVES[each]}
            assert reachable != was, (self.before.national_status, now.national_status)
            was = reachable

    def there_is_one_clock_and_it_says_what_the_dossier_says(self, now: Any) -> None:
        events = [clock_ledger.from_row(dict(row._mapping)) for row in self.events()]
        assert sum(event.kind is ClockKind.STARTED for event in events) <= 1
        assert clock_ledger.state(events) is ClockState(now.clock)
        accepted = NationalStatus(now.national_status) in AFTER_ACCEPTANCE and now.code is not None
        assert bool(events) == accepted

    def the_due_date_moves_only_with_an_event(self, now: Any) -> None:
        if self.before.due_at is not None and now.due_at != self.before.due_at:
            assert now.clock_head != self.before.clock_head
            assert now.due_at >= self.before.due_at
        if self.before.original_due_at is not None:
            assert now.original_due_at == self.before.original_due_at

    def fees_add_up(self) -> None:
        lines = rows(self.engine, fee_line, dossier_id=self.counter.dossier_id)
        taken = sum(row.amount for row in rows(self.engine, payment, dossier_id=self.counter.dossier_id)
                    if row.state == "succeeded")
        assert taken == sum(line.amount for line in lines if line.state in ("paid", "refunded"))

    def papers_have_numbers_and_acceptance_a_receipt(self, now: Any) -> None:
        papers = rows(self.engine, paper, dossier_id=self.counter.dossier_id)
        assert all(each.number > 0 for each in papers)
        assert len({(each.agency_id, each.document_type, each.year, each.number) for each in papers}) == len(papers)
        receipts = [each for each in papers if each.slip == "receipt" and each.replaced_by is None]
        assert len(receipts) == (now.code is not None)
        if now.delivery_status == DeliveryStatus.HANDED_OVER.value:
            assert now.national_status == NationalStatus.RETURNED


def test_a_random_life_keeps_every_promise(demo_template: Path) -> None:
    class Here(Life):
        template = demo_template

    run_state_machine_as_test(Here, settings=settings(
        max_examples=EXAMPLES, stateful_step_count=ACTS, deadline=None, derandomize=True,
        suppress_health_check=[*HealthCheck]))
