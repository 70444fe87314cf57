"""The engine when nobody asks: runs jobs, delivers messages, fires due timers, picks up what was left lying.

Everything it does is a command executed as the system, so it may be done twice: the command finds the second
time nothing left to do. A worker that is killed loses its claims when their lease ends, and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.commands.calendar_changes import REDATE, RedateDossiers
from engine.commands.fees import FinishPaySteps
from engine.commands.instances import DeliverMessage, FailJob, FailTimer, FinishJob, FireTimer, RaiseJobError
from engine.commands.numbers import ReturnNumbers
from engine.commands.papers import RenderPaper
from engine.commands.permits import MissPapers
from engine.commands.reconciliation import BOOK_MONEY, BookTransaction
from engine.commands.results import RenderResult
from engine.commands.sending import NoticeFailed, NoticeSent, SendNotice
from engine.commands.watching import WatchDossier
from engine.delegates.registry import DELEGATES
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import InstanceBusy, NotFound, WithdrawalPending
from engine.domain.notice import Letter, Notice, NoticeChannel, Undeliverable
from engine.ports import BpmnError, Clock, DelegateCall, Files, Jobs, Messenger
from engine.queries import background, notices, numbering, papers

BATCH = 20
LEASE = timedelta(seconds=60)
LONGEST_SLEEP_S = 2.0
BEAT_EVERY_S = 5.0
SWEEP_EVERY_S = 60.0
WATCH_EVERY_S = 15.0
LEFT_LYING_AFTER = timedelta(seconds=60)
PRINTED_WITHIN = timedelta(days=7)
BURIED_AFTER = timedelta(days=1)
STOP_WITHIN_S = 5.0
TURN_OF_OTHERS_S = 0.2
ERROR_LENGTH = 2000

log = logging.getLogger(__name__)


class Upkeep(Protocol):
    """What a worker writes about its own work."""

    def claim_name(self, wanted: str) -> tuple[str, Callable[[], None]]: ...
    def claim_timers(self, node: str, now: datetime, lease: timedelta, limit: int) -> tuple[str, ...]: ...
    def release_timers(self, node: str) -> None: ...
    def beat(self, node: str, now: datetime, started_at: datetime) -> None: ...
    def bury(self, before: datetime) -> None: ...


class Host(Protocol):
    """What a worker needs of the engine it works for."""

    @property
    def clock(self) -> Clock: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def files(self) -> Files: ...
    @property
    def messengers(self) -> Mapping[NoticeChannel, Messenger]: ...
    @property
    def upkeep(self) -> Upkeep: ...
    def execute(self, command: Any, actor: Actor, key: str | None = None) -> Mapping[str, Any]: ...
    def read(self, query: Callable[..., Any], *arguments: Any, **options: Any) -> Any: ...


def start_worker(engine: Host, node: str, *, threads: int = 4) -> Callable[[], None]:
    """Works in background threads until the returned function is called, which takes at most `STOP_WITHIN_S`.

    `node` is the stable name of this worker: one that comes back under its name goes on where it was. While another
    process works under the name, this one adds a number to it.
    """
    worker = _Worker(engine, node, threads)
    worker.thread.start()
    return worker.stop


def tasks(engine: Host) -> dict[str, Callable[..., None]]:
    """The jobs by the names under which commands queue them."""
    return {
        "run_job": lambda job_id: run_job(engine, job_id),
        "deliver_message": lambda message_id: deliver_message(engine, message_id),
        "finish_pay_steps": lambda dossier_id: finish_pay_steps(engine, dossier_id),
        BOOK_MONEY: lambda after: book_money(engine, after),
        "send_notice": lambda notice_id: send_notice(engine, notice_id),
        "render_paper": lambda paper_id: print_paper(engine, RenderPaper(paper_id)),
        "render_result": lambda result_id: print_paper(engine, RenderResult(result_id)),
        REDATE: lambda change_id: redate(engine, change_id),
        "return_numbers": lambda reservation_id: return_numbers(engine, reservation_id),
    }


def finish_pay_steps(engine: Host, dossier_id: str) -> None:
    """Money came in: what waited for it at the counter goes on."""
    try:
        engine.execute(FinishPaySteps(dossier_id), SYSTEM)
    except (InstanceBusy, WithdrawalPending):
        log.info("dossier %s is busy or rests; its steps that waited for money go on later", dossier_id)


def book_money(engine: Host, after: str = "") -> None:
    """Books all money that files told of, each in a transaction of its own; what fails is tried by a later sweep.

    After each batch everybody else gets a turn: SQLite gives its one lock to whoever happens to ask, and who waits asks
    ten times a second.
    """
    while waiting := engine.read(background.waiting_money, engine.clock.now(), BATCH, after):
        for its_id in waiting:
            try:
                engine.execute(BookTransaction(its_id), SYSTEM)
            except Exception:
                log.exception("transaction %s was not booked", its_id)
        after = waiting[-1]
        time.sleep(TURN_OF_OTHERS_S if len(waiting) == BATCH else 0)


def redate(engine: Host, change_id: str) -> None:
    """Dates dossiers anew after a change of the calendar, a few at a time; a run that broke off is swept up later."""
    after: str | None = ""
    while after is not None:
        try:
            after = engine.execute(RedateDossiers(change_id, after), SYSTEM)["after"]
        except InstanceBusy:
            log.info("dossiers after %s are busy; dated anew in a moment", after)
        except Exception:
            log.exception("dossiers after %s were not dated anew", after)
            return
        time.sleep(TURN_OF_OTHERS_S if after else 0)


def return_numbers(engine: Host, reservation_id: str) -> None:
    """The block's time is over."""
    engine.execute(ReturnNumbers(reservation_id), SYSTEM)


