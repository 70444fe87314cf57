"""Applying online, without a script: every step saved, every mistake explained, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from limits import parse

from app import uploads
from app.security import limiter
from engine.bootstrap import Engine
from engine.commands import drafts
from engine.store.dossier_tables import attachment, dossier
from engine.testing import FrozenClock
from tests.app.citizens import APPLY, CHILD, PDF, begin, filled_form, handed_in, ready, sent, step
from tests.app.client import Client, a_file
from tests.engine.acts import rows

SignIn = Callable[[str], Client]


@pytest.fixture
def citizen(sign_in: SignIn) -> Client:
    """The sample's citizen."""
    return sign_in("congdan")


def test_the_way_from_the_procedure_to_a_dossier(citizen: Client, engine: Engine) -> None:
    page = citizen.get("/thu-tuc/birth-registration")
    assert citizen.get(page.link("Nộp hồ sơ trực tuyến")).path == APPLY
    page = sent(citizen)
    assert page.h1.startswith("Hồ sơ TAM-")
    assert "8 giờ làm việc" in page.main and "giay.pdf" in page.main
    (row,) = rows(engine, dossier)
    assert (row.channel, row.received_by, row.owner_name) == ("online", "commune-centre", "Nguyễn Văn Công")


def test_an_officer_finds_the_online_dossier_in_the_worklist_of_the_counter(citizen: Client, sign_in: SignIn) -> None:
    reference = sent(citizen).h1.removeprefix("Hồ sơ ")
    officer = sign_in("tiepnhan")
    worklist = officer.get("/viec").main
    assert "Nguyễn Văn Công" in worklist and reference in worklist
    check = officer.get(officer.get("/viec").link("Kiểm tra hồ sơ")).main
    assert check.index("Nội dung đề nghị") < check.index("Kết quả kiểm tra"), "checked is what stands above"
    assert reference in officer.get(f"/ho-so?q={reference.lower()}").main
    assert "Không có hồ sơ nào" in officer.get("/ho-so?q=TAM-0000-0000").main


def test_forms_are_filled_in_with_what_the_account_knows(citizen: Client) -> None:
    page = citizen.get(begin(citizen))
    assert page.filled(page.path)["dossier_owner__id_number"] == "079088001234"


def test_for_somebody_else_the_account_is_the_applicants_and_the_owner_is_asked(citizen: Client) -> None:
    page = citizen.get(begin(citizen, "other"))
    filled = page.filled(page.path)
    assert (filled["dossier_submitter__name"], filled["dossier_owner__name"]) == ("Nguyễn Văn Công", "")
    page = filled_form(citizen, page.path, {"dossier_owner__name": "Trần Thị Bình"}, 422)
    assert "Tư cách nộp thay" in page.main and page.filled(page.path)["dossier_owner__name"] == "Trần Thị Bình"


def test_what_was_typed_stays_when_something_is_wrong_and_the_summary_leads_to_the_field(citizen: Client) -> None:
    first = begin(citizen)
    page = filled_form(citizen, first, {"child_birth_date": "31/02/2026"}, 422)
    assert page.find("//a[@href='#field-child_birth_date']") and page.find("//*[@id='field-child_birth_date']")
    again = citizen.get(first).filled(first)
    assert (again["child_birth_date"], again["child_name"]) == ("31/02/2026", CHILD["child_name"])


def test_an_application_is_taken_up_again_where_it_was_left(citizen: Client) -> None:
    first = begin(citizen)
    citizen.get(first)
    page = citizen.submit(first, {"child_name": "Nguyễn Minh An", "later": "1"})
    assert "Đã lưu" in page.main and "Đăng ký khai sinh" in page.main
    assert citizen.get(page.link("Đăng ký khai sinh")).filled(first)["child_name"] == "Nguyễn Minh An"
    assert first in citizen.get(APPLY).source


