"""Numbers of documents: one book for everybody, no number twice, no hole where none may be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from engine.bootstrap import Engine
from engine.commands.numbers import ChooseNumbering, IssueNumber, ReserveNumbers, ReturnNumbers
from engine.domain.actor import SYSTEM, Actor
from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NotAllowed
from engine.store.dossier_tables import issued_number
from engine.store.log_rows import SqlLogRows
from engine.store.paper_tables import number_block, number_book, number_gap
from engine.testing import FrozenClock, settle
from engine.worker import pick_up
from tests.engine.acts import received, rows

Actors = Callable[[str], Actor]
TYPE = "Quyết định"


@pytest.fixture
def dossier_id(engine: Engine, actor: Actors) -> str:
    return received(engine, actor("tiepnhan"), "five-steps")


@pytest.fixture
def take(engine: Engine, dossier_id: str) -> Callable[[str], int]:
    """The number that an act gets; the place is the centre that received the dossier."""
    return lambda act: int(engine.execute(IssueNumber(dossier_id, TYPE, act), SYSTEM)["number"])


def agency(engine: Engine, dossier_id: str) -> str:
    (row,) = rows(engine, issued_number, document_type=TYPE)
    return str(row.agency_id)


def test_sixty_four_takers_at_once_get_sixty_four_numbers_without_a_hole(
        engine: Engine, take: Callable[[str], int]) -> None:
    with ThreadPoolExecutor(64) as pool:
        numbers = list(pool.map(lambda n: [take(f"act-{n}-{k}") for k in range(3)], range(64)))
    assert sorted(number for each in numbers for number in each) == list(range(1, 193))


def test_the_same_act_gets_the_same_number(take: Callable[[str], int]) -> None:
    assert [take("a"), take("b"), take("a"), take("c")] == [1, 2, 1, 3]


def test_a_command_that_fails_leaves_no_hole(
        engine: Engine, dossier_id: str, take: Callable[[str], int], monkeypatch: pytest.MonkeyPatch) -> None:
    take("a")

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")
    with monkeypatch.context() as broken:
        broken.setattr(SqlLogRows, "add", fail)
        with pytest.raises(RuntimeError):
            take("b")
    assert take("c") == 2


def test_numbers_begin_again_with_the_year_in_vietnam(
        engine: Engine, clock: FrozenClock, take: Callable[[str], int]) -> None:
    clock.set(datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM))
    assert [take("a"), take("b")] == [1, 2]
    clock.set(datetime(2027, 1, 1, 0, 0, tzinfo=VIETNAM))
    assert take("c") == 1
    assert {(row.year, row.value) for row in rows(engine, number_book, document_type=TYPE)} == {(2026, 2), (2027, 1)}


def test_an_act_repeated_in_the_new_year_keeps_the_year_of_its_number(
        engine: Engine, clock: FrozenClock, dossier_id: str) -> None:
    clock.set(datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM))
    issued = engine.execute(IssueNumber(dossier_id, TYPE, "a"), SYSTEM)
    clock.set(datetime(2027, 1, 1, 0, 0, tzinfo=VIETNAM))
    again = engine.execute(IssueNumber(dossier_id, TYPE, "a"), SYSTEM)
    assert issued == again == {"number": 1, "year": 2026, "issued_on": "2026-12-31"}


@pytest.fixture
def block(engine: Engine, actor: Actors, dossier_id: str, take: Callable[[str], int]) -> str:
    """Five numbers set aside for the centre, after one was taken."""
    take("first")
    command = ReserveNumbers(agency(engine, dossier_id), TYPE, "commune-centre", 5, 30, "bàn tại trung tâm")
    return str(engine.execute(command, actor("vanthu"))["reservation_id"])


def test_a_place_takes_from_its_own_block_and_then_from_the_book(block: str, take: Callable[[str], int]) -> None:
    assert [take(f"n{k}") for k in range(7)] == [2, 3, 4, 5, 6, 7, 8]


def test_numbers_given_back_stand_in_the_log_of_gaps_with_the_reason(
        engine: Engine, actor: Actors, block: str, take: Callable[[str], int]) -> None:
    assert take("a") == 2
    returned = engine.execute(ReturnNumbers(block, "hết đợt trực"), actor("vanthu"))
    assert returned == {"gaps": 4}
    assert engine.execute(ReturnNumbers(block, "lần nữa"), actor("vanthu"))["gaps"] == 0
    assert [(row.number, row.reason) for row in sorted(rows(engine, number_gap), key=lambda row: row.number)] == [
        (number, "hết đợt trực") for number in range(3, 7)]
    assert take("b") == 7


def test_a_block_expires_by_itself(engine: Engine, clock: FrozenClock, block: str, take: Callable[[str], int]) -> None:
    clock.advance(timedelta(days=31))
    assert take("late") == 7, "an expired block gives nothing, even before it was closed"
    settle(engine)
    assert sorted(row.number for row in rows(engine, number_gap)) == [2, 3, 4, 5, 6]
    (row,) = rows(engine, number_block)
    assert row.closed_at is not None


def test_takers_of_a_block_and_of_the_book_at_once_share_nothing(block: str, take: Callable[[str], int]) -> None:
    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(lambda n: take(f"race-{n}"), range(32)))
    assert sorted(numbers) == list(range(2, 34))


def test_a_fast_book_gives_no_number_twice(
        engine: Engine, actor: Actors, dossier_id: str, take: Callable[[str], int]) -> None:
    take("first")
    engine.execute(ChooseNumbering(agency(engine, dossier_id), TYPE, gap_free=False), actor("vanthu"))
    with ThreadPoolExecutor(24) as pool:
        numbers = list(pool.map(lambda n: take(f"fast-{n}"), range(72)))
    assert len(set(numbers)) == 72 and 1 not in numbers


@pytest.fixture
def fast(engine: Engine, actor: Actors, dossier_id: str, take: Callable[[str], int]) -> Callable[..., None]:
    """Makes the book fast, or gap-free again."""
    take("first")
    book = agency(engine, dossier_id)

    def choose(*, gap_free: bool = False) -> None:
        engine.execute(ChooseNumbering(book, TYPE, gap_free), actor("vanthu"))
    choose()
    return choose


def gaps(engine: Engine) -> list[tuple[int, str]]:
    return sorted((row.number, row.reason) for row in rows(engine, number_gap))


def test_a_fast_book_that_becomes_gap_free_logs_what_it_had_set_aside(
        engine: Engine, fast: Callable[..., None], take: Callable[[str], int]) -> None:
    assert take("a") == 2
    fast(gap_free=True)
    assert take("b") == 18
    assert gaps(engine) == [(number, "gap_free") for number in range(3, 18)]
    fast(gap_free=True)
    fast()
    assert take("c") == 19
    assert len(gaps(engine)) == 15


def test_a_year_that_ends_leaves_no_hole_without_a_line(
        engine: Engine, clock: FrozenClock, fast: Callable[..., None], take: Callable[[str], int]) -> None:
    assert take("a") == 2
    clock.set(datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM))
    pick_up(engine)
    assert gaps(engine) == []
    clock.set(datetime(2027, 1, 1, 0, 0, tzinfo=VIETNAM))
    pick_up(engine)
    pick_up(engine)
    assert gaps(engine) == [(number, "expired") for number in range(3, 18)]
    assert take("b") == 1


@pytest.mark.parametrize(("changed", "field"), [
    ({"count": 0}, "count"), ({"count": 1001}, "count"), ({"days": 0}, "days"), ({"reason": "  "}, "reason"),
    ({"place": "nowhere"}, "place"), ({"document_type": ""}, "document_type"), ({"document_type": "x" * 41},
                                                                                "document_type"),
])
def test_a_block_that_makes_no_sense_is_refused_by_field(
        engine: Engine, actor: Actors, changed: dict[str, object], field: str) -> None:
    given = {"agency_id": "commune-committee", "document_type": TYPE, "place": "commune-centre", "count": 5, "days": 5,
             "reason": "vì", **changed}
    with pytest.raises(InvalidInput) as refused:
        engine.execute(ReserveNumbers(**given), actor("vanthu"))  # type: ignore[arg-type]
    assert list(refused.value.facts["problems"]) == [field]


def test_only_clerks_of_the_agency_keep_its_books(engine: Engine, actor: Actors, block: str) -> None:
    for login in ("tiepnhan", "lanhdao", "congan"):
        with pytest.raises(NotAllowed):
            engine.execute(ReserveNumbers("commune-committee", TYPE, "commune-centre", 5, 5, "vì"), actor(login))
        with pytest.raises(NotAllowed):
            engine.execute(ReturnNumbers(block, "vì"), actor(login))
    with pytest.raises(InvalidInput):
        engine.execute(ReturnNumbers(block), actor("vanthu"))