def print_paper(engine: Host, command: RenderPaper | RenderResult) -> None:
    """A paper that cannot be printed now is tried again by every sweep (`print_again`), whatever the reason was."""
    try:
        engine.execute(command, SYSTEM)
    except Exception:
        log.exception("%s was not printed", command)


def run_job(engine: Host, job_id: str) -> None:
    """Calls the delegate of a service task and tells the instance how it went."""
    job = engine.read(background.queued_job, job_id)
    if job is None:
        return
    try:
        result = DELEGATES[job.delegate](_call(engine, job))
        engine.execute(FinishJob(job.id, result), SYSTEM)
    except (InstanceBusy, WithdrawalPending):
        raise  # the delegate did its part; the job is tried again as it is
    except BpmnError as error:
        engine.execute(RaiseJobError(job.id, error.code, str(error)), SYSTEM)
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.delegate)
        engine.execute(FailJob(job.id, f"{type(error).__name__}: {error}"[:ERROR_LENGTH]), SYSTEM)


def deliver_message(engine: Host, message_id: str) -> None:
    """Takes one message out of the outbox."""
    try:
        engine.execute(DeliverMessage(message_id), SYSTEM)
    except NotFound:
        log.info("message %s has gone", message_id)
    except WithdrawalPending:
        log.info("message %s waits until the withdrawal is decided", message_id)


def send_notice(engine: Host, notice_id: str) -> None:
    """One attempt at one notice. Nobody else takes it while this worker lives, up to the end of the lease."""
    attempt = int(engine.execute(SendNotice(notice_id), SYSTEM)["attempt"])
    it = engine.read(notices.notice_by_id, notice_id) if attempt else None
    if it is None:
        return
    try:
        engine.messengers[it.channel].send(_letter(engine, it))
    except Exception as error:
        # Without the text of the exception's chain: a notice may hold a one-time code, and logs are read by many.
        log.warning("notice %s: attempt %d failed: %s", notice_id, attempt, type(error).__name__)
        told = str(error) if isinstance(error, Undeliverable) else f"{type(error).__name__}: {error}"
        engine.execute(NoticeFailed(notice_id, attempt, told, isinstance(error, Undeliverable)), SYSTEM)
    else:
        engine.execute(NoticeSent(notice_id, attempt), SYSTEM)


