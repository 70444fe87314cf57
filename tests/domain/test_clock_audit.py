"""Whoever changes a ledger afterwards is found out."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.domain import clock_audit, clock_ledger
from tests.domain.clocks import extend, finish, ledger, pause, resume, start

EVENTS = ledger(start("Mon 2026-03-02 09:10", "3 working_day"), pause("Tue 2026-03-03 10:00"),
                resume("Thu 2026-03-05 10:00"), extend("Thu 2026-03-05 11:00", "1 working_day"),
                finish("Fri 2026-03-06 10:00"))


def rows() -> list[dict[str, Any]]:
    return [clock_ledger.as_row(event) for event in EVENTS]


def codes(found: list[clock_audit.LedgerProblem]) -> list[tuple[int, str]]:
    return [(problem.seq, problem.code) for problem in found]


def test_an_untouched_ledger_has_no_problems() -> None:
    assert clock_audit.verify(EVENTS) == []
    assert clock_audit.verify(EVENTS, head=EVENTS[-1].hash) == []
    assert clock_audit.verify([]) == []


def test_the_zone_in_which_a_database_returns_instants_does_not_matter() -> None:
    assert clock_audit.verify_rows([row | {"at": row["at"].astimezone(UTC)} for row in rows()]) == []


@given(st.integers(0, len(EVENTS) - 1), st.sampled_from(["dossier_id", "kind", "actor_id", "prev_hash", "hash"]),
       st.integers(0, 200), st.characters(codec="utf-8"))
def test_one_changed_letter_anywhere_is_found(number: int, column: str, position: int, letter: str) -> None:
    tampered = rows()
    text = tampered[number][column]
    position %= len(text)
    changed = text[:position] + letter + text[position + 1:]
    tampered[number][column] = changed

    assert bool(clock_audit.verify_rows(tampered)) == (changed != text)


@given(st.integers(0, len(EVENTS) - 1), st.data())
def test_one_changed_value_or_name_within_the_data_is_found(number: int, data: st.DataObject) -> None:
    tampered = rows()
    key = data.draw(st.sampled_from([*tampered[number]["data"], "added"]))
    tampered[number]["data"] = tampered[number]["data"] | {key: data.draw(st.text())}

    assert bool(clock_audit.verify_rows(tampered)) == (tampered[number] != rows()[number])


@given(st.integers(0, len(EVENTS) - 1), st.timedeltas())
def test_an_instant_moved_by_a_microsecond_is_found(number: int, by: timedelta) -> None:
    tampered = rows()
    by = by % timedelta(days=365)
    tampered[number]["at"] += by

    assert bool(clock_audit.verify_rows(tampered)) == bool(by)


def test_a_removed_or_doubled_event_is_found() -> None:
    whole = rows()

    assert (3, "misnumbered") in codes(clock_audit.verify_rows(whole[:1] + whole[2:]))
    assert (2, "misnumbered") in codes(clock_audit.verify_rows([*whole[:2], whole[1], *whole[2:]]))


def test_events_cut_from_the_end_are_found_by_the_last_hash_recorded() -> None:
    assert codes(clock_audit.verify(EVENTS[:-1], head=EVENTS[-1].hash)) == [(4, "cut_off")]
    assert codes(clock_audit.verify([], head=EVENTS[-1].hash)) == [(0, "cut_off")]


def test_a_ledger_rewritten_with_new_hashes_is_found_by_what_cannot_happen() -> None:
    """Somebody who knows how to hash backdates the end and forgets that the clock was paused."""
    forged: list[dict[str, Any]] = []
    for row in [rows()[0], rows()[2], rows()[4] | {"at": EVENTS[0].at - timedelta(days=1)}]:
        linked = row | {"seq": len(forged) + 1, "prev_hash": forged[-1]["hash"] if forged else clock_ledger.GENESIS}
        forged.append(linked | {"hash": clock_ledger.fingerprint(linked)})

    assert codes(clock_audit.verify_rows(forged)) == [(2, "disordered"), (3, "backdated")]


def test_a_problem_names_the_event_in_both_languages() -> None:
    tampered = rows()
    tampered[1]["actor_id"] = "somebody-else"
    found = clock_audit.verify_rows(tampered)[0]

    assert found.message == "Sự kiện 2 đã bị sửa sau khi ghi"
    assert found.message_en == "Event 2 was changed after it was written"