def test_an_answer_taken_back_stays_taken_back(citizen: Client) -> None:
    first = ready(citizen, fields={"extracts_requested": "2"})
    filled_form(citizen, first, {"extracts_requested": ""})
    assert citizen.get(first).filled(first)["extracts_requested"] == ""


def test_several_files_are_handed_in_for_one_paper_and_one_is_taken_out_again(citizen: Client) -> None:
    first = begin(citizen)
    handed_in(citizen, first, name="trang-1.pdf", upload="1")
    page = handed_in(citizen, first, name="trang-2.pdf", upload="1")
    assert "trang-1.pdf" in page.main and "trang-2.pdf" in page.main
    drop = page.find("//button[@name='drop'][contains(@aria-label,'trang-1.pdf')]/@value")[0]
    page = citizen.submit(page.path, {"drop": drop})
    assert "trang-1.pdf" not in page.main and "trang-2.pdf" in page.main


@pytest.mark.parametrize(("name", "content", "said"), [
    ("virus.exe", b"MZ\x90\x00", "virus.exe"), ("anh.pdf", b"<html>", "anh.pdf"), ("rong.pdf", b"", "rong.pdf"),
    ("to.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "to.pdf"),
])
def test_a_file_of_another_kind_is_refused_by_name_and_the_good_ones_stay(
        citizen: Client, name: str, content: bytes, said: str) -> None:
    first = begin(citizen)
    handed_in(citizen, first, name="tot.pdf", upload="1")
    page = handed_in(citizen, first, name=name, content=content, status=422, upload="1")
    assert said in page.main and "tot.pdf" in page.main


def test_the_public_form_with_files_needs_no_script(citizen: Client) -> None:
    """A form whose file fields a script has to bring to life cannot be sent from every telephone."""
    page = citizen.get(step(begin(citizen), "giay-to"))
    form = page.find("//form[@enctype='multipart/form-data']")[0]
    files = form.xpath(".//input[@type='file']")
    assert files and all(each.get("multiple") is not None and each.get("disabled") is None for each in files)
    assert form.xpath(".//button[@name='onward']")


def test_a_needed_paper_is_asked_for_before_sending(citizen: Client) -> None:
    first = begin(citizen)
    filled_form(citizen, first)
    page = citizen.submit(step(first, "giay-to"), {"onward": "1"}, 422)
    assert "Chưa có tệp: Giấy chứng sinh" in page.main
    citizen.get(step(first, "kiem-tra"))
    page = citizen.submit(step(first, "kiem-tra"), status=422)
    assert "Chưa có tệp: Giấy chứng sinh" in page.main and page.find("//a[@href='#step-papers']")


def test_the_post_needs_an_address(citizen: Client) -> None:
    first = ready(citizen)
    fee = step(first, "nhan-ket-qua")
    citizen.get(fee)
    posted = {"filing__delivery_way": "post", "filing__delivery_address": ""}
    assert "Địa chỉ" in citizen.submit(fee, posted, 422).main
    assert citizen.submit(fee, {**posted, "filing__delivery_address": "Thôn 2"}).h1 == "Kiểm tra và nộp"


def test_sending_twice_is_one_dossier(citizen: Client, engine: Engine) -> None:
    check = step(ready(citizen), "kiem-tra")
    fields = citizen.get(check).filled(check)
    answers = [citizen.browser.post(check, data=fields) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(rows(engine, dossier)) == 1 and len(rows(engine, attachment)) == 1


def test_a_sent_application_is_no_draft_any_more(citizen: Client) -> None:
    check = step(ready(citizen), "kiem-tra")
    citizen.get(check)
    citizen.submit(check)
    for name in ("to-khai", "giay-to", "nhan-ket-qua", "kiem-tra"):
        citizen.get(check.replace("kiem-tra", name), 404)
    assert "Đang khai" not in citizen.get("/cong-dan/ho-so").main


def test_an_application_is_deleted_by_its_writer(citizen: Client) -> None:
    first = begin(citizen)
    citizen.get("/cong-dan/ho-so")
    assert "Đã xóa" in citizen.submit(step(first, "xoa")).main
    citizen.get(first, 404)


def test_an_application_that_nobody_touches_is_gone_after_its_time(citizen: Client, clock: FrozenClock) -> None:
    first = begin(citizen)
    clock.advance(timedelta(days=31))
    citizen.get(first, 404)
    assert "Đang khai" not in citizen.get("/cong-dan/ho-so").main


def test_somebody_elses_application_is_not_there(citizen: Client, another_citizen: Client) -> None:
    first = begin(citizen)
    handed_in(citizen, first, upload="1")
    for name in ("to-khai", "giay-to", "nhan-ket-qua", "kiem-tra"):
        another_citizen.get(step(first, name), 404)
        assert another_citizen.post(step(first, name), {"drop": "x"}).status_code == 404
    assert another_citizen.post(step(first, "xoa")).status_code == 404
    citizen.get(first)


def test_without_the_token_of_the_page_nothing_is_taken(citizen: Client) -> None:
    first = begin(citizen)
    for path in (APPLY, first, step(first, "giay-to"), step(first, "nhan-ket-qua"), step(first, "kiem-tra"),
                 step(first, "xoa")):
        assert citizen.browser.post(path, data={"onward": "1"}).status_code == 400


@pytest.mark.parametrize("path", [APPLY, "/cong-dan/ho-so", "/tai-khoan"])
def test_officers_have_no_business_on_citizens_pages(sign_in: SignIn, client: Client, path: str) -> None:
    sign_in("tiepnhan").get(path, 403)
    assert client.get(path).h1 == "Đăng nhập"


@pytest.mark.parametrize("path", ["/viec", "/ho-so", "/tiep-nhan", "/giam-sat", "/thiet-ke"])
def test_citizens_have_no_business_on_officers_pages(citizen: Client, path: str) -> None:
    citizen.get(path, 403)


def test_every_page_of_the_way_is_there_in_english(citizen: Client) -> None:
    citizen.get("/")
    citizen.submit("/ngon-ngu", {"lang": "en"})
    page = sent(citizen)
    assert "We received your application" in page.main


def test_a_field_that_no_form_asks_for_is_not_kept(citizen: Client) -> None:
    first = begin(citizen)
    filled_form(citizen, first, {"received_by": "commune-police", "intake": "accept", "filing__for_other": "1"})
    assert "Người nộp thay" not in citizen.get(first).main


def test_files_for_a_paper_that_nobody_asked_for_are_passed_over(citizen: Client) -> None:
    papers = step(begin(citizen), "giay-to")
    citizen.get(papers)
    page = citizen.submit(papers, {"files-invented": a_file("a.pdf", PDF), "upload": "1"})
    assert "a.pdf" not in page.main


def test_an_account_that_sent_too_much_is_told_so_and_loses_nothing(
        citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter.reset()
    monkeypatch.setattr(uploads, "SENT_A_DAY", parse("1 per month"))
    first = begin(citizen)
    filled_form(citizen, first)
    assert "giay.pdf" in handed_in(citizen, first, upload="1").main
    page = handed_in(citizen, first, name="giay-hai.pdf", status=422, upload="1")
    assert "tải lên quá nhiều" in page.main and "giay.pdf" in page.main and "giay-hai.pdf" not in page.main


def test_drafts_hold_no_more_than_an_account_may_keep_waiting(
        citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "LARGEST_WAITING", len(PDF))
    first, second = begin(citizen), begin(citizen)
    handed_in(citizen, first, upload="1")
    page = handed_in(citizen, second, status=422, upload="1")
    assert "tải lên quá nhiều" in page.main
    held = citizen.get(step(first, "giay-to"))
    citizen.submit(held.path, {"drop": held.find("//button[@name='drop']/@value")[0]})
    assert "giay.pdf" in handed_in(citizen, second, upload="1").main
