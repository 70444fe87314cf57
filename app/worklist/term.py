"""What officers may ask for beside the steps of a dossier: an end before its result, or more time for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.security import requires
from app.wiring import current_actor, current_engine
from app.worklist.task import READERS
from app.worklist.views import OFFICERS, blueprint
from engine.commands.promising import RequestApology, RequestExtension
from engine.commands.stopping import RequestStop, RequestWithdrawal, decides
from engine.domain import national_index, procedure, watch
from engine.domain.actor import Actor, Role
from engine.domain.clock_ledger import ClockState
from engine.domain.dossier import FINISHED, MOVES, Dossier, NationalStatus
from engine.domain.procedure import Kind
from engine.domain.rulepack import RulePack
from engine.queries import task as queries

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to ask for: its address, its command, and whether it is offered to this officer now.

    `for_owner` is asked in the owner's name, and needs something of his.
    """

    slug: str
    name: str
    command: Callable[..., Any]
    offered: Callable[[Actor, Dossier], bool]
    for_owner: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """What the page says about time beside the due date. `index_on_time` is the word of the national index."""

    transfer_due_at: datetime | None
    index_on_time: bool | None
    wishes: tuple[Wish, ...]


def term_of(it: Dossier) -> Term:
    """Until when it must be handed over, and what the officer who looks at it may ask for."""
    offered = tuple(each for each in WISHES.values() if each.offered(current_actor(), it))
    return Term(_transfer_due_at(it), _index_on_time(it), offered)


@blueprint.get("/ho-so/<dossier_id>/de-nghi/<wish>")
@requires(*READERS)
def wish(dossier_id: str, wish: str) -> ResponseReturnValue:
    return _page(dossier_id, _wish(wish))


@blueprint.post("/ho-so/<dossier_id>/de-nghi/<wish>")
@requires(*OFFICERS)
def ask(dossier_id: str, wish: str) -> ResponseReturnValue:
    it = _wish(wish)
    asked = {key: request.form.get(key, "").strip()[:LONGEST_REASON] for key in _questions(it)}
    if not all(asked.values()):
        return _page(dossier_id, it, asked), 422
    current_engine().execute(it.command(dossier_id, **asked), current_actor(), request.form.get("key"))
    flash(gettext(f"worklist.wish_{it.name}_done"), "success")
    return redirect(url_for("worklist.dossier", dossier_id=dossier_id), 303)


def _page(dossier_id: str, it: Wish, asked: Mapping[str, str] | None = None) -> str:
    """Nothing is wrong before something was sent."""
    file = current_engine().read(queries.dossier_file, current_actor(), dossier_id)
    problems = {key: gettext(f"worklist.wish_needs_{key}") for key, text in (asked or {}).items() if not text}
    return render_template("worklist/wish.html", file=file, wish=it, questions=_questions(it), asked=asked or {},
                           problems=problems, longest=LONGEST_REASON)


def _questions(it: Wish) -> tuple[str, ...]:
    return ("reason", "brought") if it.for_owner else ("reason",)


def _wish(slug: str) -> Wish:
    return WISHES.get(slug) or abort(404)


def _transfer_due_at(it: Dossier) -> datetime | None:
    """While it is being handled; afterwards the hand-overs tell what happened."""
    if it.accepted_at is None or it.national_status in FINISHED:
        return None
    return watch.transfer_due_at(it.accepted_at, it.channel, _pack(it), current_engine().calendar(it.received_by))


def _index_on_time(it: Dossier) -> bool | None:
    engine = current_engine()
    ledger, calendar = engine.read(queries.ledger_of, it.id), engine.calendar(it.received_by)
    return national_index.on_time(ledger, calendar, _pack(it).time_policy, engine.clock.now())


def _pack(it: Dossier) -> RulePack:
    return procedure.from_mapping(current_engine().version(it.version_id).facts).rules(it.rule_pack)


def _may_withdraw(actor: Actor, it: Dossier) -> bool:
    leads = NationalStatus.WITHDRAWAL_REQUESTED in MOVES[it.national_status]
    return leads and actor.has(Role.RECEPTION_OFFICER, it.received_by)


def _may_stop(actor: Actor, it: Dossier) -> bool:
    return it.national_status not in FINISHED and it.held_status is None and decides(actor, it)


def _may_take_longer(actor: Actor, it: Dossier) -> bool:
    kind = current_engine().version(it.version_id).facts.get("kind", Kind.SERVICE.value)
    return it.clock is ClockState.RUNNING and kind == Kind.SERVICE.value and decides(actor, it)


WISHES = {each.slug: each for each in (
    Wish("rut-ho-so", "withdraw", RequestWithdrawal, _may_withdraw, for_owner=True),
    Wish("xin-loi", "apology", RequestApology, _may_take_longer),
    Wish("gia-han", "extension", RequestExtension, _may_take_longer),
    Wish("dung-giai-quyet", "stop", RequestStop, _may_stop),
)}
