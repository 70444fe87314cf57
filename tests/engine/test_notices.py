"""What people are told when something happens to their dossier, once each, whatever the provider does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine import worker
from engine.bootstrap import Engine
from engine.commands.applicants import Wishes
from engine.commands.citizens import SaveProfile, SendCode
from engine.commands.dossiers import SubmitDossier
from engine.commands.sending import (
    CancelNotice,
    NoticeFailed,
    NoticeSent,
    QueueNotice,
    RecordBounce,
    ResendNotice,
    SendNotice,
)
from engine.domain.actor import SYSTEM, Actor, ActorKind
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.notice import BACK_OFF_S, LEASE, NoticeChannel, Undeliverable
from engine.queries import notices as queries
from engine.store.notice_tables import notice
from engine.store.paper_tables import paper
from engine.store.tables import command, incident
from engine.testing import Outbox, settle
from tests.engine.acts import complete, rows
from tests.engine.citizens import FOR_AN, citizen, publish_online

Actors = Callable[[str], Actor]
NOBODY = Actor("anonymous", "", ActorKind.CITIZEN)
OWNER = {"name": "Nguyễn Văn An", "email": "an@example.vn", "phone": "0912345678"}


@pytest.fixture
def mail(engine: Engine) -> Outbox:
    outbox = Outbox()
    engine.messengers[NoticeChannel.EMAIL] = outbox  # type: ignore[index]
    return outbox


def filed(engine: Engine, officer: Actor, slug: str = "five-steps", owner: dict[str, str] = OWNER) -> dict[str, Any]:
    return engine.execute(SubmitDossier(slug, "direct", "commune-centre", owner, {"subject": "thử"}), officer)


def accepted(engine: Engine, officer: Actor, **options: Any) -> str:
    answer = filed(engine, officer, **options)
    complete(engine, officer, answer["task_id"])
    return str(answer["dossier_id"])


def told(engine: Engine, dossier_id: str, event: str = "accepted") -> Any:
    (row,) = rows(engine, notice, dossier_id=dossier_id, event=event)
    return row


def test_the_applicant_hears_that_the_dossier_was_accepted_and_when_it_is_due(
        engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    letter = next(each for each in mail.sent if "tiếp nhận" in each.subject)
    assert letter.recipient == "an@example.vn"
    assert "Kính gửi Nguyễn Văn An" in letter.text and "Hẹn trả kết quả: 09/03/2026" in letter.text
    assert "http://127.0.0.1:8080/tra-cuu/" in letter.text
    row = told(engine, dossier_id)
    assert (row.status, row.attempts, row.error) == ("sent", 1, "")


def test_without_an_address_nothing_is_queued_and_nothing_fails(engine: Engine, actor: Actors) -> None:
    accepted(engine, actor("tiepnhan"), owner={"name": "An", "email": "không có", "phone": "?"})
    assert rows(engine, notice) == []


def test_without_e_mail_the_telephone_gets_a_text_message_that_names_nobody_in_full(
        engine: Engine, actor: Actors) -> None:
    sms = Outbox()
    engine.messengers[NoticeChannel.SMS] = sms  # type: ignore[index]
    accepted(engine, actor("tiepnhan"), owner={"name": "Nguyễn Văn An", "phone": "0912 345 678"})
    settle(engine)
    assert [each.recipient for each in sms.sent] == ["0912345678", "0912345678"]
    assert all(each.text.isascii() and "Van An" not in each.text for each in sms.sent)


def test_a_rolled_back_step_tells_nobody(engine: Engine, actor: Actors, mail: Outbox) -> None:
    officer = actor("tiepnhan")
    answer = filed(engine, officer)
    with pytest.raises(NotAllowed):
        complete(engine, actor("congan"), answer["task_id"])
    settle(engine)
    assert [row.event for row in rows(engine, notice)] == ["submitted"]


def test_the_same_occasion_is_told_once_whoever_reports_it_twice(engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    first = QueueNotice(dossier_id, "uncollected", {}, "tick-1")
    assert len(engine.execute(first, SYSTEM)["notice_ids"]) == 1
    assert engine.execute(QueueNotice(dossier_id, "uncollected", {}, "tick-1"), SYSTEM)["notice_ids"] == []
    assert len(engine.execute(QueueNotice(dossier_id, "uncollected", {}, "tick-2"), SYSTEM)["notice_ids"]) == 1


def test_two_overlapping_workers_never_send_the_same_notice(engine: Engine, actor: Actors) -> None:
    """ActionOverdueScheduler of another product sent everything twice when two ticks overlapped (pitfall 5)."""
    dossier_id = accepted(engine, actor("tiepnhan"))
    notice_id = told(engine, dossier_id).id
    inside, leave, sent = threading.Event(), threading.Event(), []

    class Slow:
        def send(self, letter: Any) -> None:
            sent.append(letter.id)
            inside.set()
            leave.wait(10)

    engine.messengers[NoticeChannel.EMAIL] = Slow()  # type: ignore[index]
    first = threading.Thread(target=worker.send_notice, args=(engine, notice_id))
    first.start()
    assert inside.wait(10)
    worker.send_notice(engine, notice_id)  # the second worker, while the first still speaks
    leave.set()
    first.join(10)
    worker.send_notice(engine, notice_id)
    assert sent == [notice_id]
    assert told(engine, dossier_id).status == "sent"


def test_eight_workers_at_once_take_a_notice_once(engine: Engine, actor: Actors, mail: Outbox) -> None:
    notice_id = told(engine, accepted(engine, actor("tiepnhan"))).id
    workers = [threading.Thread(target=worker.send_notice, args=(engine, notice_id)) for _ in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(30)
    assert [letter.id for letter in mail.sent] == [notice_id]


def test_a_worker_killed_while_sending_is_replaced_when_its_lease_ends(
        engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    it = told(engine, dossier_id)
    engine.execute(SendNotice(it.id), SYSTEM)   # and then the process is gone
    engine.jobs._queue.clear()  # type: ignore[attr-defined]
    settle(engine)
    assert mail.sent == []
    engine.clock.advance(LEASE)  # type: ignore[attr-defined]
    settle(engine)
    assert it.id in [letter.id for letter in mail.sent], "the id is the same, so that the receiver can drop a copy"
    assert told(engine, dossier_id).attempts == 2


def test_a_record_of_the_dead_workers_attempt_changes_nothing_any_more(engine: Engine, actor: Actors) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    it = told(engine, dossier_id)
    engine.execute(SendNotice(it.id), SYSTEM)
    engine.clock.advance(LEASE)  # type: ignore[attr-defined]
    assert engine.execute(SendNotice(it.id), SYSTEM)["attempt"] == 2
    assert engine.execute(NoticeFailed(it.id, 1, "late"), SYSTEM) == {"repeated": True}
    engine.execute(NoticeSent(it.id, 2), SYSTEM)
    assert told(engine, dossier_id).status == "sent"


def test_a_provider_that_is_down_is_asked_again_later_and_later_and_then_a_person_looks(
        engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = ConnectionRefusedError("no route")
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    row = told(engine, dossier_id)
    assert (row.status, row.attempts, row.error) == ("failed", len(BACK_OFF_S) + 1, "ConnectionRefusedError: no route")
    waits = sorted(wait for key, wait in engine.jobs.delays.items() if key.startswith(f"notice:{row.id}-"))  # type: ignore[attr-defined]
    assert waits == sorted(BACK_OFF_S)
    assert rows(engine, incident) == [], "a silent provider never stops a dossier"


def test_a_recipient_refused_for_good_is_not_asked_again(engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550 no such user")
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    row = told(engine, dossier_id)
    assert (row.status, row.attempts, row.error) == ("failed", 1, "550 no such user")


def test_an_administrator_sends_again_to_the_corrected_address(engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550 no such user")
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    mail.fail_with = None
    engine.execute(ResendNotice(told(engine, dossier_id).id, "an.moi@example.vn"), actor("quantri"), "click")
    engine.execute(ResendNotice(told(engine, dossier_id).id, "an.moi@example.vn"), actor("quantri"), "click")
    settle(engine)
    assert [letter.recipient for letter in mail.sent] == ["an.moi@example.vn"]
    assert told(engine, dossier_id).status == "sent"


def test_only_an_administrator_or_the_head_of_the_receiving_centre_may_send_again(
        engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550")
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    again = ResendNotice(told(engine, dossier_id).id)
    for login in ("tiepnhan", "hotich", "giamdocbh"):
        with pytest.raises(NotAllowed):
            engine.execute(again, actor(login))
    engine.execute(again, actor("giamdoc"))
    assert told(engine, dossier_id).status == "queued"


def test_an_address_that_is_none_is_refused(engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550")
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    with pytest.raises(InvalidInput):
        engine.execute(ResendNotice(told(engine, dossier_id).id, "a@b.vn\r\nBcc: c@d.vn"), actor("quantri"))
    assert told(engine, dossier_id).recipient == "an@example.vn"


def test_a_notice_that_came_back_is_in_the_inbox_with_the_reason(engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    settle(engine)
    it = told(engine, dossier_id)
    engine.execute(RecordBounce(it.id, "mailbox full"), SYSTEM)
    engine.execute(RecordBounce(it.id, "once more"), SYSTEM)
    (line,) = engine.read(queries.inbox, actor("quantri"), "").rows
    assert (line.id, line.status.value, line.error) == (it.id, "bounced", "mailbox full")
    assert line.recipient == "a•••@example.vn"
    assert engine.read(queries.inbox, actor("giamdoc"), "").total == 1
    assert engine.read(queries.inbox, actor("hotich"), "").total == 0


def test_a_notice_may_be_given_up_with_a_reason(engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    it = told(engine, dossier_id)
    with pytest.raises(InvalidInput):
        engine.execute(CancelNotice(it.id, "  "), actor("quantri"))
    engine.execute(CancelNotice(it.id, "người nộp đã biết"), actor("quantri"))
    settle(engine)
    assert it.id not in [letter.id for letter in mail.sent]


def test_people_cannot_pretend_to_be_the_worker(engine: Engine, actor: Actors) -> None:
    it = told(engine, accepted(engine, actor("tiepnhan")))
    for forged in (SendNotice(it.id), NoticeSent(it.id, 1), NoticeFailed(it.id, 1, ""), RecordBounce(it.id, ""),
                   QueueNotice(it.dossier_id, "accepted", {}, "x")):
        with pytest.raises(NotAllowed):
            engine.execute(forged, actor("quantri"))


def test_a_diagram_tells_the_applicant_of_a_field_check(engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    engine.execute(QueueNotice(dossier_id, "field_check", {"time": "08:30", "content": "đo đạc"}, "job-1"), SYSTEM)
    settle(engine)
    assert "Nội dung: đo đạc" in mail.sent[-1].text
    with pytest.raises(InvalidInput):
        engine.execute(QueueNotice(dossier_id, "field_check", {}, "job-2"), SYSTEM)
    with pytest.raises(NotFound):
        engine.execute(QueueNotice(dossier_id, "birthday", {}, "job-3"), SYSTEM)


def test_the_log_of_commands_knows_no_text_and_no_address(engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550")
    accepted(engine, actor("tiepnhan"))
    settle(engine)
    sending = [row for row in rows(engine, command) if "Notice" in row.kind]
    assert sending and not any("Kính gửi" in str(row.data) + str(row.result) for row in sending)


def test_the_slip_that_is_handed_over_goes_along_with_the_e_mail(engine: Engine, actor: Actors, mail: Outbox) -> None:
    dossier_id = accepted(engine, actor("tiepnhan"))
    (slip,) = rows(engine, paper, dossier_id=dossier_id, slip="receipt")
    assert told(engine, dossier_id).attachments == [slip.id]
    settle(engine)
    letter = next(each for each in mail.sent if "tiếp nhận" in each.subject)
    ((name, content),) = letter.enclosures
    assert name.endswith(".pdf") and content.startswith(b"%PDF")


def test_a_one_time_code_is_wiped_once_it_was_sent_and_stands_in_no_log(engine: Engine, mail: Outbox) -> None:
    engine.execute(SendCode("an@example.vn"), NOBODY)
    settle(engine)
    code = re.findall(r"\b\d{6}\b", mail.sent[-1].text)[0]
    (row,) = rows(engine, notice, event="contact_code")
    assert (row.status, row.text) == ("sent", "")
    logged = "".join(str(each.data) + str(each.result) for each in rows(engine, command))
    assert code not in row.subject and code not in logged


def test_a_one_time_code_that_is_too_old_is_not_sent_any_more(engine: Engine, mail: Outbox) -> None:
    engine.execute(SendCode("an@example.vn"), NOBODY)
    engine.clock.advance(timedelta(minutes=11))  # type: ignore[attr-defined]
    settle(engine)
    (row,) = rows(engine, notice, event="contact_code")
    assert (row.status, row.text, mail.sent) == ("cancelled", "", [])


def test_a_one_time_code_that_failed_is_not_sent_again_by_hand(engine: Engine, actor: Actors, mail: Outbox) -> None:
    mail.fail_with = Undeliverable("550")
    engine.execute(SendCode("an@example.vn"), NOBODY)
    settle(engine)
    (row,) = rows(engine, notice, event="contact_code")
    assert (row.status, row.text) == ("failed", "")
    with pytest.raises(InvalidInput):
        engine.execute(ResendNotice(row.id), actor("quantri"))


def test_a_citizen_is_told_by_the_ways_he_chose_and_in_his_account(engine: Engine, mail: Outbox) -> None:
    publish_online(engine)
    an = citizen(engine)
    profile = {"name": "Nguyễn Văn An", "email": "an@example.vn", "phone": "0912345678", "language": "en",
               "notice_channels": ["email"]}
    engine.execute(SaveProfile(an.id, profile), an)
    command = SubmitDossier("plain", "online", "commune-centre", FOR_AN, {"subject": "x"}, wishes=Wishes())
    dossier_id = str(engine.execute(command, an)["dossier_id"])
    settle(engine)
    assert sorted(row.channel for row in rows(engine, notice, dossier_id=dossier_id)) == ["account", "email"]
    assert mail.sent[-1].text.startswith("Dear Nguyễn Văn An")
    (own,) = engine.read(queries.for_account, an.id).rows
    assert own.dossier_id == dossier_id and engine.read(queries.for_account, "somebody-else").rows == ()


def test_a_result_on_an_earlier_day_is_told_as_early(engine: Engine, actor: Actors, mail: Outbox) -> None:
    officer = actor("tiepnhan")
    dossier_id = accepted(engine, officer, slug="patient")
    engine.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
    settle(engine)
    assert told(engine, dossier_id, "early_finish").status == "sent"
    assert "không cần chờ đến ngày hẹn" in mail.sent[-1].text