def fire_due_timers(engine: Host, node: str, stopping: threading.Event | None = None) -> int:
    """Claims one batch of due timers and fires them one by one. Returns how many it claimed."""
    claimed = engine.upkeep.claim_timers(node, engine.clock.now(), LEASE, BATCH)
    for timer_id in claimed:
        if stopping and stopping.is_set():
            break  # the claim runs out, and somebody else fires the rest
        _fire(engine, timer_id)
    return len(claimed)


def watch_due(engine: Host) -> int:
    """Looks at one batch of the dossiers whose instant has come. Returns at how many it looked.

    Two workers may look at once: the command locks the dossier, and the second finds nothing left to do. A dossier
    that cannot be looked at alarms in the log and stands in nobody's way, because the batch is a random one.
    """
    looked = 0
    for dossier_id in engine.read(background.to_watch, engine.clock.now(), BATCH):
        try:
            engine.execute(WatchDossier(dossier_id), SYSTEM)
            looked += 1
        except InstanceBusy:
            log.info("dossier %s is looked at later", dossier_id)
        except Exception:
            log.exception("dossier %s could not be looked at", dossier_id)
    return looked


def miss_papers(engine: Host) -> int:
    """Papers that left the centre and are not back in time: told once. Returns how many permits."""
    missed = engine.read(background.missed_permits, engine.clock.now(), BATCH)
    for permit_id in missed:
        engine.execute(MissPapers(permit_id), SYSTEM)
    return len(missed)


def pick_up(engine: Host) -> int:
    """Queues jobs and delivers messages that something prevented before. Returns how many.

    Jobs are queued in the transaction that causes them, so this finds work only after a fault: a lock that was
    not to be had, a receiver that began to wait in the same moment, a backup restored without the job queue.
    """
    before = engine.clock.now() - LEFT_LYING_AFTER
    messages = engine.read(background.deliverable_messages, before, BATCH)
    for message_id in messages:
        deliver_message(engine, message_id)
    jobs = engine.read(background.left_lying, before, BATCH)
    queued = [job for job in jobs
              if engine.jobs.retry("run_job", [job.id], key=job.id, partition=job.instance_id)]
    return (len(messages) + len(queued) + _pick_up_notices(engine, before) + _pick_up_money(engine, before)
            + _pick_up_dates(engine, before) + _put_numbers_away(engine))


def _pick_up_money(engine: Host, before: datetime) -> int:
    """Money that waits to be booked, and steps that wait for money which is there."""
    paid = engine.read(background.paid_but_open, before, BATCH)
    for dossier_id in paid:
        finish_pay_steps(engine, dossier_id)
    waits = engine.read(background.waiting_money, before, 1)
    return len(paid) + (engine.jobs.retry(BOOK_MONEY, [""], key=BOOK_MONEY, partition=BOOK_MONEY) if waits else 0)


def _pick_up_dates(engine: Host, before: datetime) -> int:
    """Changes of the calendar after which some dossiers still have their old dates."""
    left = engine.read(background.undated_changes, before, BATCH)
    return sum(engine.jobs.retry(REDATE, [each], key=f"{REDATE}-{each}", partition=REDATE) for each in left)


def _put_numbers_away(engine: Host) -> int:
    """Blocks whose time or whose year is over, so that every number that nobody took has its line."""
    over = engine.read(numbering.over, engine.clock.now(), BATCH)
    for reservation_id in over:
        return_numbers(engine, reservation_id)
    return len(over)


def print_again(engine: Host) -> int:
    """Queues papers and results that still have no file. Returns how many; `motcua verify` names what stays without."""
    now = engine.clock.now()
    left = engine.read(papers.unprinted, now - PRINTED_WITHIN, now - LEFT_LYING_AFTER, BATCH)
    return sum(engine.jobs.retry(task, [each], key=f"render-{each}") for task, each in left)


def _pick_up_notices(engine: Host, before: datetime) -> int:
    left = engine.read(notices.left_lying, engine.clock.now(), before, BATCH)
    return sum(engine.jobs.retry("send_notice", [each], key=f"notice:{each}") for each in left)


