"""`motcua due` answers from the national calendar, without a database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.cli.due import due_command
from engine.bootstrap import national_calendar


def answer(capsys: pytest.CaptureFixture[str], start: str, term: str) -> dict[str, Any]:
    assert due_command(start, term, True, national_calendar()) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_three_working_days_over_tet(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "2026-02-13T09:00", "3 working_day")

    assert found["due_at"] == "2026-02-25T09:00:00+07:00"
    assert found["working_days_counted"] == 3
    assert [day[:10] for day in found["days_off"]] == [f"2026-02-{day}" for day in range(16, 21)]
    assert found["calendar_version"] == national_calendar().version
    assert found["calendar_covers"] is True


@pytest.mark.parametrize(("start", "term", "due_at", "counts_from"), [
    ("2026-02-13T02:00:00+00:00", "3 working_day", "2026-02-25T09:00:00+07:00", "2026-02-13T09:00:00+07:00"),
    ("2026-03-02T15:01", "same_day", "2026-03-03T17:00:00+07:00", "2026-03-03T07:00:00+07:00"),
    ("2026-03-07", "0.5 working_day", "2026-03-09T11:00:00+07:00", "2026-03-09T07:00:00+07:00"),
    ("2026-03-06T09:00", "16 calendar_day", "2026-03-23T17:00:00+07:00", "2026-03-06T09:00:00+07:00"),
    ("2026-03-06T09:00", "none", None, "2026-03-06T09:00:00+07:00"),
])
def test_the_answer_says_when_the_term_began_to_count(
        capsys: pytest.CaptureFixture[str], start: str, term: str, due_at: str | None, counts_from: str) -> None:
    found = answer(capsys, start, term)

    assert (found["due_at"], found["counts_from"]) == (due_at, counts_from)


def test_years_that_the_calendar_does_not_know_are_marked_as_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "2060-03-01T09:00", "3 working_day")["calendar_covers"] is False


@pytest.mark.parametrize(("term", "expected"), [("3 working_day", "09:00 ngày 25/02/2026 (3 ngày làm việc)"),
                                                ("none", "không có ngày hẹn trả")])
def test_people_get_a_sentence(capsys: pytest.CaptureFixture[str], term: str, expected: str) -> None:
    assert due_command("2026-02-13T09:00", term, False, national_calendar()) == 0
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(("start", "term"), [
    ("yesterday", "3 working_day"), ("2026-02-30T09:00", "3 working_day"), ("2026-02-13T09:00", "3 ngày"),
    ("2026-02-13T09:00", "0.5 month"), ("2026-02-13T09:00", ""), ("9999-12-31T09:00", "3 working_day"),
    ("9990-01-01T09:00", "9999 month"), ("0001-01-01T00:00:00+14:00", "1 hour"), ("", "same_day"),
])
def test_what_cannot_be_read_is_said_in_a_sentence_and_exits_with_2(
        capsys: pytest.CaptureFixture[str], start: str, term: str) -> None:
    assert due_command(start, term, True, national_calendar()) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert "cli.due" not in said.err
