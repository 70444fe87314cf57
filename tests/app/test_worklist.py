"""What waits for whom, and what becomes of a task."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from engine.bootstrap import Engine
from engine.commands.tasks import CompleteTask
from engine.domain.actor import Actor
from engine.testing import FrozenClock
from tests.app.client import Client, a_file
from tests.app.journeys import (
    BIRTH,
    BUSINESS,
    do_first_task,
    dossier_id_of,
    file_dossier,
    first_task,
    pay_at_the_counter,
)

SignIn = Callable[[str], Client]
APPRAISAL = {"appraisal_decision": "approve", "register_entry": "12/2026"}


def file_birth(sign_in: SignIn, **changed: str) -> str:
    return dossier_id_of(file_dossier(sign_in("tiepnhan"), "birth-registration", {**BIRTH, **changed}))


def test_what_falls_due_first_stands_on_top_and_overdue_is_said_in_words(sign_in: SignIn, clock: FrozenClock) -> None:
    file_birth(sign_in, child_name="Trẻ Thứ Nhất", dossier_owner__name="Chủ Thứ Nhất")
    clock.advance(timedelta(hours=2))
    file_birth(sign_in, child_name="Trẻ Thứ Hai", dossier_owner__name="Chủ Thứ Hai")
    page = sign_in("hotich").get("/viec")
    assert page.main.index("Chủ Thứ Nhất") < page.main.index("Chủ Thứ Hai")
    clock.advance(timedelta(days=1))
    page = sign_in("hotich").get("/viec")
    assert "Quá hạn 7 giờ" in page.main
    assert page.find("//span[contains(@class, 'mc-chip--late')]")
    assert "2 việc quá hạn" in page.main


def test_remaining_time_counts_working_hours_only(sign_in: SignIn) -> None:
    file_birth(sign_in)
    assert "Còn 3 giờ" in sign_in("hotich").get("/viec").main


def test_a_claimed_task_is_mine_and_is_shown_to_others_as_held(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officer = sign_in("hotich")
    task = first_task(officer)
    officer.submit(f"{task.path}/nhan")
    assert "Thẩm định hồ sơ" in officer.get("/viec?xem=mine").main
    other = sign_in("hotich2")
    assert "Trần Minh Đức đang xử lý việc này" in other.get(task.path).main
    assert not other.get(task.path).find(f"//form[@action='{task.path}']")
    officer.get(task.path)
    officer.submit(f"{task.path}/tra-lai")
    assert "Không có việc nào" in officer.get("/viec?xem=mine").main
    assert other.get(task.path).find(f"//form[@action='{task.path}']")


def test_whoever_comes_second_is_told_who_did_it(sign_in: SignIn) -> None:
    file_birth(sign_in)
    first, second = sign_in("hotich"), sign_in("hotich2")
    task = first_task(first)
    second.get(task.path)
    first.submit(task.path, APPRAISAL)
    late = second.submit(task.path, APPRAISAL)
    assert "Trần Minh Đức đã hoàn thành việc này lúc 08:30, 02/03/2026" in late.main
    assert late.h1 == "Việc cần làm"


def test_of_two_at_the_same_instant_one_succeeds_and_the_other_is_told_who_did(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officers = [sign_in("hotich"), sign_in("hotich2")]
    task = first_task(officers[0])
    sent = [{**officer.get(task.path).filled(task.path), **APPRAISAL} for officer in officers]
    start = Barrier(2)

    def complete(officer: Client, fields: dict[str, str]) -> str:
        start.wait()
        return officer.browser.post(task.path, data=fields, follow_redirects=True).text

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(complete, officers, sent))
    won = ["Đã hoàn thành: Thẩm định hồ sơ" in each for each in said]
    assert sorted(won) == [False, True]
    winner = ("Trần Minh Đức", "Phạm Thu Hà")[won.index(True)]
    assert f"{winner} đã hoàn thành việc này" in said[won.index(False)]


def test_a_double_click_is_one_completion(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officer = sign_in("hotich")
    task = first_task(officer)
    fields = {**task.filled(task.path), **APPRAISAL}
    answers = [officer.browser.post(task.path, data=fields, follow_redirects=True).text for _ in range(2)]
    assert all("Đã hoàn thành: Thẩm định hồ sơ" in each for each in answers)


def test_an_answer_that_is_missing_comes_back_to_the_page_with_everything_typed(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officer = sign_in("hotich")
    task = first_task(officer)
    page = officer.submit(task.path, {"register_entry": "12/2026", "appraisal_note": "x" * 3000}, 422)
    assert "Vui lòng điền: Kết quả thẩm định" in page.main
    assert "không quá 2000 ký tự" in page.main
    assert page.filled(task.path)["register_entry"] == "12/2026"


def test_work_that_waits_for_the_applicant_stands_in_a_list_of_its_own(sign_in: SignIn) -> None:
    file_birth(sign_in, decision="supplement", reason="Thiếu giấy chứng sinh")
    officer = sign_in("tiepnhan")
    assert "Không có việc nào" in officer.get("/viec").main
    assert "Tiếp nhận giấy tờ bổ sung" in officer.get("/viec?xem=halted").main


def test_a_head_hands_a_task_to_another_officer_and_must_say_why(sign_in: SignIn) -> None:
    file_dossier(sign_in("tiepnhan"), "household-business", BUSINESS)
    pay_at_the_counter(sign_in("tiepnhan"))
    task = first_task(sign_in("kinhte"))
    head = sign_in("truongphong")
    page = head.get(task.path)
    chosen = page.find("//select[@name='assignee_id']/option/@value")[0]
    assert "ghi lý do" in head.submit(f"{task.path}/giao", {"assignee_id": chosen, "reason": ""}).main
    assert "Đã giao việc cho Võ Quốc Bảo" in head.submit(
        f"{task.path}/giao", {"assignee_id": chosen, "reason": "Đồng chí đang rảnh"}).main


def test_somebody_without_the_role_cannot_complete_even_by_address(
        engine: Engine, sign_in: SignIn, actor: Callable[[str], Actor]) -> None:
    file_birth(sign_in)
    task = first_task(sign_in("hotich"))
    for outsider, status in (("kinhte", 404), ("lanhdao", 403), ("tiepnhan", 403)):
        assert sign_in(outsider).post(task.path, APPRAISAL).status_code == status
    assert engine.execute(CompleteTask(task.path.split("/")[2], APPRAISAL), actor("hotich"))["opened"]


def test_a_task_that_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    officer = sign_in("hotich")
    for path in ("/viec/khong-co", "/viec/%00", "/viec/" + "a" * 500, "/ho-so/1' OR 1=1", "/tep/../../etc/passwd"):
        officer.get(path, 404)


def test_history_says_who_had_the_dossier_and_whether_in_time(sign_in: SignIn, clock: FrozenClock) -> None:
    dossier = file_birth(sign_in)
    clock.advance(timedelta(hours=6))
    do_first_task(sign_in("hotich"), APPRAISAL)
    page = sign_in("hotich").get(f"/ho-so/{dossier}/lich-su")
    assert "Trần Minh Đức" in page.main and "Quá hạn" in page.main and "Trong hạn" in page.main
    assert "Bắt đầu tính" in page.main


def test_the_diagram_carries_the_tokens_of_the_dossier(sign_in: SignIn) -> None:
    dossier = file_birth(sign_in)
    page = sign_in("hotich").get(f"/ho-so/{dossier}/so-do")
    data = page.find("//script[@type='application/json']")[0].text
    assert "Task_AppraiseAndRegister" in data and "Task_CheckDossier" in data


def test_whoever_signs_reads_what_the_officer_found_and_what_was_asked(sign_in: SignIn) -> None:
    file_birth(sign_in)
    do_first_task(sign_in("hotich"), {**APPRAISAL, "appraisal_note": "Đã đối chiếu dữ liệu dân cư"})
    page = first_task(sign_in("lanhdao"))
    assert "Đã đối chiếu dữ liệu dân cư" in page.main and "Kết quả thẩm định Đủ điều kiện" in page.main
    assert "Kết quả kiểm tra Đủ điều kiện, tiếp nhận hồ sơ" in page.main and "bổ sung" not in page.main
    assert "Trạm Y tế xã Tân An" in page.main


def test_what_comes_back_keeps_its_notes_but_asks_for_the_decision_again(sign_in: SignIn) -> None:
    file_birth(sign_in)
    do_first_task(sign_in("hotich"), {**APPRAISAL, "appraisal_note": "Đã đối chiếu"})
    do_first_task(sign_in("lanhdao"), {"signing_decision": "return", "signing_note": "Ghi rõ hơn"})
    page = first_task(sign_in("hotich"))
    assert page.filled(page.path)["appraisal_note"] == "Đã đối chiếu"
    assert "appraisal_decision" not in page.filled(page.path)
    assert "Ghi rõ hơn" in page.main


def test_a_dossier_is_found_by_its_code_and_by_its_owner(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officer = sign_in("tiepnhan")
    for wanted in ("260302-0001", "trần thị", "Bình"):
        assert "Trần Thị Bình" in officer.get(f"/ho-so?q={wanted}").main
    assert "Không có hồ sơ nào" in officer.get("/ho-so?q=%25").main


def test_the_list_is_narrowed_by_procedure_and_step_in_the_address(sign_in: SignIn) -> None:
    file_birth(sign_in)
    officer = sign_in("hotich")
    assert "Trần Thị Bình" in officer.get("/viec?thu-tuc=birth-registration").main
    assert "Không có việc nào" in officer.get("/viec?thu-tuc=household-business").main
    assert "Không có việc nào" in officer.get("/viec?buoc=Bước khác").main
    officer.get("/viec?trang=-1&xem=x")
    officer.get("/viec?trang=99999999999999999999")



def test_files_of_a_supplement_are_added_to_the_dossier_by_those_who_hold_it(sign_in: SignIn) -> None:
    dossier = file_birth(sign_in)
    path = f"/ho-so/{dossier}/giay-to"
    officer = sign_in("tiepnhan")
    officer.get(path)
    page = officer.submit(path, {"files": [a_file("bo-sung.pdf", b"%PDF-1.4\n%%EOF\n")]})
    assert "Đã thêm: bo-sung.pdf" in page.main and page.link("bo-sung.pdf")
    assert "không thuộc loại" in officer.submit(path, {"files": [a_file("x.exe", b"MZ")]}).main
    assert officer.post(path, {"component": "../x"}).status_code == 404
    assert sign_in("kinhte").post(path, {"component": "identity_document"}).status_code == 404
