"""The inbox of notices that reached nobody, and the button for messages that nobody waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.domain.notice import NoticeChannel, Undeliverable
from engine.store.notice_tables import notice
from engine.store.tables import message
from engine.testing import FrozenClock, Outbox, settle
from tests.app.client import Client
from tests.app.journeys import BIRTH, dossier_id_of, file_dossier

SignIn = Callable[[str], Client]


@pytest.fixture
def failed(sign_in: SignIn, engine: Engine) -> str:
    """A dossier whose applicant's number does not exist: its id."""
    outbox = Outbox()
    outbox.fail_with = Undeliverable("no such number")
    engine.messengers[NoticeChannel.SMS] = outbox  # type: ignore[index]
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", {**BIRTH, "owner_phone": "0912345678"})
    settle(engine)
    outbox.fail_with = None
    return dossier_id_of(receipt)


def statuses(engine: Engine) -> list[str]:
    return engine.read(lambda connection: list(connection.scalars(sa.select(notice.c.status).order_by(notice.c.id))))


def test_the_inbox_says_what_failed_and_why(sign_in: SignIn, failed: str) -> None:
    page = sign_in("quantri").get("/giam-sat/thong-bao")
    assert "no such number" in page.main and "•••••••678" in page.main and "0912345" not in page.main
    assert "thông báo cần xử lý" in sign_in("quantri").get("/giam-sat").main


def test_an_administrator_sends_again_from_the_inbox(sign_in: SignIn, engine: Engine, failed: str) -> None:
    admin = sign_in("quantri")
    page = admin.get("/giam-sat/thong-bao")
    action = str(page.tree.xpath("//form[contains(@action, '/gui-lai')]/@action")[0])
    admin.submit(action, {"recipient": "0987654321"})
    settle(engine)
    assert "sent" in statuses(engine)
    assert [each.recipient for each in engine.messengers[NoticeChannel.SMS].sent] == ["0987654321"]  # type: ignore[attr-defined]


def test_an_impossible_address_is_refused_with_words(sign_in: SignIn, failed: str) -> None:
    admin = sign_in("quantri")
    page = admin.get("/giam-sat/thong-bao")
    action = str(page.tree.xpath("//form[contains(@action, '/gui-lai')]/@action")[0])
    admin.submit(action, {"recipient": "a@b.vn\r\nBcc: c@d.vn"}, 422)


def test_a_notice_is_given_up_with_a_reason(sign_in: SignIn, engine: Engine, failed: str) -> None:
    head = sign_in("giamdoc")
    page = head.get("/giam-sat/thong-bao")
    action = str(page.tree.xpath("//form[contains(@action, '/bo')]/@action")[0])
    head.submit(action, {"reason": "đã gọi điện"})
    assert "cancelled" in statuses(engine)


def test_the_head_finds_what_became_overdue_at_the_top(sign_in: SignIn, clock: FrozenClock, engine: Engine) -> None:
    dossier_id = dossier_id_of(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    clock.advance(timedelta(days=30))
    settle(engine)
    page = sign_in("giamdoc").get("/giam-sat/thong-bao")
    assert page.link("đã quá hạn") == f"/ho-so/{dossier_id}"
    assert "Thông báo cho bạn" not in sign_in("giamdocpl").get("/giam-sat/thong-bao").main


def test_who_has_no_business_there_stays_outside(sign_in: SignIn, failed: str) -> None:
    for login in ("tiepnhan", "hotich"):
        sign_in(login).get("/giam-sat/thong-bao", 403)


def test_the_dossier_tells_what_its_applicant_was_told(sign_in: SignIn, failed: str) -> None:
    page = sign_in("tiepnhan").get(f"/ho-so/{failed}/thong-bao")
    assert "Tiếp nhận" in page.main and "Không gửi được" in page.main and "no such number" in page.main


def test_a_message_nobody_waited_for_can_be_tried_again(sign_in: SignIn, engine: Engine) -> None:
    with engine.database.begin() as connection:
        connection.execute(sa.insert(message).values(
            id="m1", business_key="nobody", kind="message", name="lost", payload={}, dedupe_key="m1", attempts=1,
            status="undeliverable", created_at=engine.clock.now()))
    admin = sign_in("quantri")
    page = admin.get("/giam-sat/thong-diep")
    action = str(page.tree.xpath("//form[contains(@action, '/phat-lai')]/@action")[0])
    assert "Vẫn chưa có nơi nào chờ" in admin.submit(action).main
    assert sign_in("tiepnhan").post(action).status_code == 403


def test_the_pages_speak_english_too(sign_in: SignIn, failed: str) -> None:
    admin = sign_in("quantri")
    admin.browser.set_cookie("lang", "en")
    for path in ("/giam-sat/thong-bao", "/giam-sat/thong-bao?status=sent", "/giam-sat/thong-diep", "/giam-sat"):
        assert admin.get(path).tree.get("lang") == "en"