def _letter(engine: Host, it: Notice) -> Letter:
    """With the papers it encloses, whose files are made now if nobody made them before."""
    made = (engine.execute(RenderPaper(each), SYSTEM) for each in it.attachments)
    enclosures = tuple((f"van-ban-{number}.pdf", engine.files.get(each["path"]))
                       for number, each in enumerate(made, start=1))
    return Letter(it.id, it.recipient, it.subject, it.text, enclosures)


def _call(engine: Host, job: background.QueuedJob) -> DelegateCall:
    return DelegateCall(
        key=job.id, business_key=job.business_key, inputs=job.inputs, now=engine.clock.now(),
        execute=lambda command: engine.execute(command, SYSTEM),
    )


def _fire(engine: Host, timer_id: str) -> None:
    try:
        engine.execute(FireTimer(timer_id), SYSTEM)
    except NotFound:
        log.debug("timer %s has gone", timer_id)
    except (InstanceBusy, WithdrawalPending):
        log.info("timer %s waits for its instance", timer_id)
    except Exception as error:
        log.exception("timer %s did not fire", timer_id)
        engine.execute(FailTimer(timer_id, f"{type(error).__name__}: {error}"[:ERROR_LENGTH]), SYSTEM)


class _Worker:
    """One thread for timers and upkeep, beside the threads of the job engine."""

    def __init__(self, engine: Host, node: str, threads: int) -> None:
        self.engine, self.wanted, self.node, self.threads = engine, node, node, threads
        self.thread = threading.Thread(target=self._run, name=f"worker-{node}", daemon=True)
        self._stopping = threading.Event()
        self._started_at = engine.clock.now()
        self._chores = {self._beat: (BEAT_EVERY_S, float("-inf")), self._watch: (WATCH_EVERY_S, float("-inf")),
                        self._sweep: (SWEEP_EVERY_S, float("-inf"))}

    def stop(self) -> None:
        """Finishes the step at hand, then ends."""
        self._stopping.set()
        self.thread.join(STOP_WITHIN_S)

    def _run(self) -> None:
        with ExitStack() as ending:
            while not self._stopping.is_set() and not self._begin(ending):
                self._stopping.wait(LONGEST_SLEEP_S)
            while not self._stopping.is_set():
                self._stopping.wait(self._round())

    def _begin(self, ending: ExitStack) -> bool:
        """A database that is not there yet is waited for, as it is while working."""
        try:
            with ExitStack() as undo:
                self.node, give_back = self.engine.upkeep.claim_name(self.wanted)
                undo.callback(give_back)
                self.engine.upkeep.release_timers(self.node)
                undo.callback(self.engine.jobs.run_worker(tasks(self.engine), name=self.node, threads=self.threads))
                ending.push(undo.pop_all())
        except Exception:
            log.exception("the worker did not start; trying again")
            return False
        return True

    def _round(self) -> float:
        """Does what is due; returns for how many seconds nothing will be."""
        try:
            self._do_chores()
            now = self.engine.clock.now()
            due_at = self.engine.read(background.next_timer_at, now)
            if due_at is not None and due_at <= now:
                fire_due_timers(self.engine, self.node, self._stopping)
                return 0.0
            return min(LONGEST_SLEEP_S, (due_at - now).total_seconds()) if due_at else LONGEST_SLEEP_S
        except Exception:
            log.exception("a round of the worker failed; trying again")
            return LONGEST_SLEEP_S

    def _do_chores(self) -> None:
        for chore, (every_s, done_at) in self._chores.items():
            if time.monotonic() - done_at >= every_s:
                chore()
                self._chores[chore] = (every_s, time.monotonic())

    def _beat(self) -> None:
        self.engine.upkeep.beat(self.node, self.engine.clock.now(), self._started_at)

    def _watch(self) -> None:
        while watch_due(self.engine) == BATCH and not self._stopping.is_set():
            self._beat()

    def _sweep(self) -> None:
        pick_up(self.engine)
        print_again(self.engine)
        miss_papers(self.engine)
        self.engine.upkeep.bury(self.engine.clock.now() - BURIED_AFTER)
