"""An analyst reads procedures, hands in a diagram, sees what is wrong with it, and publishes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine, content_slugs
from engine.domain.review import Package
from engine.store.tables import draft, version
from tests.app.client import Client, Page, a_file
from tests.app.studio.conftest import SLUG, changed, zipped

PROCEDURE = f"/thiet-ke/quy-trinh/{SLUG}"
UPLOAD = "/thiet-ke/tai-len"
SHIPPED = len(content_slugs())
PATHS = ("/thiet-ke", UPLOAD, PROCEDURE, f"{PROCEDURE}/1", f"{PROCEDURE}/1/so-do.bpmn")


def upload(analyst: Client, slug: str, *files: tuple[str, bytes], status: int = 200) -> Page:
    """Hands files in through the page."""
    analyst.get(UPLOAD)
    return analyst.submit(UPLOAD, {"slug": slug, "files": [a_file(*each) for each in files]}, status)


def rows(engine: Engine, table: sa.Table) -> int:
    return engine.read(lambda connection: connection.scalar(sa.select(sa.func.count()).select_from(table)))


def picture(page: Page) -> dict:
    """What the diagram viewer is given."""
    (data,) = page.find("//script[@type='application/json']/text()")
    return json.loads(data)


@pytest.mark.parametrize(("login", "status"), [
    ("phantich", 200), ("tiepnhan", 403), ("hotich", 403), ("lanhdao", 403), ("quantri", 403)])
def test_only_a_procedure_controller_enters_the_studio(sign_in, login, status):
    browser = sign_in(login).browser
    assert {path: browser.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, status)


def test_a_stranger_is_asked_to_sign_in(client: Client):
    assert {client.get(path).path for path in PATHS} == {"/dang-nhap"}


def test_the_list_shows_every_procedure_with_its_version(analyst: Client):
    page = analyst.get("/thiet-ke")
    assert "Đăng ký khai sinh" in page.main and "1.001193" in page.main


def test_a_procedure_shows_its_versions_facts_forms_and_diagram(analyst: Client, birth: Package):
    page = analyst.get(PROCEDURE)
    assert page.h1 == "Đăng ký khai sinh"
    assert "Phiên bản 1" in page.main and "intake-check" in page.main and "Hộ tịch" in page.main
    assert picture(page)["xml"].encode() == birth.diagram


def test_the_diagram_of_a_version_can_be_downloaded_as_it_was_published(analyst: Client, birth: Package):
    answer = analyst.browser.get(f"{PROCEDURE}/1/so-do.bpmn")
    assert answer.data == birth.diagram
    assert answer.headers["Content-Disposition"] == f"attachment; filename={SLUG}-v1.bpmn"


def test_what_does_not_exist_is_said_not_to_exist(analyst: Client):
    for path in ("/thiet-ke/quy-trinh/khong-co", f"{PROCEDURE}/99", f"{PROCEDURE}/100000", f"{PROCEDURE}/-1",
                 "/thiet-ke/ban-nhap/khong-co", "/thiet-ke/ban-nhap/khong-co/dien-tap"):
        analyst.get(path, 404)


def test_every_page_speaks_english_too(analyst: Client):
    analyst.get("/thiet-ke")
    analyst.submit("/ngon-ngu", {"lang": "en"})
    page = analyst.get(PROCEDURE)
    assert "Versions" in page.main and "Civil status" in page.main


def test_a_bare_diagram_becomes_the_next_version_of_its_procedure(analyst: Client, engine: Engine, birth: Package):
    page = upload(analyst, SLUG, ("moi.bpmn", changed(birth)))
    assert page.h1 == f"Bản nháp: {SLUG}" and f"Kèm {len(birth.forms)} biểu mẫu" in page.main
    page = analyst.submit(f"{page.path}/cong-bo", {
        "decision_number": "12/QĐ-UBND", "effective_from-day": "1", "effective_from-month": "4",
        "effective_from-year": "2026"})
    assert "Đã công bố phiên bản 2" in page.main
    assert page.path == f"{PROCEDURE}/2" and "12/QĐ-UBND" in page.main and "01/04/2026" in page.main
    assert "Thẩm định kỹ hồ sơ" in picture(page)["xml"]
    assert rows(engine, version) == SHIPPED + 1


def test_a_whole_procedure_comes_as_a_zip(analyst: Client, engine: Engine, birth: Package):
    page = upload(analyst, SLUG, ("khai-sinh.zip", zipped(birth)))
    assert f"Kèm {len(birth.forms)} biểu mẫu" in page.main
    assert rows(engine, draft) == 1


def test_publishing_the_same_draft_twice_makes_one_version(analyst: Client, engine: Engine, birth: Package):
    path = upload(analyst, SLUG, ("moi.bpmn", changed(birth))).path
    analyst.submit(f"{path}/cong-bo", {"decision_number": "12/QĐ-UBND"})
    page = analyst.get(path)
    assert "Bản nháp này đã được công bố" in page.main and not page.find("//form[contains(@action, 'cong-bo')]")
    analyst.post(f"{path}/cong-bo", {"decision_number": "13/QĐ-UBND"})
    assert rows(engine, version) == SHIPPED + 1


@pytest.mark.parametrize(("fields", "said"), [
    ({"decision_number": " "}, "Nhập số quyết định"),
    ({"decision_number": "x" * 81}, "không quá 80 ký tự"),
    ({"decision_number": "1/QĐ", "effective_from-day": "31", "effective_from-month": "2",
      "effective_from-year": "2026"}, "phải là ngày có thật"),
    ({"decision_number": "1/QĐ", "effective_from-day": "một"}, "phải là ngày có thật"),
    ({"decision_number": "1/QĐ", "effective_from-day": "1", "effective_from-month": "1",
      "effective_from-year": "9" * 20}, "phải là ngày có thật"),
])
def test_a_publication_without_its_decision_changes_nothing(analyst: Client, engine: Engine, birth, fields, said):
    path = upload(analyst, SLUG, ("moi.bpmn", changed(birth))).path
    page = analyst.submit(f"{path}/cong-bo", fields, 422)
    assert said in page.main
    assert rows(engine, version) == SHIPPED


def test_every_problem_is_shown_with_element_line_and_remedy(analyst: Client, birth: Package):
    broken = birth.diagram.replace(b'value="case_officer"', b'value="wizard"')
    page = upload(analyst, SLUG, ("hong.bpmn", broken))
    assert "Lỗi" in page.main and "dòng" in page.main
    marks = picture(page)["problems"]
    assert marks and all(mark["severity"] in ("error", "warning") and mark["message"] for mark in marks)
    assert not page.find("//form[contains(@action, 'cong-bo')]")


def test_a_draft_with_errors_is_not_published_however_it_is_asked(analyst: Client, engine: Engine, birth: Package):
    broken = birth.diagram.replace(b'value="case_officer"', b'value="wizard"')
    path = upload(analyst, SLUG, ("hong.bpmn", broken)).path
    answer = analyst.post(f"{path}/cong-bo", {"decision_number": "1/QĐ"})
    assert answer.status_code == 422 and "Không công bố được" in answer.text
    assert rows(engine, version) == SHIPPED


def test_a_draft_is_rehearsed_by_its_scenarios(analyst: Client, birth: Package):
    page = upload(analyst, SLUG, ("moi.bpmn", birth.diagram))
    page = analyst.get(page.link("Diễn tập"))
    assert "Đạt" in page.main and "Sự kiện kết thúc" in page.main


def test_a_draft_waits_in_the_list_until_it_is_published(analyst: Client, birth: Package):
    path = upload(analyst, SLUG, ("moi.bpmn", changed(birth))).path
    assert analyst.get("/thiet-ke").find(f"//a[@href='{path}']")
    analyst.get(path)
    analyst.submit(f"{path}/cong-bo", {"decision_number": "12/QĐ-UBND"})
    assert not analyst.get("/thiet-ke").find(f"//a[@href='{path}']")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>"""
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
REFUSED = {
    "not XML": (("a.bpmn", b"hello"), "a.bpmn"),
    "cut off": (("a.bpmn", f'<definitions xmlns="{BPMN}"><process'.encode()), "a.bpmn"),
    "laughs": (("a.bpmn", LAUGHS), "DOCTYPE"),
    "a file of the server": (("a.bpmn", OUTSIDE), "DOCTYPE"),
    "an image": (("a.bpmn", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "a.bpmn"),
    "zeros": (("a.bpmn", b"\0" * 5000), "a.bpmn"),
    "another language of XML": (("a.bpmn", b"<html><body/></html>"), "a.bpmn"),
    "an old code page": (("a.bpmn", b'<?xml version="1.0" encoding="windows-1258"?><a>\xea</a>'), "a.bpmn"),
    "not what it declares": (("a.bpmn", b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>'), "a.bpmn"),
    "a deep hole": (("a.bpmn", b"<a>" * 5000 + b"</a>" * 5000), "a.bpmn"),
    "an empty file": (("a.bpmn", b""), "rỗng"),
    "a program": (("A.EXE", b"MZ"), "Không biết dùng tệp"),
    "a script in a name": (("<script>alert(1)</script>.exe", b"MZ"), "Không biết dùng tệp"),
    "a broken zip": (("a.zip", b"PK\x03\x04"), "Không đọc được tệp nén"),
    "facts that are code": (("procedure.yaml", b"!!python/object/apply:os.system ['true']"), "Chưa có sơ đồ"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_upload_is_explained_in_vietnamese_and_leaves_nothing(analyst: Client, engine: Engine, name):
    file, said = REFUSED[name]
    page = upload(analyst, "thu-tuc-moi", file, status=422)
    assert said in page.main and page.find("//*[@class='govuk-error-summary']")
    assert not page.find("//script[not(@src)]")
    assert rows(engine, draft) == 0


def test_yaml_that_would_run_code_is_a_problem_and_runs_nothing(analyst: Client, birth: Package, tmp_path):
    evil = f"!!python/object/apply:os.mkdir ['{tmp_path / 'made'}']".encode()
    analyst.get(UPLOAD)
    same = {**analyst.page.filled(UPLOAD), "slug": SLUG}
    files = [a_file("a.bpmn", birth.diagram), a_file("procedure.yaml", evil)]
    answer = analyst.browser.post(UPLOAD, data={**same, "files": files}, follow_redirects=True)
    assert "Chưa công bố được" in answer.text
    assert not (tmp_path / "made").exists()


def test_a_form_that_is_not_json_is_a_problem_of_the_draft(analyst: Client, birth: Package):
    page = upload(analyst, SLUG, ("a.bpmn", birth.diagram), ("application.json", b"{nope"))
    assert "Chưa công bố được" in page.main and "application" in page.main


def test_the_words_of_a_diagram_are_shown_never_run(analyst: Client, birth: Package):
    evil = birth.diagram.replace("Thẩm định hồ sơ".encode(), b"&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
    page = upload(analyst, SLUG, ("a.bpmn", evil))
    assert "<script>alert(1)" not in page.source and "</script><script>alert" not in page.source


def test_an_upload_without_its_token_is_not_heard(analyst: Client, engine: Engine, birth: Package):
    answer = analyst.browser.post(UPLOAD, data={"slug": SLUG, "files": a_file("a.bpmn", birth.diagram)})
    assert answer.status_code == 400
    assert rows(engine, draft) == 0


def test_an_upload_sent_twice_is_one_draft(analyst: Client, engine: Engine, birth: Package):
    analyst.get(UPLOAD)
    assert analyst.page
    same = {**analyst.page.filled(UPLOAD), "slug": SLUG}
    for _ in range(2):
        analyst.browser.post(UPLOAD, data={**same, "files": [a_file("a.bpmn", birth.diagram)]})
    assert rows(engine, draft) == 1


def test_others_cannot_hand_in_or_publish(sign_in: Callable[[str], Client], engine: Engine, birth: Package):
    officer = sign_in("tiepnhan")
    assert officer.post(UPLOAD, {"slug": SLUG, "files": a_file("a.bpmn", birth.diagram)}).status_code == 403
    assert officer.post("/thiet-ke/ban-nhap/x/cong-bo", {"decision_number": "1"}).status_code == 403
    assert rows(engine, draft) == 0
