"""More time for a dossier: once by apology, which leaves it late, and once by law, which does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from engine.bootstrap import Engine
from engine.commands.promising import ExtendTerm, Reappoint, RequestApology, RequestExtension
from engine.domain.actor import SYSTEM, Actor
from engine.domain.calendar import VIETNAM
from engine.domain.errors import ClockNotRunning, ExtensionRefused, InvalidInput, NotAllowed, SecondReappointment
from engine.store.dossier_tables import clock_event, dossier
from engine.store.tables import work_item
from engine.testing import FrozenClock, settle
from tests.engine.acts import complete, open_incidents, open_steps, open_task, received, rows, submit
from tests.engine.beside import furnished, kinds_beside

__all__ = ["furnished"]
Actors = Callable[[str], Actor]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def dates(engine: Engine, dossier_id: str) -> tuple[str, ...]:
    (row,) = rows(engine, dossier, id=dossier_id)
    seen = (row.original_due_at, row.due_at, row.reappointed_at)
    return tuple(f"{each.astimezone(VIETNAM):%m-%d %H:%M}" if each else "" for each in seen)


def promise(engine: Engine, dossier_id: str, on: str = "2026-03-11", act: str = "act-1") -> str:
    command = Reappoint(dossier_id, date.fromisoformat(on), "Thiếu thiết bị", act)
    return str(engine.execute(command, SYSTEM)["appointment_at"])


def test_an_apology_promises_another_day_and_the_dossier_is_late_all_the_same(
        furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    assert promise(furnished, dossier_id) == "2026-03-11T17:00:00+07:00"
    assert dates(furnished, dossier_id) == ("03-09 08:30", "03-09 08:30", "03-11 17:00")
    assert furnished.verify() == []


def test_the_result_is_promised_anew_only_once(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    promise(furnished, dossier_id)

    with pytest.raises(SecondReappointment) as refused:
        promise(furnished, dossier_id, "2026-03-12", act="act-2")
    assert refused.value.facts == {"most": 1}
    with pytest.raises(SecondReappointment):
        furnished.execute(RequestApology(dossier_id, "Vẫn chưa xong"), actor("hotich"))


def test_the_same_act_promises_once(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    assert promise(furnished, dossier_id) == promise(furnished, dossier_id)
    assert len(rows(furnished, clock_event, dossier_id=dossier_id, kind="reappointed")) == 1


@pytest.mark.parametrize(("on", "why"), [
    ("2026-03-06", "not_later"), ("2026-02-27", "not_later"), ("2026-03-14", "not_working_day"),
])
def test_the_new_day_is_a_working_day_after_the_due_date(
        furnished: Engine, actor: Actors, on: str, why: str) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    with pytest.raises(InvalidInput) as refused:
        promise(furnished, dossier_id, on)
    assert refused.value.facts["problems"] == {"promised_on": why}


def test_before_acceptance_and_after_the_end_nothing_is_promised(furnished: Engine, actor: Actors) -> None:
    officer = actor("tiepnhan")
    waiting, done = submit(furnished, officer, "five-steps")["dossier_id"], received(furnished, officer, "five-steps")
    for _ in range(4):
        complete(furnished, officer, open_task(furnished, done))

    for dossier_id in (waiting, done):
        with pytest.raises(ClockNotRunning):
            promise(furnished, dossier_id)
        with pytest.raises(ClockNotRunning):
            furnished.execute(RequestExtension(dossier_id, "Phức tạp"), actor("hotich"))


def test_the_drafted_and_signed_apology_is_written_by_its_diagram(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    clock.set(at("2026-03-06T08:30"))
    settle(furnished)
    (draft,) = rows(furnished, work_item, business_key=dossier_id, status="open", name="Draft")
    complete(furnished, actor("hotich"), draft.id)
    settle(furnished)
    assert dates(furnished, dossier_id)[2] == "03-11 17:00"
    assert open_steps(furnished, dossier_id) == ["Appraise"]
    clock.set(at("2026-03-20T08:30"))
    settle(furnished)
    assert kinds_beside(furnished, dossier_id) == ["apology", "escalation"]
    assert furnished.verify() == []


def test_an_extension_moves_the_due_date_but_not_the_first_promise(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    furnished.execute(RequestExtension(dossier_id, "Cần xác minh thực địa"), actor("hotich"))
    (ask,) = rows(furnished, work_item, business_key=dossier_id, status="open", name="Ask")
    complete(furnished, actor("hotich"), ask.id)
    settle(furnished)

    assert dates(furnished, dossier_id) == ("03-09 08:30", "03-16 08:30", "")
    assert open_incidents(furnished, dossier_id) == []
    assert furnished.verify() == []


def test_a_term_is_extended_once_and_never_after_it_has_passed(
        furnished: Engine, actor: Actors, clock: FrozenClock) -> None:
    """What is overdue does not become punctual by a paper."""
    first, second = (received(furnished, actor("tiepnhan"), "five-steps") for _ in range(2))
    furnished.execute(ExtendTerm(first, 5, "Điều 10", "act-1"), SYSTEM)
    with pytest.raises(ExtensionRefused) as used_up:
        furnished.execute(ExtendTerm(first, 5, "Điều 10", "act-2"), SYSTEM)
    clock.set(at("2026-03-09T09:00"))
    with pytest.raises(ExtensionRefused) as late:
        furnished.execute(RequestExtension(second, "Phức tạp"), actor("hotich"))

    assert (used_up.value.facts["reason"], late.value.facts["reason"]) == ("used_up", "late")


@pytest.mark.parametrize("days", [0, -3, 366])
def test_an_extension_has_a_sensible_length(furnished: Engine, actor: Actors, days: int) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    with pytest.raises(InvalidInput):
        furnished.execute(ExtendTerm(dossier_id, days, "Điều 10", "act-1"), SYSTEM)


@pytest.mark.parametrize("login", ["kinhte", "congan", "tiepnhan", "vanthu", "quantri"])
def test_only_those_who_decide_ask_for_more_time(furnished: Engine, actor: Actors, login: str) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    for command in (RequestApology(dossier_id, "Chậm"), RequestExtension(dossier_id, "Chậm")):
        with pytest.raises(NotAllowed):
            furnished.execute(command, actor(login))
    with pytest.raises(NotAllowed):
        furnished.execute(Reappoint(dossier_id, date(2026, 3, 11), "Chậm", "act"), actor("lanhdao"))


def test_a_second_request_finds_the_first_still_open(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")
    first = furnished.execute(RequestApology(dossier_id, "Thiếu người"), actor("hotich"))
    second = furnished.execute(RequestApology(dossier_id, "Thiếu người"), actor("lanhdao"))

    assert first == second
    assert kinds_beside(furnished, dossier_id) == ["apology"]


def test_whoever_asks_says_why(furnished: Engine, actor: Actors) -> None:
    dossier_id = received(furnished, actor("tiepnhan"), "five-steps")

    with pytest.raises(InvalidInput):
        furnished.execute(RequestApology(dossier_id, "  "), actor("hotich"))
