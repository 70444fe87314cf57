"""What citizens see and do with dossiers of their own, and that nobody else can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands.dossiers import AttachFile
from engine.commands.filing import UploadedFile
from engine.commands.results import UploadResult
from engine.domain.paper import Slip
from engine.gateways.documents.renderer import shared_documents
from engine.queries import own_dossiers as own
from engine.queries.papers import papers_of, results_of
from engine.queries.people import actor_by_login
from engine.store.citizen_tables import rating
from engine.store.dossier_tables import attachment, component, dossier
from engine.store.file_tables import vault_paper
from engine.testing import settle
from tests.app.citizens import PDF, begin, filled_form, sent, step
from tests.app.client import Client, Page, a_file
from tests.app.journeys import BIRTH_STEPS, BUSINESS, do_first_task, first_task
from tests.engine.acts import rows
from tests.papers.samples import AT, PAPER

SignIn = Callable[[str], Client]


@pytest.fixture
def citizen(sign_in: SignIn) -> Client:
    """The sample's citizen."""
    return sign_in("congdan")


@pytest.fixture
def path(citizen: Client) -> str:
    """The page of a dossier that waits for its intake check."""
    return sent(citizen).path


def intake(sign_in: SignIn, answers: dict[str, Any]) -> Page:
    return do_first_task(sign_in("tiepnhan"), answers)


def asked_for_more(sign_in: SignIn, engine: Engine) -> None:
    intake(sign_in, {"decision": "supplement", "missing": ["live_birth_certificate"], "wrong_fields": ["child_name"],
                     "reason": "Ảnh mờ; tên con chưa khớp"})
    settle(engine)


def brought_to_its_result(sign_in: SignIn, engine: Engine) -> None:
    intake(sign_in, {"decision": "accept"})
    settle(engine)
    for login, answers in BIRTH_STEPS:
        do_first_task(sign_in(login), answers)
        settle(engine)


def test_before_acceptance_there_is_no_code_and_no_paper(citizen: Client, path: str, engine: Engine) -> None:
    """A number given before anybody has looked becomes a promise that nobody made."""
    (row,) = rows(engine, dossier)
    assert row.code is None and not engine.read(papers_of, row.id)
    assert "TAM-" in citizen.get(path).h1


