"""Whoever reads English meets no Vietnamese on the pages about a procedure and a dossier, but for proper names."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from engine.bootstrap import Engine
from engine.store.tables import unit
from engine.testing import settle
from tests.app.citizens import sent
from tests.app.client import Client, Page
from tests.app.journeys import BIRTH, BIRTH_STEPS, do_first_task, file_dossier, first_task, tracking_path
from tests.engine.acts import rows
from tests.papers.lives import completed

SignIn = Callable[[str], Client]
VIETNAMESE = re.compile(r"\w*[^\W\d_a-zA-Z]\w*")
LEGAL = "//main//h2[normalize-space()='Legal basis']/following-sibling::ul[1]"
LAW = "Thông tư số"
"""Laws are cited by their own names, here and where a fee says by which one it is due."""


def in_english(client: Client) -> Client:
    client.get("/")
    client.submit("/ngon-ngu", {"lang": "en"})
    return client


def foreign(page: Page, *names: str) -> list[str]:
    """Words of the main part that no English reader can read; proper names apart."""
    for each in page.find(LEGAL):
        each.getparent().remove(each)
    text = page.find("//main")[0].text_content()
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return VIETNAMESE.findall(text)


def units(engine: Engine) -> list[str]:
    return [row.name for row in rows(engine, unit)]


def test_every_procedure_tells_its_steps_in_english(client: Client) -> None:
    listed = {link for link in in_english(client).get("/thu-tuc").find("//main//a/@href")
              if re.fullmatch(r"/thu-tuc/[\w-]+", link)}
    assert len(listed) > 2
    assert {link: found for link in listed if (found := foreign(client.get(link), LAW))} == {}


def test_the_steps_have_the_names_that_the_diagram_gives_them_in_english(client: Client) -> None:
    table = in_english(client).get("/thu-tuc/birth-registration").find("//table")[-1].text_content()
    assert table.index("Check the dossier") < table.index("Return the result")
    assert "Civil status officer" in table and "One-stop unit – reception" in table


def test_tracking_tells_every_milestone_in_english(sign_in: SignIn, client: Client, engine: Engine) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    for login, answers in BIRTH_STEPS:
        do_first_task(sign_in(login), answers)
        settle(engine)
    page = in_english(client).get(path)
    assert "Dossier submitted" in page.main and "Birth registration" in page.main and "Result returned" in page.main
    assert foreign(page, *units(engine)) == []


def test_tracking_tells_the_detailed_status_and_the_missing_papers_in_english(
        sign_in: SignIn, client: Client, engine: Engine) -> None:
    link = sent(sign_in("congdan")).link("Trang tra cứu")
    do_first_task(sign_in("tiepnhan"), {"decision": "supplement", "missing": ["live_birth_certificate"],
                                        "reason": "Ảnh mờ"})
    settle(engine)
    page = in_english(client).get(link)
    assert "Waiting for a supplement before acceptance" in page.main and "live birth" in page.main
    assert foreign(page, *units(engine)) == []


def test_a_citizen_reads_the_procedure_and_the_milestones_of_his_dossier_in_english(
        sign_in: SignIn, engine: Engine) -> None:
    citizen = sign_in("congdan")
    path = sent(citizen).path
    do_first_task(sign_in("tiepnhan"), {"decision": "accept"})
    settle(engine)
    listed, page = in_english(citizen).get("/cong-dan/ho-so"), citizen.get(path)
    assert "Birth registration" in listed.main and "Đăng ký khai sinh" not in listed.main
    assert "Dossier submitted" in page.main and "Birth registration" in page.main
    assert "Đăng ký khai sinh" not in page.main and "Hồ sơ được nộp" not in page.main


def test_an_officer_reads_his_work_in_english(sign_in: SignIn) -> None:
    file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    officer = in_english(sign_in("hotich"))
    worklist, task = officer.get("/viec"), first_task(officer)
    named = "Appraise the dossier and enter the birth in the register"
    assert named in worklist.main and "Birth registration" in worklist.main
    assert task.h1 == named and "Birth registration" in task.main
    history = officer.get(task.link("History"))
    assert named in history.main and "Dossier submitted" in history.main


def test_results_and_the_book_are_named_in_english_and_the_printed_book_is_not(
        sign_in: SignIn, engine: Engine) -> None:
    dossier_id = completed(engine)
    clerk = in_english(sign_in("vanthu"))
    assert "Birth certificate" in clerk.get(f"/ho-so/{dossier_id}/phieu").main
    book = clerk.get("/so-theo-doi").find("//main//table")[0].text_content()
    assert "Birth registration" in book and "Processed" in book
    with zipfile.ZipFile(BytesIO(clerk.browser.get("/so-theo-doi.xlsx").data)) as printed:
        words = printed.read("xl/sharedStrings.xml").decode()
    assert "Đăng ký khai sinh" in words and "Birth registration" not in words


def test_a_vietnamese_reader_sees_the_names_on_the_diagram(sign_in: SignIn, client: Client) -> None:
    page = client.get(tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)))
    assert "Hồ sơ được nộp" in page.main and "Đăng ký khai sinh" in page.main
