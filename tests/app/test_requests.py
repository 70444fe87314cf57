"""The officers' side of a dossier that changes: requests, corrections, twins, papers outside, several at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.queries import supplements
from tests.app.client import Client, Page, a_file
from tests.app.journeys import BIRTH, dossier_id_of, file_dossier, first_task
from tests.conftest import actor_named
from tests.engine.test_supplements import CHILD

SignIn = Callable[[str], Client]
ASK = {"appraisal_decision": "supplement", "missing": ["live_birth_certificate"], "wrong_fields": ["mother_name"],
       "reason": "Tên mẹ chưa khớp Giấy chứng sinh"}
SHOP = {"business_name": "Hộ kinh doanh Minh Tâm", "founded_by": "individual", "owner_name": "Lê Văn Tâm",
        "owner_id_number": "012345678902", "business_address": "Thôn 2, xã Tân An", "business_lines": "Bán lẻ",
        "capital": 50_000_000}
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def filed(sign_in: SignIn, **fields: str) -> str:
    return dossier_id_of(file_dossier(sign_in("tiepnhan"), "birth-registration", {**BIRTH, **fields}))


def asked(sign_in: SignIn) -> str:
    """A dossier whose appraiser asked for more."""
    dossier_id = filed(sign_in)
    officer = sign_in("hotich")
    officer.submit(first_task(officer).path, ASK)
    return dossier_id


def answered(sign_in: SignIn, dossier_id: str, **fields: object) -> Page:
    """The counter enters what the applicant brings."""
    counter, path = sign_in("tiepnhan"), f"/ho-so/{dossier_id}/bo-sung"
    counter.get(path)
    return counter.submit(path, {"mother_name": "Trần Thị Bình An",
                                 "files-live_birth_certificate": [a_file("chung-sinh.pdf", PDF)], **fields})


def test_the_counter_is_asked_for_the_marked_and_nothing_else(sign_in: SignIn) -> None:
    page = sign_in("tiepnhan").get(f"/ho-so/{asked(sign_in)}/bo-sung")
    names = {name for name in page.find("//main//form//*[@name]/@name")} - {"csrf_token", "key"}
    assert names == {"mother_name", "handed", "files-live_birth_certificate"}
    assert ASK["reason"] in page.main


def test_the_officer_sees_what_changed_struck_and_marked(sign_in: SignIn) -> None:
    dossier_id = asked(sign_in)
    page = answered(sign_in, dossier_id)
    assert page.find("//del/text()")[0] == "Trần Thị Bình"
    assert page.find("//mark/text()")[0] == "Trần Thị Bình An"
    assert "chung-sinh.pdf" in page.main
    counter = sign_in("tiepnhan")
    task = first_task(counter)
    assert task.find("//mark/text()")[0] == "Trần Thị Bình An"
    counter.submit(task.path, {"supplied_on": "02/03/2026"})
    officer = sign_in("hotich")
    again = officer.get(officer.get("/viec?xem=mine").find("//main//table//th/a/@href")[0])
    assert again.find("//mark/text()")[0] == "Trần Thị Bình An"
    assert not again.find("//input[@name='wrong_fields'][@checked]")


def test_what_waits_for_the_applicant_comes_back_to_the_list_once_he_answered(sign_in: SignIn) -> None:
    dossier_id = asked(sign_in)
    counter = sign_in("tiepnhan")
    assert len(counter.get("/viec?xem=halted").find("//main//tbody/tr")) == 1
    assert not counter.get("/viec").find("//main//tbody/tr")
    answered(sign_in, dossier_id)
    assert not counter.get("/viec?xem=halted").find("//main//tbody/tr")
    assert len(counter.get("/viec").find("//main//tbody/tr")) == 1


def test_a_paper_that_is_still_missing_is_said_at_its_place(sign_in: SignIn) -> None:
    path = f"/ho-so/{asked(sign_in)}/bo-sung"
    counter = sign_in("tiepnhan")
    counter.get(path)
    page = counter.submit(path, {"mother_name": "Trần Thị Bình An"}, 422)
    assert page.find("//a[@href='#handed-live_birth_certificate']")
    assert page.find("//input[@name='mother_name']/@value") == ["Trần Thị Bình An"]


def test_fields_that_no_page_offered_change_nothing(sign_in: SignIn, engine: Engine) -> None:
    dossier_id = asked(sign_in)
    fields = {"mother_name": "Trần Thị Bình An", "child_name": "Ai Khác", "handed": ["power_of_attorney"]}
    sign_in("tiepnhan").post(f"/ho-so/{dossier_id}/bo-sung", fields)
    assert engine.read(supplements.open_request, dossier_id) is not None
    for login in ("hotich", "giamdoc"):
        assert sign_in(login).post(f"/ho-so/{dossier_id}/bo-sung", fields).status_code == 403


def test_a_second_request_needs_the_leader_and_says_so(sign_in: SignIn) -> None:
    dossier_id = asked(sign_in)
    answered(sign_in, dossier_id)
    counter, officer, leader = sign_in("tiepnhan"), sign_in("hotich"), sign_in("lanhdao")
    counter.submit(first_task(counter).path, {"supplied_on": "02/03/2026"})
    path = officer.get("/viec?xem=mine").find("//main//table//th/a/@href")[0]
    officer.get(path)
    refused = officer.submit(path, ASK, 422)
    assert "Lãnh đạo phải ghi lý do" in refused.text
    leader.get(f"/ho-so/{dossier_id}/bo-sung")
    assert "Phát sinh" in leader.submit(f"/ho-so/{dossier_id}/bo-sung/dong-y", {"reason": "Phát sinh giấy tờ"}).main
    officer.get(path)
    officer.submit(path, ASK)
    assert "Tính quá hạn" in counter.get(f"/ho-so/{dossier_id}/bo-sung").main


def test_a_correction_shows_what_stood_there_and_only_the_counter_makes_one(sign_in: SignIn) -> None:
    dossier_id = filed(sign_in)
    path, counter = f"/ho-so/{dossier_id}/dinh-chinh", sign_in("tiepnhan")
    counter.get(path)
    assert counter.submit(path, {"reason": "Gõ nhầm"}, 422).find("//a[@href='#form']")
    page = counter.submit(path, {"reason": "Gõ nhầm", "dossier_owner__phone": "0987 654 321"})
    assert (page.find("//del/text()"), page.find("//mark/text()")) == (["0912 345 678"], ["0987 654 321"])
    sign_in("hotich").get(path, 403)
    assert "Gõ nhầm" in sign_in("hotich").get(f"/ho-so/{dossier_id}/lich-su").main


def test_a_twin_is_shown_with_a_link_and_must_be_seen(sign_in: SignIn) -> None:
    first = filed(sign_in)
    counter = sign_in("tiepnhan")
    page = file_dossier(counter, "birth-registration", BIRTH, 422)
    assert page.find(f"//section[@id='twins']//a[@href='/ho-so/{first}']")
    receipt = counter.submit("/tiep-nhan/birth-registration", {"seen_twins": "1", "decision": "accept"})
    assert dossier_id_of(receipt) != first


def test_papers_leave_under_the_heads_permit_only(sign_in: SignIn) -> None:
    path = f"/ho-so/{filed(sign_in)}/giay-phep"
    officer, head, counter = sign_in("hotich"), sign_in("giamdoc"), sign_in("tiepnhan")
    asked = officer.get(path)
    assert asked.find("//input[@name='papers']/@value") == ["live_birth_certificate"], "what was never handed in stays"
    assert "Đỗ Anh Tuấn" not in asked.main, "nor does the police carry what is none of theirs"
    assert not counter.get(path).find("//main//form"), "who may not ask is not offered to"
    officer.get(path)
    fields = {"papers": ["live_birth_certificate"], "purpose": "Xác minh", "leave_at": "02/03/2026 14:00",
              "due_back_at": "02/03/2026 16:30"}
    assert officer.submit(path, {**fields, "due_back_at": "hôm nay"}, 422).find("//a[@href='#leave_at']")
    officer.get(path)
    assert "Chờ duyệt" in officer.submit(path, fields).main
    assert not counter.get("/giay-phep").find("//main//form")
    permit = head.get("/giay-phep").find("//main//form/@action")[0].rpartition("/")[0]
    head.submit(f"{permit}/duyet")
    counter.get("/giay-phep")
    assert "Đang ở ngoài" in counter.submit(f"{permit}/mang-di").main
    assert "Đang ở ngoài Trung tâm" in counter.get(path.replace("giay-phep", "giay-to")).main
    counter.get("/giay-phep")
    counter.submit(f"{permit}/giao-lai")
    assert "Đã giao lại" in counter.get(path).main


def chosen(officer: Client) -> list[str]:
    return [str(each) for each in officer.get("/viec").find("//input[@name='task']/@value")]


def test_several_steps_are_answered_with_one_form_and_each_has_its_result(sign_in: SignIn) -> None:
    filed(sign_in)
    filed(sign_in, dossier_owner__phone="0900 000 001")
    officer = sign_in("hotich")
    tasks = chosen(officer)
    page = officer.submit("/viec/nhieu", {"task": tasks, "act": "work"})
    assert len(page.find("//input[@name='task']")) == 2
    sign_in("hotich2").post(f"/viec/{tasks[0]}/nhan")           # somebody else is faster with one of them
    done = officer.submit("/viec/nhieu/xong", {"task": tasks, "appraisal_decision": "approve"})
    assert "Xong 1 trên 2 việc" in done.main
    assert len(done.find("//tbody/tr[contains(., 'Chưa được')]")) == 1


@pytest.mark.parametrize("path", ["/viec/nhieu", "/viec/nhieu/giao", "/viec/nhieu/xong"])
def test_a_batch_of_nothing_or_of_others_work_does_nothing(sign_in: SignIn, path: str) -> None:
    filed(sign_in)
    theirs = chosen(sign_in("hotich"))
    for tasks in ([], theirs, ["'; DROP TABLE work_item; --", "x" * 500]):
        answer = sign_in("congan").post(path, {"task": tasks, "act": "claim", "assignee_id": "x", "reason": "y"})
        assert answer.status_code == 303
    assert chosen(sign_in("hotich")) == theirs


def test_different_steps_are_not_answered_together(sign_in: SignIn, engine: Engine) -> None:
    counter = sign_in("tiepnhan")
    for slug, answers in (("birth-registration", CHILD), ("household-business", SHOP)):
        command = SubmitDossier(slug, "direct", "commune-centre", {"name": "Lê Văn Tâm"}, answers)
        engine.execute(command, actor_named(engine, "tiepnhan"))
    tasks = chosen(counter)
    assert len(tasks) == 2
    assert "cùng một bước" in counter.submit("/viec/nhieu", {"task": tasks, "act": "work"}).text


def test_what_came_by_post_is_filed_with_its_post_mark(sign_in: SignIn) -> None:
    counter = sign_in("tiepnhan")
    posted = {**BIRTH, "channel": "postal", "decision": "accept"}
    page = file_dossier(counter, "birth-registration", posted, 422)
    assert page.find("//a[@href='#posted_on']")
    assert page.find("//a[@href='#post_sender']")
    receipt = counter.submit("/tiep-nhan/birth-registration", {
        "posted_on": "27/02/2026", "post_sender": "Trần Thị Bình", "decision": "accept"})
    assert "Qua bưu chính" in counter.get(f"/ho-so/{dossier_id_of(receipt)}").main