def test_after_acceptance_the_page_shows_code_promise_unit_and_receipt(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    intake(sign_in, {"decision": "accept"})
    settle(engine)
    page = citizen.get(path)
    assert page.h1.startswith("Hồ sơ H99.01.01-") and "Ngày hẹn trả" in page.main
    assert "Ủy ban nhân dân xã Tân An" in page.main
    paper = citizen.browser.get(page.find("//a[contains(@href,'/phieu/')]/@href")[0])
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")


def test_the_list_calls_each_dossier_by_name_and_state(citizen: Client, path: str) -> None:
    page = citizen.get("/cong-dan/ho-so")
    assert "Đăng ký khai sinh" in page.main and "Mới đăng ký" in page.main
    assert page.find(f"//a[@href='{path}']")


def test_somebody_elses_dossier_is_not_there_in_any_way(
        path: str, another_citizen: Client, engine: Engine, sign_in: SignIn) -> None:
    asked_for_more(sign_in, engine)
    (file,) = rows(engine, attachment)
    (paper,) = engine.read(papers_of, file.dossier_id)
    for tail in ("", "/rut", "/bo-sung", f"/tep/{file.id}", f"/phieu/{paper.id}", "/ket-qua/x"):
        another_citizen.get(f"{path}{tail}", 404)
    for tail in ("/rut", "/bo-sung", "/danh-gia", "/thanh-toan"):
        answer = another_citizen.post(f"{path}{tail}", {"reason": "x", "level": "satisfied"})
        assert answer.status_code == 404, tail


def test_a_file_is_reached_through_its_own_dossier_only(citizen: Client, path: str, engine: Engine) -> None:
    (file,) = rows(engine, attachment)
    answer = citizen.browser.get(f"{path}/tep/{file.id}")
    assert (answer.data == PDF and "sandbox" in answer.headers["Content-Security-Policy"]) or answer.data == PDF
    other = sent(citizen).path
    citizen.get(f"{other}/tep/{file.id}", 404)


def test_what_officers_put_into_a_dossier_stays_in_the_office_until_it_is_issued(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    intake(sign_in, {"decision": "accept"})
    settle(engine)
    dossier_id, officer = path.rsplit("/", 1)[1], engine.read(actor_by_login, "hotich")
    assert officer
    inside = UploadedFile("live_birth_certificate", "bien-ban-noi-bo.pdf", "", PDF)
    own_file = UploadedFile("result", "du-thao-ket-qua.pdf", "", shared_documents().render(
        "ND118_2025/refusal", PAPER, AT))
    engine.execute(AttachFile(dossier_id, inside), officer)
    engine.execute(UploadResult(dossier_id, own_file), officer)
    names = {row.id: row.filename for row in rows(engine, attachment)}
    assert len(names) == 3
    page = citizen.get(path)
    for file_id, name in names.items():
        brought = name not in (inside.filename, own_file.filename)
        assert (name in page.source) is brought
        assert citizen.browser.get(f"{path}/tep/{file_id}").status_code == (200 if brought else 404)


# ------------------------------------------------------------------ marked supplement
def test_a_marked_request_shows_exactly_what_was_marked(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    asked_for_more(sign_in, engine)
    page = citizen.get(path)
    assert "Ảnh mờ" in page.main
    page = citizen.get(page.link("Bổ sung ngay"))
    names = {each for each in page.find("//main//form//*[@name]/@name")}
    assert names == {"csrf_token", "key", "staged", "child_name", "files-live_birth_certificate"}
    assert page.filled(page.path)["child_name"] == "Nguyễn Minh An"


def test_an_answered_request_goes_back_to_the_officer_with_what_changed(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    asked_for_more(sign_in, engine)
    form = f"{path}/bo-sung"
    citizen.get(form)
    page = citizen.submit(form, {"child_name": "Nguyễn Minh Anh",
                                 "files-live_birth_certificate": a_file("ro-hon.pdf", PDF)})
    assert "Đã gửi nội dung bổ sung" in page.main and "ro-hon.pdf" in page.main
    assert [row.filename for row in rows(engine, attachment)] == ["giay.pdf", "ro-hon.pdf"]
    citizen.get(form, 404)
    changes = first_task(sign_in("tiepnhan")).find("//table[caption='Nội dung đã thay đổi']/tbody/tr")
    told = [" ".join(" ".join(each.itertext()).split()) for each in changes]
    assert len(told) == 2, "a paper and its file are one change"
    assert "Nguyễn Minh Anh" in told[0] and "ro-hon.pdf, Chờ đối chiếu" in told[1]


def test_a_marked_paper_that_does_not_come_is_asked_for_and_what_was_typed_stays(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    asked_for_more(sign_in, engine)
    form = f"{path}/bo-sung"
    citizen.get(form)
    page = citizen.submit(form, {"child_name": "Tên Mới"}, 422)
    assert "Chưa có tệp" in page.main and page.filled(form)["child_name"] == "Tên Mới"
    page = citizen.submit(form, {"child_name": "", "files-live_birth_certificate": a_file("ro.pdf", PDF)}, 422)
    assert "ro.pdf" in page.main
    assert "Đã gửi" in citizen.submit(form, {"child_name": "Tên Mới"}).main


def test_what_was_not_marked_is_not_changed_by_a_forged_form(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    asked_for_more(sign_in, engine)
    form = f"{path}/bo-sung"
    citizen.get(form)
    citizen.submit(form, {"child_name": "Tên Mới", "mother_name": "Người Khác",
                          "files-live_birth_certificate": a_file("ro.pdf", PDF),
                          "files-identity_document": a_file("la.pdf", PDF)})
    assert [row.component_key for row in rows(engine, attachment)] == ["live_birth_certificate"] * 2
    states = {row.key: row.state for row in rows(engine, component)}
    assert states["identity_document"] == "not_applicable"


def test_nothing_is_completed_that_nobody_asked_for(citizen: Client, path: str) -> None:
    citizen.get(f"{path}/bo-sung", 404)


# ------------------------------------------------------------------ withdrawal, result, rating
def test_a_dossier_is_withdrawn_with_a_reason(citizen: Client, path: str) -> None:
    citizen.get(f"{path}/rut")
    assert "Hãy nêu lý do" in citizen.submit(f"{path}/rut", {"reason": " "}, 422).main
    page = citizen.submit(f"{path}/rut", {"reason": "Nộp nhầm thủ tục"})
    assert "Đã gửi đề nghị rút hồ sơ" in page.main and "rút hồ sơ" in page.main
    citizen.get(f"{path}/rut", 404)


def test_a_result_is_there_when_it_is_issued_and_not_before(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    intake(sign_in, {"decision": "accept"})
    settle(engine)
    for login, answers in BIRTH_STEPS[:2]:
        do_first_task(sign_in(login), answers)
        settle(engine)
    assert "Kết quả giải quyết" not in citizen.get(path).main
    for login, answers in BIRTH_STEPS[2:]:
        do_first_task(sign_in(login), answers)
        settle(engine)
    page = citizen.get(path)
    (row,) = rows(engine, dossier)
    (found,) = engine.read(results_of, row.id)
    assert found.code in page.main
    answer = citizen.browser.get(page.find("//a[contains(@href,'/ket-qua/')]/@href")[0])
    assert answer.data.startswith(b"%PDF") and answer.headers["Content-Disposition"].startswith("attachment")
    assert not page.find("//a[contains(@href,'/rut')]")


def test_the_service_is_rated_once_with_reasons(
        citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    assert "Mức độ hài lòng" not in citizen.get(path).main
    brought_to_its_result(sign_in, engine)
    citizen.get(path)
    form = f"{path}/danh-gia"
    assert "Hãy chọn một mức độ" in citizen.submit(form, {}, 422).main
    page = citizen.submit(form, {"level": "dissatisfied", "comment": ""}, 422)
    assert "chọn một lý do" in page.main
    page = citizen.submit(form, {"level": "dissatisfied", "reasons": ["late", "guidance"], "comment": "Lâu"})
    assert "Bạn đã đánh giá: Không hài lòng" in page.main
    (row,) = rows(engine, rating)
    assert row.reasons == ["late", "guidance"]
    assert citizen.post(form, {"level": "satisfied"}).status_code == 409


def test_control_slips_stay_in_the_office(citizen: Client, path: str, sign_in: SignIn, engine: Engine) -> None:
    brought_to_its_result(sign_in, engine)
    (row,) = rows(engine, dossier)
    actor = engine.read(actor_by_login, "congdan")
    assert actor and engine.read(own.own_dossier, actor, row.id)
    shown = citizen.get(path).find("//a[contains(@href,'/phieu/')]/@href")
    inside = [each.id for each in engine.read(papers_of, row.id) if each.slip in (Slip.CONTROL, Slip.REGISTER)]
    assert not [href for href in shown if href.rsplit("/", 1)[1] in inside]


# ------------------------------------------------------------------ money and kept papers
def filed_with_every_paper(citizen: Client, slug: str, fields: dict[str, Any], **wishes: str) -> str:
    """Applies with a file for each paper that is asked for; returns the address of the dossier."""
    first = begin(citizen, slug=slug)
    filled_form(citizen, first, fields)
    papers = citizen.get(step(first, "giay-to"))
    files = {str(name): a_file("giay.pdf", PDF) for name in papers.find("//input[@type='file']/@name")}
    citizen.submit(papers.path, {**files, "onward": "1"})
    citizen.submit(step(first, "nhan-ket-qua"), {**wishes, "onward": "1"})
    return citizen.submit(step(first, "kiem-tra")).path


def test_what_is_owed_is_quoted_before_sending_and_paid_from_the_page_of_the_dossier(
        citizen: Client, sign_in: SignIn, engine: Engine) -> None:
    asked = {key: value for key, value in BUSINESS.items() if not key.startswith("dossier_") and key != "decision"}
    path = filed_with_every_paper(citizen, "household-business", asked)
    assert "Thanh toán trực tuyến" not in citizen.get(path).main
    do_first_task(sign_in("tiepnhan"), {"decision": "accept"})
    settle(engine)
    page = citizen.get(path)
    assert "Thanh toán trực tuyến" in page.main and "đồng" in page.main
    paying = citizen.submit(f"{path}/thanh-toan")
    assert paying.path.startswith("/thanh-toan/") and paying.h1 == "Thanh toán phí, lệ phí"


def kept_for(engine: Engine, identity: str, dossier_id: str) -> str:
    """A certificate of marital status in somebody's electronic store; returns its id."""
    file = engine.files.put(PDF)
    now = engine.clock.now()
    with engine.database.begin() as connection:
        connection.execute(sa.insert(vault_paper).values(
            id="kept-1", identity=identity, owner_name="Nguyễn Văn Công", paper_type="KQ.G15.000038",
            name="Giấy xác nhận tình trạng hôn nhân", filename="xac-nhan.pdf", media_type="application/pdf",
            size=file.size, sha256=file.sha256, path=file.path, status="valid", dossier_id=dossier_id,
            origin="result:x", kept_at=now, reason=""))
    return "kept-1"


def test_a_paper_of_ones_own_store_is_offered_kept_and_read_again(
        citizen: Client, path: str, engine: Engine, another_citizen: Client) -> None:
    kept = kept_for(engine, "079088001234", path.rsplit("/", 1)[1])
    first = begin(citizen, slug="marriage-registration")
    papers = step(first, "giay-to")
    citizen.get(papers)
    page = citizen.submit(papers, {"reuse-marital_status_certificates": kept, "upload": "1"})
    assert page.filled(papers)["reuse-marital_status_certificates"] == kept
    assert "Dùng lại giấy tờ trong kho" in citizen.get(step(first, "kiem-tra")).main
    citizen.get(papers)
    citizen.submit(papers, {"reuse-marital_status_certificates": None, "upload": "1"})
    assert "Dùng lại giấy tờ trong kho" not in citizen.get(step(first, "kiem-tra")).main
    assert citizen.browser.get(citizen.get("/cong-dan/giay-to").link("Giấy xác nhận")).data == PDF
    another_citizen.get(f"/cong-dan/giay-to/{kept}", 404)


def test_a_paper_of_somebody_elses_store_is_neither_offered_nor_taken(
        citizen: Client, path: str, engine: Engine) -> None:
    kept = kept_for(engine, "079088009999", path.rsplit("/", 1)[1])
    first = begin(citizen, slug="marriage-registration")
    papers = step(first, "giay-to")
    citizen.get(papers)
    page = citizen.submit(papers, {"reuse-marital_status_certificates": kept, "upload": "1"})
    assert kept not in page.source
    assert "Dùng lại giấy tờ trong kho" not in citizen.get(step(first, "kiem-tra")).main


def test_messages_about_ones_dossiers_stand_in_the_account(citizen: Client, path: str, sign_in: SignIn,
                                                          engine: Engine, another_citizen: Client) -> None:
    do_first_task(sign_in("tiepnhan"), {"decision": "accept"})
    settle(engine)
    page = citizen.get("/cong-dan/thong-bao")
    assert "đã được tiếp nhận" in page.main and page.find(f"//a[@href='{path}']")
    assert "Chưa có thông báo nào" in another_citizen.get("/cong-dan/thong-bao").main


def test_a_petition_begun_from_a_dossier_knows_which(sign_in: SignIn) -> None:
    citizen = sign_in("congdan")
    page = sent(citizen)
    code = page.h1.removeprefix("Hồ sơ ")
    begin = citizen.get(citizen.get(page.link("Phản ánh, kiến nghị về việc")).link("Gửi phản ánh"))
    form = citizen.submit(begin.path, {"whom": "self"})
    assert form.filled(form.path)["about_code"] == code and not form.find("//*[contains(@class,'error-summary')]")
