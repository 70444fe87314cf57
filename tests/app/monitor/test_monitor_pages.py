"""An admin sees what runs, finds what stands still, mends it, and sees nobody's identity number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands.accounts import CreateAccount
from engine.domain.actor import SYSTEM, Actor, Role
from engine.store.dossier_tables import dossier
from engine.store.tables import history, incident, instance, variable
from engine.testing import FrozenClock, settle
from tests.app.client import PASSWORD, Client, Page
from tests.app.journeys import CHILD_GROUP, CHILD_GROUP_STEPS, do_first_task, file_dossier
from tests.app.monitor.conftest import BRITTLE, LONELY, PATIENT
from tests.engine.acts import rows
from tests.engine.procedures import TWO_AGENCIES

LIST = "/giam-sat/quy-trinh"
PATHS = ("/giam-sat", LIST, "/giam-sat/su-co", "/giam-sat/thong-diep", "/giam-sat/hen-gio")

FILTERS = {
    "": 2, "slug=brittle": 1, "slug=khong-co": 0, "status=incident": 1, "status=running": 1, "status=completed": 0,
    "status=nonsense": 2, "incident=1": 1, "incident=1&status=running": 0, "q=H99.01": 2, "q=h99.01": 2, "q=0001": 1,
    "q=%25": 0, "q=_": 0, "q=%27%20or%201%3D1": 0, "trang=99": 2, "trang=0": 2, "trang=-1": 2, "trang=x": 2,
    "trang=99999999999999999999": 2,
}
"""What may stand in the address, and how many of two instances it finds."""


def open_incident(engine: Engine) -> sa.Row:
    (found,) = rows(engine, incident, resolved_at=None)
    return found


def retry_path(engine: Engine) -> str:
    return f"/giam-sat/su-co/{open_incident(engine).id}/chay-lai"


def marks_of(page: Page) -> dict:
    """What the diagram viewer is given."""
    (text,) = page.find("//script[@type='application/json']/text()")
    return json.loads(text)


def account(engine: Engine, login: str, role: Role) -> str:
    engine.execute(CreateAccount(login, login, PASSWORD, (("commune-centre", role.value),)), SYSTEM)
    return login


# ------------------------------------------------------------------ who may enter
@pytest.mark.parametrize(("login", "status"), [
    ("quantri", 200), ("phantich", 403), ("tiepnhan", 403), ("hotich", 403), ("giamdoc", 403)])
def test_only_administrators_and_auditors_enter_the_monitor(sign_in, running, login, status):
    paths = (*PATHS, f"{LIST}/{running()}")
    browser = sign_in(login).browser
    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, status)


def test_a_stranger_is_asked_to_sign_in(client: Client):
    assert {client.get(path).path for path in PATHS} == {"/dang-nhap"}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYS_ADMIN])
def test_an_auditor_and_an_operator_read_everything_and_change_nothing(sign_in, engine, running, role):
    path = f"{LIST}/{running()}"
    reader = sign_in(account(engine, "docgia", role))
    for each in (*PATHS, path):
        assert not reader.get(each).find("//main//form[@method='post']")
    assert reader.post(retry_path(engine)).status_code == 403
    assert open_incident(engine)


# ------------------------------------------------------------------ the overview and the list
def test_the_overview_counts_what_runs_and_what_stands_still(admin: Client, running):
    running(BRITTLE)
    running(PATIENT)
    page = admin.get("/giam-sat")
    assert "1 quy trình đang chạy" in page.main and "1 quy trình gặp sự cố" in page.main
    assert "1 sự cố chưa giải quyết" in page.main and "1 hẹn giờ đang chờ" in page.main


def test_the_overview_says_that_no_worker_lives(admin: Client, engine: Engine, clock: FrozenClock):
    assert "Chưa có tiến trình nào" in admin.get("/giam-sat").main
    engine.upkeep.beat("may-1", clock.now(), clock.now())
    assert "may-1 Đang chạy 0 giây trước" in admin.get("/giam-sat").main
    clock.advance(timedelta(minutes=2))
    assert "may-1 Im lặng 120 giây trước" in admin.get("/giam-sat").main


def test_a_timer_is_late_only_when_nobody_fired_it(admin: Client, clock: FrozenClock, engine: Engine, running):
    running(PATIENT)
    assert "0 hẹn giờ bị trễ" in admin.get("/giam-sat").main
    clock.advance(timedelta(days=2, minutes=5))
    assert "1 hẹn giờ bị trễ" in admin.get("/giam-sat").main
    settle(engine)
    assert "0 hẹn giờ bị trễ" in admin.get("/giam-sat").main


def test_the_list_shows_where_each_instance_stands(admin: Client, running):
    running(BRITTLE)
    running(LONELY)
    main = admin.get(LIST).main
    assert "Tổng số: 2" in main and "Chờ thông điệp: never_said" in main and "1 sự cố" in main


def test_the_filter_stands_in_the_address(admin: Client, running):
    running(BRITTLE)
    running(PATIENT)
    wrong = [query for query, total in FILTERS.items() if f"Tổng số: {total}" not in admin.get(f"{LIST}?{query}").main]
    assert not wrong


def test_an_instance_is_found_by_its_id_and_by_its_dossier(admin: Client, engine: Engine, running):
    key = running(BRITTLE)
    running(PATIENT)
    (row,) = rows(engine, instance, id=key)
    for text in (key, row.business_key):
        assert "Tổng số: 1" in admin.get(f"{LIST}?q={text}").main


def test_a_long_list_comes_in_pages(admin: Client, engine: Engine, actor: Callable[[str], Actor], running):
    running(PATIENT)
    with engine.database.begin() as connection:
        (row,) = connection.execute(sa.select(instance)).mappings()
        connection.execute(sa.insert(instance), [{**row, "id": f"copy-{n:03}"} for n in range(60)])
    page = admin.get(f"{LIST}?slug=patient")
    assert "Tổng số: 61" in page.main and len(page.find("//main//tbody/tr")) == 50
    following = admin.get(page.find("//a[@rel='next']/@href")[0])
    assert len(following.find("//main//tbody/tr")) == 11
    assert "slug=patient" in following.find("//a[@rel='prev']/@href")[0]


# ------------------------------------------------------------------ one instance
def test_an_instance_shows_its_tokens_steps_variables_and_timeline(admin: Client, running):
    page = admin.get(f"{LIST}/{running(PATIENT)}")
    marks = marks_of(page)
    assert marks["counts"] == {"Main_Wait": 1} and "Main_Receive" in marks["done"] and marks["incidents"] == []
    for word in ("Receive", "subject", "thử", "Main_Wait", "Hoàn thành", "Nguyễn"):
        assert word in page.main


def test_the_instances_of_one_dossier_lead_to_each_other(admin: Client, engine: Engine, actor, running):
    key = running(TWO_AGENCIES)
    settle(engine)
    page = admin.get(f"{LIST}/{key}")
    assert "Main quy trình này" in page.main and "Police" in page.main
    (other,) = [row.id for row in rows(engine, instance) if row.id != key]
    page = admin.get(f"{LIST}/{other}")
    assert page.find(f"//a[@href='{LIST}/{key}']") and "police_asked" in page.main


def test_the_timeline_says_what_a_parallel_branch_overwrote(admin: Client, engine: Engine, running):
    key = running(PATIENT)
    told = {"conflict": {"fee": {"replaced": 8000, "kept": 0}, "owner_id_number": {"replaced": "B12345", "kept": ""}}}
    with engine.database.begin() as connection:
        connection.execute(sa.update(history).where(history.c.node_id == "Main_Receive").values(data=told))
    page = admin.get(f"{LIST}/{key}")
    assert "fee từ “8000” thành “0”" in page.main and "B12345" not in page.source


def test_an_unknown_instance_is_said_not_to_exist(admin: Client):
    admin.get(f"{LIST}/khong-co", 404)


def test_nobody_reads_an_identity_number_in_the_monitor(admin: Client, engine: Engine, running):
    key = running(BRITTLE)
    number = "001090012345"
    with engine.database.begin() as connection:
        (row,) = connection.execute(sa.select(incident)).mappings()
        connection.execute(sa.update(incident).values(
            values={"subject": number}, message=f"sai ở {number}", expression=row["expression"]))
        connection.execute(sa.update(variable).where(variable.c.key == "subject").values(value=number))
    for path in (f"{LIST}/{key}", "/giam-sat/su-co"):
        page = admin.get(path)
        assert number not in page.source and "•••••••••345" in page.main


# ------------------------------------------------------------------ incidents
def test_an_incident_shows_its_expression_and_values(admin: Client, running):
    page = admin.get(f"{LIST}/{running(BRITTLE)}")
    assert "subject * 2" in page.main and "Main_Reckon" in page.main and "Hiện là: thử" in page.main


def test_incidents_with_the_same_error_stand_together(admin: Client, running):
    running(BRITTLE)
    running(BRITTLE)
    page = admin.get("/giam-sat/su-co")
    assert "2 quy trình gặp lỗi này" in page.main and len(page.find("//main//h2")) == 1


def test_a_retry_without_a_correction_says_that_the_trouble_stays(admin: Client, engine: Engine, running):
    admin.get(f"{LIST}/{running(BRITTLE)}")
    page = admin.submit(retry_path(engine))
    assert "vẫn gặp sự cố" in page.main and open_incident(engine)


def test_a_retry_with_a_corrected_value_lets_the_process_go_on(admin: Client, engine: Engine, running):
    key = running(BRITTLE)
    admin.get(f"{LIST}/{key}")
    page = admin.submit(retry_path(engine), {"new.name": "subject", "new.value": "21"})
    assert "Quy trình đi tiếp" in page.main and "Đã giải quyết" in page.main
    assert rows(engine, variable, instance_id=key, key="doubled")[0].value == 42
    assert rows(engine, incident, resolved_at=None) == []


def test_a_retry_sent_twice_is_one_retry(admin: Client, engine: Engine, running):
    admin.get(f"{LIST}/{running(BRITTLE)}")
    path = retry_path(engine)
    assert admin.page
    same = {**admin.page.filled(path), "new.name": "subject", "new.value": "21"}
    answers = [admin.browser.post(path, data=same).status_code for _ in range(2)]
    assert answers == [303, 303]


def test_a_retry_of_an_incident_that_does_not_exist_changes_nothing(admin: Client):
    assert admin.post("/giam-sat/su-co/khong-co/chay-lai").status_code == 404


# ------------------------------------------------------------------ messages and timers
def test_a_message_without_a_receiver_stays_in_sight(admin: Client, engine: Engine, running):
    running(LONELY)
    assert "nobody_listens" in admin.get("/giam-sat/thong-diep?status=pending").main
    settle(engine)
    page = admin.get("/giam-sat/thong-diep")
    assert "nobody_listens" in page.main and "Không" in page.main
    assert "nobody_listens" not in admin.get("/giam-sat/thong-diep?status=delivered").main
    assert "nobody_listens" in admin.get("/giam-sat/thong-diep?status=all").main


def test_timers_are_listed_with_their_dossier(admin: Client, engine: Engine, running):
    key = running(PATIENT)
    page = admin.get("/giam-sat/hen-gio")
    code = rows(engine, dossier)[0].code
    assert "08:30, 04/03/2026" in page.main and "Main_Wait" in page.main
    assert page.link(code) == f"{LIST}/{key}"


def test_every_page_speaks_english_too(admin: Client, running):
    key = running(BRITTLE)
    admin.get("/giam-sat")
    admin.submit("/ngon-ngu", {"lang": "en"})
    assert "open incidents" in admin.get("/giam-sat").main
    assert "Try this step again" in admin.get(f"{LIST}/{key}").main


def test_the_tokens_of_four_agencies_move_on_one_diagram(admin: Client, engine: Engine, sign_in):
    file_dossier(sign_in("tiepnhan"), "child-birth-residence-insurance", CHILD_GROUP)
    settle(engine)
    (main,) = rows(engine, instance, process_id="Process_OneStop")
    seen = []
    for login, answers in CHILD_GROUP_STEPS[:3]:
        seen.append(marks_of(admin.get(f"{LIST}/{main.id}")))
        do_first_task(sign_in(login), answers)
        settle(engine)
    page = admin.get(f"{LIST}/{main.id}")
    last = marks_of(page)
    assert [set(each["active"]) for each in seen] != [set(last["active"])] * 3
    assert {"Task_RegisterResidence", "Task_IssueHealthCard"} <= set(last["active"])
    assert "Task_RegisterBirth" in last["done"] and "Task_RegisterBirth" in seen[0]["active"]
    assert all(pool in page.main for pool in ("Process_CivilStatus", "Process_Police", "Process_SocialInsurance"))
