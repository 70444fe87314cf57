"""Lives of dossiers, lived by commands: filed, worked on by officials who are sometimes late, ended or still open.

What happens is what the scenarios of the procedures say; when it happens, and how far it has come by now, is chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.fees import CollectFee
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain import procedure
from engine.domain.actor import Actor, Role
from engine.domain.errors import DomainError
from engine.domain.fee import FeeState
from engine.domain.procedure import Kind, ProcedureFacts
from engine.gateways.jobs_inline import InlineJobs
from engine.queries import people
from engine.queries.fees import lines_of
from engine.seeding.names import Resident
from engine.store.dossier_tables import dossier
from engine.store.tables import instance, route, timer, version, work_item
from engine.testing import FrozenClock, settle
from engine.workflow.rehearsal.scenarios import Scenario, Script, ScriptStep, read_script

STRANGERS = ("Âu Dương Khuyết Danh", "Tư Mã Khuyết Danh", "Gia Cát Khuyết Danh", "Hạ Hầu Khuyết Danh",
             "Tư Đồ Khuyết Danh", "Thượng Quan Khuyết Danh", "Mộ Dung Khuyết Danh", "Nam Cung Khuyết Danh")
"""Whom the lives are about, until copies give them names of their own."""

MOST_NUMBERS = 8
HELD_SHARE = 0.4
IN_TIME, LATE, FORGOTTEN = (0.15, 0.9), (1.1, 2.2), (6.0, 20.0)
"""Share of the term that the work takes, from and to."""

USUAL_WORK, COLLECTED_WITHIN = timedelta(hours=16), timedelta(hours=64)
"""Working time of a dossier that was promised no date; the longest that a result waits for its owner."""

_NAME_KEY = re.compile(r"(?:^|_)(?:child|mother|father|owner|applicant|requester|deceased|husband|wife|spouse|person|"
                       r"declarant|groom|bride|seller|buyer|member|representative|head)(?:_full)?(?:_name)?$")
_PERSONAL_NUMBER = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Course:
    """A procedure as its scenarios show it."""

    slug: str
    facts: ProcedureFacts
    script: Script


@dataclass(frozen=True, slots=True)
class Office:
    """The twin at work: its engine, its clock, everybody who may act."""

    engine: Engine
    clock: FrozenClock
    jobs: InlineJobs
    staff: tuple[Actor, ...]

    def entitled(self, role: str, unit_id: str) -> list[Actor]:
        """Who may do a step, in the order of their accounts."""
        return [each for each in self.staff if each.has(Role(role), unit_id)]


def numbers_of_strangers() -> tuple[str, ...]:
    """The identity numbers of those who are named beside the owner."""
    return tuple(f"0999999998{n:02d}" for n in range(MOST_NUMBERS))


def owner_of(number: int) -> Resident:
    """The owner of life number so-and-so; nobody files twice, or the officers would ask about it."""
    return Resident(STRANGERS[0], f"0998{number:08d}", f"01239{number:05d}", f"khuyetdanh{number}@hopthu.example",
                    f"Số 999, thôn Khuyết Danh {number}")


def open_office(twin: Engine) -> Office:
    """Everybody with an account comes to work."""
    known = [twin.read(people.account_by_id, person.id) for person in twin.read(people.demo_accounts)]
    assert isinstance(twin.clock, FrozenClock) and isinstance(twin.jobs, InlineJobs)
    return Office(twin, twin.clock, twin.jobs, tuple(each.actor for each in known if each))


def courses(twin: Engine) -> tuple[Course, ...]:
    """Every service that has been published with scenarios, in its newest version."""
    asked = sa.select(version.c.slug, version.c.facts, version.c.scenarios).order_by(version.c.slug, version.c.number)
    rows = twin.read(lambda connection: connection.execute(asked).all())
    newest = {row.slug: row for row in rows if row.scenarios}
    read = (Course(row.slug, procedure.from_mapping(row.facts), read_script(row.scenarios.encode()))
            for row in newest.values())
    return tuple(course for course in read if course.facts.kind is Kind.SERVICE and course.script.scenarios)


def live(office: Office, course: Course, number: int, begins_at: datetime, now: datetime,
         chance: Random) -> str | None:
    """Lives one life from its submission until now; the id of its dossier, None where nobody would take it in."""
    scenarios = course.script.scenarios
    scenario, = chance.choices(scenarios, [6 * len(scenarios), *(2 for _ in scenarios[1:])])
    life = _Life(office, course, scenario, number, now, chance)
    if not life.begin(begins_at):
        return None
    for step in scenario.steps:
        if not life.go_on(step):
            break
    life.rest()
    return life.dossier_id


class _Life:
    """One dossier on its way. What a command refuses ends the way there: the dossier stays as it stands."""

    def __init__(self, office: Office, course: Course, scenario: Scenario, number: int, now: datetime,
                 chance: Random) -> None:
        self.office, self.course, self.scenario, self.now, self.chance = office, course, scenario, now, chance
        self.number = number
        self.engine, self.dossier_id = office.engine, ""
        self.calendar = office.engine.calendar()
        self.pace = chance.uniform(*chance.choices([IN_TIME, LATE, FORGOTTEN], [80, 12, 8])[0])
        self.strangers = _strangers({**course.script.answers["start"], **scenario.answers})

    def begin(self, at: datetime) -> bool:
        """Filed at a counter that has somebody and can route what the procedure needs."""
        self.office.clock.set(at)
        counters = _counters(self.office, self.course.facts)
        if not counters:
            return False
        unit_id = self.chance.choice(counters)
        officer = self.chance.choice(self.office.entitled(Role.RECEPTION_OFFICER.value, unit_id))
        try:
            filed = self.engine.execute(self._application(unit_id), officer)
        except DomainError:
            return False
        self.dossier_id = filed["dossier_id"]
        self.office.jobs.run_due()
        return True

    def go_on(self, step: ScriptStep) -> bool:
        """One line of the scenario; False when it lies in the future, or cannot be."""
        if step.message:
            return self._pay()
        if not step.do:
            at = self._timer_at(step.wait) if step.wait else self.office.clock.now()
            return at is not None and at < self.now and self._pass_to(at)
        at = self._next_work_at()
        if at >= self.now:
            return False
        self._pass_to(at)
        return self._perform(step)

    def rest(self) -> None:
        """Time passes until now; some of what is open lies on somebody's desk."""
        self._pass_to(self.now)
        for item in self._open_items():
            entitled = self.office.entitled(item.role, item.unit_id)
            if entitled and self.chance.random() < HELD_SHARE:
                self._try(ClaimTask(item.id), self.chance.choice(entitled))
        settle(self.engine)

    def _application(self, unit_id: str) -> SubmitDossier:
        offered = sorted(self.course.facts.channels)
        channel = self.scenario.channel or self.chance.choice([*offered, offered[0]]).name.lower()
        owner = asdict(owner_of(self.number))
        answers = {**self.course.script.answers["start"], **self.scenario.answers}
        return SubmitDossier(self.course.slug, channel, unit_id, owner, _renamed(answers, self.strangers))

    def _perform(self, step: ScriptStep) -> bool:
        item = next((each for each in self._open_items() if each.node_id == step.do), None)
        entitled = self.office.entitled(item.role, item.unit_id) if item else []
        if item is None or not entitled:
            return False
        if item.facts.get("kind") == "pay" and self._pay():
            return True
        answers = _renamed({**self.course.script.answers.get(step.do, {}), **step.answers}, self.strangers)
        who = next((each for each in entitled if each.id == item.assignee_id), None) or self.chance.choice(entitled)
        return self._try(CompleteTask(item.id, answers), who)

    def _pay(self) -> bool:
        """Whatever is due, in cash."""
        row = self._row()
        due = tuple(line.id for line in self.engine.read(lines_of, self.dossier_id) if line.state is FeeState.DUE)
        takers = [*self.office.entitled(Role.CASHIER.value, row.received_by),
                  *self.office.entitled(Role.RECEPTION_OFFICER.value, row.received_by)]
        return bool(due and takers) and self._try(CollectFee(self.dossier_id, due), takers[0])

    def _try(self, command: Any, actor: Actor) -> bool:
        try:
            self.engine.execute(command, actor)
        except DomainError:
            return False
        self.office.jobs.run_due()
        return True

    def _next_work_at(self) -> datetime:
        """The whole term is spread over the steps of the scenario, and used up as quickly as work goes here."""
        row = self._row()
        whole = USUAL_WORK
        if row.due_at and row.accepted_at:
            whole = self.calendar.working_between(row.accepted_at, row.due_at)
        share = whole * self.pace / max(len(self.scenario.steps), 1)
        if row.finished_at:
            share = COLLECTED_WITHIN * self.chance.random() ** 2
        return self.calendar.add_working(self.office.clock.now(), share * self.chance.uniform(0.5, 1.5))

    def _pass_to(self, at: datetime) -> bool:
        """Everything that falls due on the way happens at its own instant."""
        while (due := self._next_due_at()) and due < at:
            self.office.clock.set(due)
            settle(self.engine)
            if self._next_due_at() == due:  # whatever could not happen is not waited for
                break
        self.office.clock.set(at)
        return True

    def _next_due_at(self) -> datetime | None:
        asked = sa.select(sa.func.min(timer.c.due_at)).where(timer.c.instance_id.in_(self._instances()))
        watched = sa.select(dossier.c.watch_at).where(dossier.c.id == self.dossier_id)
        found = self.engine.read(lambda connection: (connection.scalar(asked), connection.scalar(watched)))
        return min((at for at in found if at), default=None)

    def _timer_at(self, node_id: str) -> datetime | None:
        asked = sa.select(timer.c.due_at).where(timer.c.node_id == node_id, timer.c.instance_id.in_(self._instances()))
        at: datetime | None = self.engine.read(lambda connection: connection.scalar(asked.order_by(timer.c.due_at)))
        return at + timedelta(seconds=1) if at else None

    def _instances(self) -> sa.Select[tuple[str]]:
        return sa.select(instance.c.id).where(instance.c.business_key == self.dossier_id)

    def _open_items(self) -> Sequence[Any]:
        asked = sa.select(work_item).where(work_item.c.business_key == self.dossier_id, work_item.c.status == "open")
        return self.engine.read(lambda connection: connection.execute(asked).all())

    def _row(self) -> Any:
        asked = sa.select(dossier.c.due_at, dossier.c.accepted_at, dossier.c.finished_at, dossier.c.received_by)
        here = asked.where(dossier.c.id == self.dossier_id)
        return self.engine.read(lambda connection: connection.execute(here).one())


def _counters(office: Office, facts: ProcedureFacts) -> list[str]:
    """Units with somebody at the counter, and with a route to every agency of the procedure."""
    rows = office.engine.read(lambda connection: connection.execute(sa.select(route)).all())
    routed: dict[str, set[str]] = {}
    for row in rows:
        routed.setdefault(row.unit_id, set()).add(row.agency_key)
    return [unit_id for unit_id, keys in sorted(routed.items())
            if set(facts.agencies) <= keys and office.entitled(Role.RECEPTION_OFFICER.value, unit_id)]


def _strangers(answers: Mapping[str, Any]) -> dict[str, str]:
    """Which stranger takes the place of each person that the scenario names."""
    named = dict.fromkeys(value for key, value in answers.items() if isinstance(value, str) and _NAME_KEY.search(key))
    numbers = dict.fromkeys(value for value in answers.values()
                            if isinstance(value, str) and _PERSONAL_NUMBER.fullmatch(value))
    return {**dict(zip(named, STRANGERS[1:], strict=False)),
            **dict(zip(numbers, numbers_of_strangers(), strict=False))}


def _renamed(value: Any, strangers: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _renamed(each, strangers) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(each, strangers) for each in value]
    return strangers.get(value, value) if isinstance(value, str) else value
