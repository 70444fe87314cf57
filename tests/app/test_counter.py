"""Taking in a dossier."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from engine.bootstrap import Engine
from engine.domain import file_rules
from engine.queries.task import dossier_file
from tests.app.client import Client, Page, a_file, multipart
from tests.app.journeys import BIRTH, dossier_id_of, file_dossier
from tests.app.test_own_dossiers import kept_for
from tests.conftest import actor_named
from tests.engine.acts import open_task

SignIn = Callable[[str], Client]
PATH = "/tiep-nhan/birth-registration"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FILES = "files-live_birth_certificate"


def docx() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return made.getvalue()


def printed(officer: Client, page: Page) -> str:
    """What the numbered paper says that the page offers to print."""
    pages = PdfReader(BytesIO(officer.browser.get(page.link("In phiếu")).data)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def test_acceptance_gives_a_code_a_due_date_and_one_numbered_receipt_in_two_copies(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    page = file_dossier(officer, "birth-registration", BIRTH)
    assert page.h1 == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    for words in ("H99.01.01-260302-0001", "17:00, 02/03/2026", "Trần Thị Bình", "01/TNHS"):
        assert words in page.main
    text = printed(officer, page)
    for words in ("01/TNHS", "(Liên: Lưu)", "(Liên: Giao khách hàng)", "H99.01.01-260302-0001", "Giấy chứng sinh"):
        assert words in text


def test_sending_the_same_form_twice_files_one_dossier(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    fields = {**officer.get(PATH).filled(PATH), **BIRTH}
    first, second = (officer.browser.post(PATH, data=fields).headers["Location"] for _ in range(2))
    assert first == second


def test_a_form_with_gaps_comes_back_with_everything_typed_and_every_gap_named(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    page = file_dossier(officer, "birth-registration", {
        "child_name": "Nguyễn Minh An", "child_birth_date": "31/02/2026", "dossier_owner__phone": "abc",
        "originals-live_birth_certificate": "3", "reason": "ghi chú"}, status=422)
    for words in ("Vui lòng điền: Họ và tên hoặc tên tổ chức", "hãy nhập ngày có thật", "8 đến 15 chữ số",
                  "Hãy chọn quyết định"):
        assert words in page.main
    kept = page.filled(PATH)
    assert (kept["child_name"], kept["child_birth_date"], kept["originals-live_birth_certificate"], kept["reason"]) == (
        "Nguyễn Minh An", "31/02/2026", "3", "ghi chú")


def test_a_required_paper_must_be_there_before_acceptance(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    without = {**BIRTH, "paper-live_birth_certificate": None}
    assert "Còn thiếu giấy tờ bắt buộc" in file_dossier(officer, "birth-registration", without, status=422).main
    by_data = file_dossier(officer, "birth-registration", {**without, "data-live_birth_certificate": "on"})
    assert "Thay bằng dữ liệu" in officer.get(f"/ho-so/{dossier_id_of(by_data)}/giay-to").main


def test_asking_for_papers_needs_a_reason_and_prints_what_is_missing(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    asked = {**BIRTH, "decision": "supplement", "paper-live_birth_certificate": None}
    assert "ghi rõ lý do" in file_dossier(officer, "birth-registration", asked, status=422).main
    paper = file_dossier(officer, "birth-registration", {**asked, "reason": "Chưa có Giấy chứng sinh"})
    assert paper.h1 == "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
    text = printed(officer, paper)
    assert "01/HDHS" in text and "Chưa có Giấy chứng sinh" in text and "Giấy chứng sinh hoặc giấy tờ thay thế" in text
    assert "H99" not in paper.main + text


def test_a_refusal_prints_its_reason(sign_in: SignIn) -> None:
    refused = {**BIRTH, "decision": "refuse", "reason": "Không thuộc thẩm quyền"}
    officer = sign_in("tiepnhan")
    paper = file_dossier(officer, "birth-registration", refused)
    assert paper.h1 == "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
    text = printed(officer, paper)
    assert "01/TCHS" in text and "Không thuộc thẩm quyền" in text


GAPS = {**BIRTH, "child_ethnicity": "", "child_home_town": "", "reason": "Thiếu thông tin"}


def test_what_is_refused_need_not_be_complete_but_must_be_readable(sign_in: SignIn) -> None:
    officer, refused = sign_in("tiepnhan"), {**GAPS, "decision": "refuse"}
    assert "Vui lòng điền: Dân tộc" in file_dossier(officer, "birth-registration", {**GAPS}, status=422).main
    unreadable = file_dossier(officer, "birth-registration", {**refused, "child_birth_date": "31/02/2026"}, status=422)
    assert "hãy nhập ngày có thật" in unreadable.main
    assert file_dossier(officer, "birth-registration", refused).h1 == "Phiếu từ chối tiếp nhận giải quyết hồ sơ"


def test_what_is_left_open_when_more_is_asked_for_is_marked_and_must_be_filled_in_before_acceptance(
        sign_in: SignIn, engine: Engine) -> None:
    officer = sign_in("tiepnhan")
    asked = file_dossier(officer, "birth-registration", {**GAPS, "decision": "supplement"})
    assert "Dân tộc" in printed(officer, asked) and "Quê quán" in printed(officer, asked)
    recheck = f"/viec/{open_task(engine, dossier_id_of(asked))}"
    officer.get(recheck)
    refused = officer.submit(recheck, {"decision": "accept"}, status=422)
    assert "còn 2 mục bắt buộc để trống" in refused.main


def test_somebody_else_may_bring_the_dossier(sign_in: SignIn) -> None:
    brought = {**BIRTH, "dossier_submitter__name": "Nguyễn Văn Cả", "dossier_submitter__basis": "Ông nội"}
    officer = sign_in("tiepnhan")
    assert "Nguyễn Văn Cả" in printed(officer, file_dossier(officer, "birth-registration", brought))


@pytest.mark.parametrize(("name", "content"), [("giay.pdf", PDF), ("giay.docx", docx())], ids=["pdf", "docx"])
def test_files_come_with_the_dossier_and_can_be_opened(sign_in: SignIn, name: str, content: bytes) -> None:
    officer = sign_in("tiepnhan")
    receipt = file_dossier(officer, "birth-registration", {**BIRTH, FILES: [a_file(name, content)]})
    papers = officer.get(f"/ho-so/{dossier_id_of(receipt)}/giay-to")
    answer = officer.browser.get(papers.link(name))
    assert answer.data == content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert name in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("name", "content", "why"), [
    ("virus.exe", b"MZ" + b"\0" * 64, "không thuộc loại"),
    ("giay.pdf", b"MZ" + b"\0" * 64 + b"%PDF-1.4", "không thuộc loại"),
    ("trang.html", b"<html><script>alert(1)</script></html>", "không thuộc loại"),
    ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "không thuộc loại"),
    ("giay.png", PDF, "không thuộc loại"),
    ("goi.docx", b"PK\x03\x04 not an archive", "không thuộc loại"),
    ("rong.pdf", b"", "không có nội dung"),
    ("to.pdf", PDF + b"\0" * 10_000, "lớn hơn 20 MB"),
], ids=["program", "program-as-pdf", "page", "picture-with-script", "pdf-as-png", "broken-archive", "empty", "large"])
def test_a_file_that_is_not_what_it_should_be_is_turned_away(
        sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, why: str) -> None:
    monkeypatch.setattr(file_rules, "LARGEST_FILE", 10_000)
    fields = {**BIRTH, FILES: [a_file(name, content)]}
    page = file_dossier(sign_in("tiepnhan"), "birth-registration", fields, status=422)
    assert name in page.main and why in page.main


def test_files_wait_while_the_form_is_mended(sign_in: SignIn, engine: Engine) -> None:
    officer = sign_in("tiepnhan")
    files = [a_file("mot.pdf", PDF), a_file("hai.pdf", PDF + b"2")]
    page = file_dossier(officer, "birth-registration", {**BIRTH, "child_name": "", FILES: files}, 422)
    assert "Bỏ tệp mot.pdf" in page.main
    receipt = officer.submit(PATH, {"child_name": "Nguyễn Minh An", "drop": "live_birth_certificate/mot.pdf"})
    kept = engine.read(dossier_file, actor_named(engine, "tiepnhan"), dossier_id_of(receipt)).attachments
    assert [each.filename for each in kept] == ["hai.pdf"]


def test_a_list_of_waiting_files_cannot_be_forged_or_borrowed(sign_in: SignIn) -> None:
    first, second = sign_in("tiepnhan"), sign_in("tiepnhan2")
    page = file_dossier(first, "birth-registration", {**BIRTH, "child_name": "", FILES: [a_file("mot.pdf", PDF)]}, 422)
    borrowed = page.filled(PATH)["staged"]
    for token in (borrowed, borrowed[:-2] + "xx", "../../etc/passwd", "[]"):
        papers = papers_after(second, {**BIRTH, "staged": token, "seen_twins": "1"})
        assert "mot.pdf" not in papers.main


def papers_after(officer: Client, fields: dict[str, str]) -> Page:
    receipt = file_dossier(officer, "birth-registration", fields)
    return officer.get(f"/ho-so/{dossier_id_of(receipt)}/giay-to")


@pytest.mark.parametrize("evil", [
    "<script>alert(1)</script>", "'; DROP TABLE dossier; --", "{{7*7}}", "%(code)s %s", "\u202egnp.exe", "a\0b",
    "=cmd|'/c calc'!A1", "Ầ" * 400,
], ids=["script", "sql", "template", "format", "bidi", "null", "formula", "long"])
def test_hostile_text_is_kept_as_text_or_refused_but_never_run(sign_in: SignIn, evil: str) -> None:
    officer = sign_in("tiepnhan")
    officer.get(PATH)
    fields = {**officer.page.filled(PATH), **BIRTH, "dossier_owner__name": evil} if officer.page else {}
    answer = officer.browser.post(PATH, data=fields, follow_redirects=True)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text


def test_a_procedure_that_is_not_offered_is_not_found(sign_in: SignIn) -> None:
    sign_in("tiepnhan").get("/tiep-nhan/khong-co", 404)


def test_a_form_without_its_token_is_refused_in_plain_words(sign_in: SignIn) -> None:
    answer = sign_in("tiepnhan").browser.post(PATH, data=BIRTH)
    assert answer.status_code == 400
    assert "Biểu mẫu đã hết hiệu lực" in answer.text


def test_a_text_of_megabytes_is_too_large(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    officer.get(PATH)
    fields = {**officer.page.filled(PATH), **BIRTH, "reason": "x" * 2_000_000} if officer.page else {}
    body, kind = multipart(fields)
    answer = officer.browser.post(PATH, data=body, content_type=kind)
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_the_pages_of_officers_work_in_english(sign_in: SignIn) -> None:
    officer = sign_in("tiepnhan")
    dossier = dossier_id_of(file_dossier(officer, "birth-registration", BIRTH))
    officer.browser.set_cookie("lang", "en")
    for path in ("/viec", "/tiep-nhan", PATH, "/ho-so", f"/ho-so/{dossier}", f"/ho-so/{dossier}/giay-to",
                 f"/ho-so/{dossier}/lich-su", f"/ho-so/{dossier}/so-do", f"/ho-so/{dossier}/giay-tiep-nhan"):
        assert officer.get(path).tree.get("lang") == "en"
    assert "Full name of the child" in officer.get(PATH).main
    officer.get(PATH)
    assert "Fill in: Full name of the child." in officer.submit(PATH, {}, 422).main


def test_an_electronic_store_is_opened_only_with_its_owners_consent(sign_in: SignIn, engine: Engine) -> None:
    officer, path = sign_in("tiepnhan"), "/tiep-nhan/marriage-registration"
    dossier_id = dossier_id_of(file_dossier(officer, "birth-registration", BIRTH))
    kept_for(engine, "012345678901", dossier_id)
    officer.get(path)
    asked = {"dossier_owner__name": "Trần Thị Bình", "dossier_owner__id_number": "012345678901", "reckon": "store"}
    closed = officer.submit(path, asked, 422)
    assert not closed.find("//input[@name='reuse']") and closed.find("//a[@href='#store_consent']")
    assert len(officer.submit(path, {"reckon": "store", "store_consent": "1"}).find("//input[@name='reuse']")) == 1
