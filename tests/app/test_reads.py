"""Looks at dossiers are written down by themselves, and files go out only to those entitled, safely dressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import reading
from app.downloads import FOR_PDF, SANDBOX, file_answer
from app.language import LANGUAGES
from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.filing import UploadedFile
from engine.domain.actor import Role
from engine.store.dossier_tables import attachment
from engine.store.file_tables import read_log
from tests.app.citizens import sent
from tests.app.client import Client
from tests.app.journeys import BIRTH, dossier_id_of, file_dossier
from tests.conftest import actor_named

SignIn = Callable[[str], Client]
PDF = b"%PDF-1.7\n%%EOF"


def looks(engine: Engine) -> list[tuple[str, str, str]]:
    def asked(connection: sa.Connection) -> list[Any]:
        return list(connection.execute(sa.select(read_log).order_by(read_log.c.at, read_log.c.id)))
    return [(row.actor_id, row.dossier_id, row.what) for row in engine.read(asked)]


@pytest.fixture
def filed(engine: Engine) -> tuple[str, str]:
    """A dossier with one file: their ids."""
    answers = {key: value for key, value in BIRTH.items() if not key.startswith(("owner_", "paper", "decision"))}
    command = SubmitDossier("birth-registration", "direct", "commune-centre", {"name": "Trần Thị Bình"}, answers,
                            files=(UploadedFile("live_birth_certificate", "chung-sinh.pdf", "", PDF),))
    dossier_id = str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])
    (file_id,) = engine.read(lambda connection: list(connection.scalars(sa.select(attachment.c.id))))
    return dossier_id, file_id


@pytest.mark.parametrize("part", ["", "/giay-to", "/lich-su", "/so-do", "/thong-bao"])
def test_every_page_of_a_dossier_leaves_a_line(
        sign_in: SignIn, engine: Engine, filed: tuple[str, str], part: str) -> None:
    officer = sign_in("tiepnhan2")
    officer.get(f"/ho-so/{filed[0]}{part}")
    officer.get(f"/ho-so/{filed[0]}{part}")
    (line,) = looks(engine)
    assert line == (actor_named(engine, "tiepnhan2").id, filed[0], f"/ho-so/…{part}")


def test_a_download_says_which_file(sign_in: SignIn, engine: Engine, filed: tuple[str, str]) -> None:
    answer = sign_in("tiepnhan").browser.get(f"/tep/{filed[1]}")
    assert answer.status_code == 200 and answer.data == PDF
    assert looks(engine)[-1][2] == "/tep/chung-sinh.pdf"


def test_a_task_is_a_look_at_its_dossier(sign_in: SignIn, engine: Engine) -> None:
    officer = sign_in("tiepnhan")
    dossier_id = dossier_id_of(file_dossier(officer, "birth-registration", BIRTH))
    before = len(looks(engine))
    worker = sign_in("hotich")
    page = worker.get("/viec")
    worker.get(str(page.tree.xpath("//main//a[starts-with(@href, '/viec/')]/@href")[0]))
    assert [each[1] for each in looks(engine)[before:]] == [dossier_id]


@pytest.mark.parametrize("login", ["giamdocbh", "bhxh", "congan"])
def test_another_unit_gets_neither_page_nor_file_and_leaves_no_line(
        sign_in: SignIn, engine: Engine, filed: tuple[str, str], login: str) -> None:
    stranger = sign_in(login)
    stranger.get(f"/ho-so/{filed[0]}", 404)
    assert stranger.browser.get(f"/tep/{filed[1]}").status_code == 404
    assert looks(engine) == []


def test_citizens_leave_lines_about_their_own_dossiers_and_get_nobody_elses(
        sign_in: SignIn, engine: Engine, filed: tuple[str, str]) -> None:
    citizen = sign_in("congdan")
    path = sent(citizen).path
    (mine,) = {each[1] for each in looks(engine)}
    assert mine in path and mine != filed[0]
    assert citizen.browser.get(f"/cong-dan/ho-so/{filed[0]}").status_code == 404
    for dossier_id in (filed[0], mine):
        assert citizen.browser.get(f"/cong-dan/ho-so/{dossier_id}/tep/{filed[1]}").status_code == 404
    assert citizen.browser.get(f"/tep/{filed[1]}").status_code == 403
    assert {each[1] for each in looks(engine)} == {mine}


def test_guessed_ids_and_visitors_get_nothing(sign_in: SignIn, engine: Engine, filed: tuple[str, str]) -> None:
    officer = sign_in("tiepnhan")
    for guess in ("0" * 24, "x", "..%2f..%2fetc%2fpasswd", "%00"):
        assert officer.browser.get(f"/tep/{guess}").status_code == 404
    assert sign_in("quantri").browser.get(f"/tep/{filed[1]}").status_code == 403
    assert looks(engine) == []


def test_auditors_see_who_looked_and_nothing_of_what_he_saw(
        sign_in: SignIn, engine: Engine, filed: tuple[str, str]) -> None:
    sign_in("tiepnhan2").get(f"/ho-so/{filed[0]}/giay-to")
    auditor = sign_in("quantri")
    page = auditor.get("/giam-sat/luot-xem")
    assert "Giấy tờ của hồ sơ" in page.main and "/ho-so/" not in page.main
    assert "Lê Văn Tú" in page.main and filed[0] in page.main and "Trần Thị Bình" not in page.main
    assert "Không có lượt xem nào" in auditor.get("/giam-sat/luot-xem?day=2020-01-01&person=x").main
    assert "Lê Văn Tú" in auditor.get(f"/giam-sat/luot-xem?day=2026-03-02&dossier={filed[0]}").main
    auditor.get("/giam-sat/luot-xem?day=nonsense")
    auditor.browser.set_cookie("lang", "en")
    assert "Reads of personal data" in auditor.get("/giam-sat/luot-xem").main
    sign_in("tiepnhan").get("/giam-sat/luot-xem", 403)
    assert Role.AUDITOR.value == "auditor"


def test_every_page_that_leaves_a_line_has_a_name(app: Flask) -> None:
    noted = {reading.address(str(rule)) for rule in app.url_map.iter_rules()
             if "GET" in (rule.methods or ()) and "dossier_id" in rule.arguments}
    source = "".join(path.read_text(encoding="utf-8") for path in Path(app.root_path).rglob("*.py"))
    told = set(re.findall(r'shows\([^"\n]*, f?"([^"{]+)', source))
    assert noted and noted <= set(reading.PAGES)
    assert told and told <= {*reading.PAGES, *reading.PARTS}
    for language in LANGUAGES:
        with app.test_request_context(headers={"Cookie": f"lang={language}"}):
            named = [reading.page_name(f"{each}x" if each in reading.PARTS else each)
                     for each in (*reading.PAGES, *reading.PARTS)]
        assert not [name for name in named if name.startswith(("/", "monitor."))]


# ------------------------------------------------------------------ how a file is dressed
@pytest.mark.parametrize(("media_type", "shown", "policy"), [
    ("application/pdf", "inline", FOR_PDF), ("image/png", "inline", SANDBOX), ("image/jpeg", "inline", SANDBOX),
    ("application/vnd.oasis.opendocument.text", "attachment", SANDBOX), ("text/html", "attachment", SANDBOX),
])
def test_only_what_runs_nothing_is_shown_in_the_browser(media_type: str, shown: str, policy: str) -> None:
    answer = file_answer(b"x", media_type, "a.pdf")
    assert answer.headers["Content-Disposition"].startswith(shown)
    assert answer.headers["Content-Security-Policy"] == policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ['a"; filename="b.exe', "a\r\nSet-Cookie: x=1", "giấy khai sinh.pdf", "a;b=c.pdf"])
def test_a_name_breaks_no_header(name: str) -> None:
    headers = file_answer(b"x", "image/png", name.replace("\r\n", " ")).headers
    assert "Set-Cookie" not in dict(headers) and "\n" not in headers["Content-Disposition"]


def test_the_policy_of_a_file_reaches_the_browser(sign_in: SignIn, filed: tuple[str, str]) -> None:
    answer = sign_in("tiepnhan").browser.get(f"/tep/{filed[1]}")
    assert answer.headers["Content-Security-Policy"] == FOR_PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_online_dossier_is_named_by_its_reference_until_it_has_a_code(sign_in: SignIn) -> None:
    reference = sent(sign_in("congdan")).link("Trang tra cứu").split("/")[-2]
    officer = sign_in("tiepnhan")
    officer.get(officer.get(f"/ho-so?q={reference}").link(reference))
    log = sign_in("quantri").get(f"/giam-sat/luot-xem?dossier={reference}")
    assert f'<span class="mc-code">{reference}</span>' in log.source
