"""`motcua scenarios` as a program and as a person read it."""

import json

import pytest

from app.cli.base import BAD_ARGUMENTS, NO, OK
from app.cli.scenarios import scenarios_command
from engine.bootstrap import content_slugs, rehearse_content
from engine.domain.rehearsal import Covered, Rehearsal, ScenarioResult

BROKEN = Rehearsal("broken", (ScenarioResult("Thử", False, "1. Task_A: sai", "1. Task_A: wrong"),),
                   Covered(frozenset({"End"}), frozenset({"End", "Stop"})), Covered(frozenset(), frozenset()))
EMPTY = Rehearsal("empty", (), Covered(frozenset(), frozenset()), Covered(frozenset(), frozenset()))


def test_one_procedure_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = scenarios_command(("birth-registration",), True, content_slugs(), rehearse_content)
    said = json.loads(capsys.readouterr().out)

    happy = {"slug": "birth-registration", "name": "Đủ hồ sơ, trả trong ngày", "ok": True, "message": ""}
    flows = said["coverage"]["birth-registration"]["flows"]

    assert code == OK and said["ok"]
    assert happy in said["scenarios"]
    assert flows["reached"] == flows["all"] > 20 and (flows["percent"], flows["missed"]) == (100.0, [])


def test_without_a_name_every_procedure_is_rehearsed(capsys: pytest.CaptureFixture[str]) -> None:
    assert scenarios_command((), True, content_slugs(), rehearse_content) == OK
    assert set(json.loads(capsys.readouterr().out)["coverage"]) == set(content_slugs())


def test_a_scenario_that_fails_makes_the_answer_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert scenarios_command((), False, ("broken",), lambda slug: BROKEN) == NO
    assert "1. Task_A: sai" in capsys.readouterr().out


def test_english_is_said_where_it_is_asked_for(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_LANG", "en")
    scenarios_command((), True, ("broken",), lambda slug: BROKEN)
    said = json.loads(capsys.readouterr().out)

    assert said["scenarios"][0]["message"] == "1. Task_A: wrong"
    assert said["coverage"]["broken"]["end_events"] == {"reached": 1, "all": 2, "percent": 50.0, "missed": ["Stop"]}


def test_a_procedure_without_scenarios_is_not_rehearsed(capsys: pytest.CaptureFixture[str]) -> None:
    assert scenarios_command((), False, ("empty",), lambda slug: EMPTY) == NO
    assert "✗" in capsys.readouterr().out


def test_a_procedure_that_does_not_exist_is_a_bad_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert scenarios_command(("nope",), True, content_slugs(), rehearse_content) == BAD_ARGUMENTS
    said = capsys.readouterr()

    assert "nope" in said.err and said.out == ""
