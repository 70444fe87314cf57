"""The command line: every command helps with an example, answers programs in JSON, and never shows a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from app.cli.base import BAD_ARGUMENTS, NO, OK
from app.cli.commands import motcua
from engine.store.dossier_tables import clock_event
from tests.conftest import open_frozen
from tests.engine.test_verification import change

ROOT = Path(__file__).parents[2]
ANSWERS = yaml.safe_load((ROOT / "bpmn/birth-registration/scenarios.yaml").read_text())["answers"]["start"]


@pytest.fixture
def data(demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder as `motcua run` leaves it."""
    shutil.copy(demo_template, tmp_path / "motcua.db")
    monkeypatch.setenv("DATA", str(tmp_path))
    yield tmp_path


def run(*arguments: str, given: str | None = None) -> Result:
    result = CliRunner().invoke(motcua, list(arguments), input=given)
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def every_command(group: click.Group = motcua, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def test_the_commands_are_those_promised() -> None:
    assert set(motcua.commands) == {
        "run", "worker", "db", "publish", "review", "start", "scenarios", "due", "verify", "accounts", "seed",
        "bounce"}


@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_every_command_helps_with_an_example(path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == OK
    example = result.output.split("Ví dụ:")[1]
    assert "motcua" in example
    assert "cli." not in result.output


@pytest.mark.parametrize("arguments", [
    ["no-such-command"], ["due"], ["due", "--from", "hôm qua", "--term", "3 working_day"],
    ["due", "--from", "2026-02-13T09:00", "--term", "3 fortnight"], ["review"], ["review", "/no/such/file.bpmn"],
    ["scenarios", "no-such-procedure"], ["start", "birth-registration"], ["accounts", "add", "x", "--name", "X",
     "--role", "nonsense", "--password", "đủ dài rồi"], ["db", "downgrade", "--to", "nonsense", "--yes"],
    ["db", "downgrade", "--to", "+99", "--yes"], ["publish", "no-such-procedure"],
    ["accounts", "add", "x", "--name", "X", "--role", "no-unit:clerk", "--password", "đủ dài rồi"],
    ["accounts", "password", "nobody", "--password", "dài hơn nữa"],
], ids=" ".join)
def test_bad_arguments_end_with_2_and_a_sentence(arguments: list[str], data: Path) -> None:
    result = run(*arguments)
    assert result.exit_code == BAD_ARGUMENTS
    assert result.output.strip()


def test_a_due_date_is_reckoned_over_tet() -> None:
    answer = json.loads(run("due", "--from", "2026-02-13T09:00", "--term", "3 working_day", "--json").output)
    assert answer["due_at"] == "2026-02-25T09:00:00+07:00"


def test_a_shipped_procedure_is_publishable() -> None:
    result = run("review", str(ROOT / "bpmn/birth-registration/process.bpmn"), "--json")
    assert result.exit_code == OK
    assert all(problem["severity"] == "warning" for problem in json.loads(result.output)["problems"])


def test_a_broken_diagram_is_not(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>", encoding="utf-8")
    result = run("review", str(broken), "--json")
    assert result.exit_code == NO
    (problem,) = json.loads(result.output)["problems"]
    assert problem["code"] == "SAFE_DOCTYPE"
    assert problem["message"]
    assert problem["remedy"]


def test_what_is_in_order_verifies_and_what_was_touched_does_not(data: Path) -> None:
    run("db", "upgrade")
    filed = json.loads(run("start", "birth-registration", "--as", "tiepnhan", "--owner", "An", "--answers", "-",
                           "--accept", "--json", given=json.dumps(ANSWERS, default=str)).output)
    assert filed["code"].startswith("H99.01.01-")
    assert run("verify", "--json").exit_code == OK
    engine = open_frozen(f"sqlite:///{data / 'motcua.db'}", data)
    change(engine, clock_event.update().values(actor_id="somebody-else"))
    engine.close()
    result = run("verify", "--json")
    assert result.exit_code == NO
    assert {problem["code"] for problem in json.loads(result.output)["problems"]} == {"clock_altered"}


def test_a_dossier_is_not_filed_by_somebody_who_does_not_receive(data: Path) -> None:
    arguments = ("start", "birth-registration", "--owner", "A", "--answers", "-")
    assert run(*arguments, "--as", "hotich", given=json.dumps(ANSWERS, default=str)).exit_code == NO
    assert run(*arguments, "--as", "nobody", given=json.dumps(ANSWERS, default=str)).exit_code == BAD_ARGUMENTS
    for hostile in ("[1, 2]", "[" * 100_000, "\x00", ""):
        assert run(*arguments, "--as", "tiepnhan", given=hostile).exit_code == BAD_ARGUMENTS
    incomplete = run(*arguments, "--as", "tiepnhan", given="{}")
    assert incomplete.exit_code == NO
    assert "child_name: " in incomplete.output


def test_publishing_again_changes_nothing(data: Path) -> None:
    published = json.loads(run("publish", "birth-registration", "--json").output)
    assert published["birth-registration"]["repeated"] is True


def test_the_shape_of_the_database_is_told(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(run("db", "current", "--json").output)["ok"] is True
    monkeypatch.setenv("DATA", str(tmp_path / "new"))
    assert run("db", "current", "--json").exit_code == NO
    assert run("db", "upgrade").exit_code == OK
    assert run("db", "current").exit_code == OK


def test_accounts_are_listed_added_and_given_passwords(data: Path) -> None:
    role = "commune-centre:clerk"
    added = run("accounts", "add", "moi", "--name", "Người Mới", "--role", role, "--password", "đủ dài rồi")
    assert added.exit_code == OK
    listed = {account["login"]: account for account in json.loads(run("accounts", "list", "--json").output)}
    assert listed["moi"]["roles"] == ["commune-centre:clerk"]
    assert run("accounts", "password", "moi", "--password", "dài hơn nữa").exit_code == OK
    assert run("accounts", "add", "moi", "--name", "X", "--password", "đủ dài rồi").exit_code == NO


def test_english_is_spoken_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_LANG", "en")
    assert "out of range" in run("due", "--from", "9999-12-31T09:00", "--term", "300 working_day").output


def test_a_database_that_cannot_be_opened_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "motcua.db").write_text("this is no database, and long enough not to look like an empty one" * 20)
    monkeypatch.setenv("DATA", str(tmp_path))
    for arguments in (("db", "current"), ("db", "upgrade"), ("verify",), ("accounts", "list"), ("run",), ("worker",)):
        result = run(*arguments)
        assert result.exit_code == NO
        assert "not a database" in result.output


@pytest.mark.parametrize("url", ["notaurl", "mysql://localhost/x", "postgresql://127.0.0.1:1/x", "sqlite:////proc/x/y.db"])
def test_an_address_that_leads_to_no_database_is_a_sentence(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", url)
    assert run("db", "current").exit_code in (NO, BAD_ARGUMENTS)


def test_a_database_without_tables_says_how_to_make_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    result = run("accounts", "list")
    assert result.exit_code == NO
    assert "motcua db upgrade" in result.output
