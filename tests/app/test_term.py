"""An end before the result and more time for it, as officers ask for them on the dossier's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from engine.bootstrap import Engine
from engine.commands.calendar_changes import ChangeCalendar
from engine.domain.actor import Actor
from engine.domain.calendar import CalendarDay, DayKind
from engine.store.dossier_tables import dossier
from engine.testing import FrozenClock, settle
from tests.app.client import Client
from tests.app.journeys import BIRTH, BUSINESS, dossier_id_of, file_dossier
from tests.engine.acts import open_steps, rows

SignIn = Callable[[str], Client]


def file_business(sign_in: SignIn) -> str:
    return dossier_id_of(file_dossier(sign_in("tiepnhan"), "household-business", BUSINESS))


def ask(client: Client, dossier_id: str, wish: str, reason: str, status: int = 200) -> str:
    path = f"/ho-so/{dossier_id}/de-nghi/{wish}"
    client.get(path)
    return client.submit(path, {"reason": reason, "brought": "Đơn ngày 02/03/2026"}, status=status).main


def open_task_named(client: Client, name: str) -> str:
    return client.get("/viec").link(name)


def test_the_page_says_until_when_paper_must_be_handed_over(sign_in: SignIn) -> None:
    dossier_id = file_business(sign_in)

    assert "Chuyển hồ sơ chậm nhất 17:00, 02/03/2026" in sign_in("kinhte").get(f"/ho-so/{dossier_id}").main


def test_each_officer_is_offered_what_is_his_to_ask(sign_in: SignIn) -> None:
    dossier_id = file_business(sign_in)
    reception, officer, clerk = (sign_in(login).get(f"/ho-so/{dossier_id}").main
                                 for login in ("tiepnhan", "kinhte", "vanthu"))

    assert "Rút hồ sơ theo yêu cầu" in reception
    assert "Gia hạn giải quyết" not in reception
    assert "Rút hồ sơ theo yêu cầu" not in officer
    assert all(words in officer for words in ("Xin lỗi và hẹn lại", "Gia hạn giải quyết", "Dừng giải quyết hồ sơ"))
    assert "Đề nghị về hồ sơ" not in clerk


def test_a_request_needs_a_reason(sign_in: SignIn) -> None:
    dossier_id = file_business(sign_in)

    assert "Hãy ghi lý do đề nghị" in ask(sign_in("kinhte"), dossier_id, "gia-han", "  ", 422)
    counter, path = sign_in("tiepnhan"), f"/ho-so/{dossier_id}/de-nghi/rut-ho-so"
    counter.get(path)
    assert "Hãy ghi chủ hồ sơ đã đưa giấy tờ gì" in counter.submit(path, {"reason": "Không còn nhu cầu"}, 422).main


def test_a_withdrawn_dossier_rests_and_the_officer_is_told_why_his_step_does_not_count(
        sign_in: SignIn, engine: Engine) -> None:
    dossier_id = file_business(sign_in)
    settle(engine)
    assert "Đã ghi nhận đề nghị rút hồ sơ" in ask(sign_in("tiepnhan"), dossier_id, "rut-ho-so", "Không còn nhu cầu")
    page = sign_in("kinhte").get(f"/ho-so/{dossier_id}").main
    assert "Công dân yêu cầu rút hồ sơ" in page
    assert "Gia hạn giải quyết" not in page
    reception = sign_in("tiepnhan")
    path = open_task_named(reception, "Kiểm tra đề nghị rút hồ sơ")
    assert "Không còn nhu cầu" in reception.get(path).main
    refused = reception.submit(path, {"withdrawal_decision": "confirm"}, 422)
    assert "Không còn nhu cầu" in refused.main, "what is shown only to be read stays"
    reception.submit(path, {"identity_checked": "true", "withdrawal_decision": "confirm"})
    settle(engine)
    (row,) = rows(engine, dossier, id=dossier_id)
    assert (row.national_status, row.clock, row.outcome) == (8, "finished", "withdrawn")
    assert open_steps(engine, dossier_id) == []


def test_the_apology_goes_from_the_officer_to_the_leader_and_its_new_date_is_shown(
        sign_in: SignIn, engine: Engine, clock: FrozenClock) -> None:
    dossier_id = file_business(sign_in)
    clock.advance(timedelta(days=2))
    settle(engine)
    officer, leader = sign_in("kinhte"), sign_in("lanhdao")
    path = open_task_named(officer, "Dự thảo phiếu xin lỗi")
    officer.get(path)
    officer.submit(path, {"delay_cause": "coordination", "apology_reason": "Cơ quan phối hợp trả lời chậm",
                          "promised_on": "2026-03-10"})
    path = open_task_named(leader, "Duyệt phiếu xin lỗi")
    assert "Cơ quan phối hợp trả lời chậm" in leader.get(path).source
    leader.submit(path, {"approval_decision": "approve"})
    settle(engine)
    page = sign_in("kinhte").get(f"/ho-so/{dossier_id}").main
    assert "Hẹn lại 17:00, 10/03/2026" in page
    refused = ask(officer, dossier_id, "xin-loi", "Vẫn chưa xong", 409)
    assert "Chỉ được hẹn lại ngày trả kết quả 1 lần" in refused
    assert engine.verify() == []


def draft_apology(sign_in: SignIn, engine: Engine, promised_on: str) -> tuple[str, str]:
    """The dossier and the address of the draft, refused once for a day that is too early."""
    dossier_id = file_business(sign_in)
    officer = sign_in("kinhte")
    ask(officer, dossier_id, "xin-loi", "Hệ thống lỗi")
    settle(engine)
    path = open_task_named(officer, "Dự thảo phiếu xin lỗi")
    assert officer.get(path).filled(path)["apology_reason"] == "Hệ thống lỗi", "asked for once"
    early = officer.submit(path, {"delay_cause": "coordination", "promised_on": "2026-03-03"}, 422).main
    assert "Ngày hẹn trả lại: phải sau ngày" in early
    officer.submit(path, {"delay_cause": "coordination", "promised_on": promised_on})
    return dossier_id, path


def test_an_apology_is_not_drafted_for_a_day_that_is_not_later_nor_signed_once_its_day_has_gone(
        sign_in: SignIn, engine: Engine, clock: FrozenClock) -> None:
    draft_apology(sign_in, engine, "2026-03-10")
    clock.advance(timedelta(days=10))
    leader = sign_in("lanhdao")
    path = open_task_named(leader, "Duyệt phiếu xin lỗi")
    leader.get(path)
    refused = leader.submit(path, {"approval_decision": "approve"}, 422).main
    assert "Hãy chọn trả lại để sửa ngày hẹn" in refused
    leader.submit(path, {"approval_decision": "return", "approval_note": "Hẹn ngày khác"})
    officer = sign_in("kinhte")
    page = officer.get(open_task_named(officer, "Dự thảo phiếu xin lỗi")).main
    assert "Hẹn ngày khác" in page
    assert "không thực hiện được" not in page


def test_a_signed_apology_that_could_not_be_written_down_says_why_on_the_draft(
        sign_in: SignIn, engine: Engine, actor: Callable[[str], Actor]) -> None:
    draft_apology(sign_in, engine, "2026-03-10")
    leader = sign_in("lanhdao")
    path = open_task_named(leader, "Duyệt phiếu xin lỗi")
    leader.get(path)
    leader.submit(path, {"approval_decision": "approve"})
    holiday = CalendarDay(date(2026, 3, 10), DayKind.HOLIDAY, name="Nghỉ bù")
    engine.execute(ChangeCalendar("nation", (holiday,)), actor("quantri"))
    engine.calendars.forget()
    settle(engine)
    officer = sign_in("kinhte")
    page = officer.get(open_task_named(officer, "Dự thảo phiếu xin lỗi")).main

    assert "Bước “Ghi ngày hẹn lại” không thực hiện được: Ngày hẹn không hợp lệ" in page


def test_what_runs_beside_dossiers_is_not_offered_at_the_counter(sign_in: SignIn) -> None:
    offered = sign_in("tiepnhan").get("/tiep-nhan").main

    beside = ("Xin lỗi và hẹn lại", "Gia hạn giải quyết", "Rút hồ sơ", "Đôn đốc", "phản ánh, kiến nghị")
    assert not [words for words in beside if words in offered]
    sign_in("tiepnhan").get("/tiep-nhan/apology", 404)


def test_a_wish_that_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    dossier_id = file_business(sign_in)

    sign_in("kinhte").get(f"/ho-so/{dossier_id}/de-nghi/xoa", 404)


def test_a_step_that_would_move_a_dossier_in_state_7_says_what_to_decide_first(sign_in: SignIn) -> None:
    dossier_id = dossier_id_of(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    ask(sign_in("tiepnhan"), dossier_id, "rut-ho-so", "Không còn nhu cầu")
    officer = sign_in("hotich")
    path = officer.get("/viec?xem=halted").link("Thẩm định hồ sơ")
    officer.get(path)
    refused = officer.submit(path, {"appraisal_decision": "supplement", "reason": "Thiếu giấy chứng sinh"}, 409)

    assert "Người nộp đã yêu cầu rút hồ sơ" in refused.main
    assert "Hãy giải quyết việc rút hồ sơ trước" in refused.main


def test_the_page_says_what_the_national_index_will_say(sign_in: SignIn, clock: FrozenClock) -> None:
    dossier_id = file_business(sign_in)
    officer = sign_in("kinhte")
    assert "Theo chỉ số quốc gia Đúng hạn" in officer.get(f"/ho-so/{dossier_id}").main
    clock.advance(timedelta(days=7))
    assert "Theo chỉ số quốc gia Quá hạn" in officer.get(f"/ho-so/{dossier_id}").main
