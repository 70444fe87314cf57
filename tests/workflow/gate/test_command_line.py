"""`motcua review`: what a person and a program get to read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.review import review_command
from engine.domain.review import Package, Problem
from engine.workflow.gate.review import review
from tests.workflow.gate.cases_complete import merged
from tests.workflow.gate.drawing import FORM, VOCABULARY, clocked, drawn
from tests.workflow.gate.paperwork import SCENARIOS, facts

KEYS = ["code", "severity", "file", "element", "line", "message", "remedy"]


def gate(package: Package) -> list[Problem]:
    return review(package, VOCABULARY)


@pytest.fixture
def procedure(tmp_path: Path) -> Path:
    """A complete procedure folder."""
    folder, forms = tmp_path / "bpmn" / "test", tmp_path / "forms" / "test"
    folder.mkdir(parents=True)
    forms.mkdir(parents=True)
    (folder / "process.bpmn").write_bytes(drawn(clocked()))
    (folder / "procedure.yaml").write_bytes(facts())
    (folder / "scenarios.yaml").write_bytes(SCENARIOS)
    for key in ("note", "application"):
        (forms / f"{key}.json").write_bytes(FORM)
    return folder


def rows(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    answer: list[dict[str, object]] = json.loads(captured.readouterr().out)["problems"]
    return answer


def test_a_complete_procedure_can_be_published(procedure: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review_command([str(procedure)], True, gate) == 0
    assert rows(capsys) == []


def test_a_diagram_is_judged_with_the_papers_beside_it(procedure: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (procedure / "procedure.yaml").write_bytes(b"slug: test")
    assert review_command([str(procedure / "process.bpmn")], True, gate) == 1
    assert {row["code"] for row in rows(capsys)} == {"PROCEDURE_INVALID"}


def test_a_diagram_that_stands_alone_is_judged_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "draft.bpmn"
    path.write_bytes(drawn(merged("xor", "and")))
    assert review_command([str(path)], True, gate) == 1
    found = rows(capsys)
    assert [list(row) for row in found] == [KEYS] * len(found)
    errors = [(row["code"], row["file"], row["element"]) for row in found if row["severity"] == "error"]
    assert errors == [("SOUND_DEADLOCK", str(path), "j")]


def test_every_problem_of_every_file_is_listed(
    procedure: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(b"<!DOCTYPE x><x/>")
    assert review_command([str(broken), str(procedure), str(broken)], True, gate) == 1
    assert [row["code"] for row in rows(capsys)] == ["SAFE_DOCTYPE", "SAFE_DOCTYPE"]


def test_a_folder_of_procedures_is_reviewed_as_a_whole(procedure: Path) -> None:
    assert review_command([str(procedure.parent)], False, gate) == 0


def test_people_read_one_line_for_each_problem_and_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draft.bpmn"
    path.write_bytes(drawn(merged("xor", "and")))
    review_command([str(path)], False, gate)
    first, *_, verdict = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}:1 j LỖI SOUND_DEADLOCK Hồ sơ có thể kẹt mãi")
    assert " — Hãy " in first
    assert verdict == "Chưa thể công bố: 1 lỗi, 3 cảnh báo."


def test_english_is_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_LANG", "en")
    path = tmp_path / "draft.bpmn"
    path.write_bytes(drawn(merged("xor", "and")))
    review_command([str(path)], False, gate)
    assert "A dossier can be stuck for ever" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["missing.bpmn", ""])
def test_what_cannot_be_read_is_a_bad_argument(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review_command([str(tmp_path / name)], True, gate) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(tmp_path) in captured.err


def test_no_file_at_all_is_a_bad_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert review_command([], False, gate) == 2
    assert ".bpmn" in capsys.readouterr().err
