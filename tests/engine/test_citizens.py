"""How citizens come in, and what they may do with what they told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine
from engine.commands.accounts import SignIn
from engine.commands.citizens import ChoosePassword, CloseAccount, ConfirmCode, EnterByIdentity, SaveProfile, SendCode
from engine.commands.identities import LinkIdentity, UnlinkIdentity
from engine.domain.account import InvalidCredentials
from engine.domain.actor import SYSTEM, Actor, ActorKind
from engine.domain.citizen import CODES_AN_HOUR, Assurance, CitizenProfile, CodeRefused, IdentityUnproven, TooManyCodes
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.queries.citizens import profile_of
from engine.queries.people import account_by_id
from engine.store.notice_tables import notice
from engine.store.tables import account, command
from tests.engine.acts import rows
from tests.engine.citizens import citizen

NOBODY = Actor("anonymous", "", ActorKind.CITIZEN)
PHONE = "0912345678"


class Asked(str):
    """A code as somebody reads it out of his letter, and whose asking it was."""

    id: str


def code_for(engine: Engine, contact: str) -> Asked:
    """Has a code sent and reads it out of the letter that waits."""
    code_id = engine.execute(SendCode(contact), NOBODY)["code_id"]
    letters = [row for row in rows(engine, notice, event="contact_code")]
    found = re.search(r"\b\d{6}\b", letters[-1].text)
    assert found
    code = Asked(found.group())
    code.id = code_id
    return code


def answer(engine: Engine, contact: str, typed: str, *asked: Asked) -> str:
    """Types a code in the browser that asked for these."""
    return str(engine.execute(ConfirmCode(contact, typed, tuple(each.id for each in asked)), NOBODY)["account_id"])


def enter(engine: Engine, contact: str) -> str:
    code = code_for(engine, contact)
    return answer(engine, contact, code, code)


def profile(engine: Engine, account_id: str) -> CitizenProfile:
    found = engine.read(profile_of, account_id)
    assert found is not None
    return found


def actor_of(engine: Engine, account_id: str) -> Actor:
    found = engine.read(account_by_id, account_id)
    assert found is not None
    return found.actor


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_opens_an_account_of_its_contact_and_the_next_one_opens_the_same(engine: Engine) -> None:
    first = enter(engine, "+84 912 345 678")
    assert enter(engine, "0912.345.678") == first
    assert actor_of(engine, first).kind is ActorKind.CITIZEN
    assert profile(engine, first).phone == PHONE


def test_a_code_opens_once(engine: Engine) -> None:
    code = code_for(engine, PHONE)
    answer(engine, PHONE, code, code)
    with pytest.raises(CodeRefused):
        answer(engine, PHONE, code, code)


def test_every_code_that_is_not_too_old_opens(engine: Engine) -> None:
    earlier, later = code_for(engine, PHONE), code_for(engine, PHONE)
    answer(engine, PHONE, earlier, earlier, later)
    answer(engine, PHONE, later, earlier, later)


def test_a_stranger_neither_spoils_my_code_nor_answers_it(engine: Engine) -> None:
    mine, his = code_for(engine, PHONE), code_for(engine, PHONE)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            answer(engine, PHONE, wrong(his), his)
    with pytest.raises(CodeRefused):
        answer(engine, PHONE, mine, his)
    answer(engine, PHONE, mine, mine)


def test_a_code_of_one_contact_does_not_open_another(engine: Engine) -> None:
    code = code_for(engine, PHONE)
    with pytest.raises(CodeRefused):
        answer(engine, "an@vidu.vn", code, code)


def test_after_five_wrong_answers_the_right_one_is_refused_too(engine: Engine) -> None:
    code = code_for(engine, PHONE)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            answer(engine, PHONE, wrong(code), code)
    with pytest.raises(CodeRefused):
        answer(engine, PHONE, code, code)


def test_a_code_is_too_old_after_ten_minutes(engine: Engine) -> None:
    code = code_for(engine, PHONE)
    engine.clock.advance(timedelta(minutes=10))  # type: ignore[attr-defined]
    with pytest.raises(CodeRefused):
        answer(engine, PHONE, code, code)


def test_a_contact_is_not_flooded_with_codes(engine: Engine) -> None:
    for _ in range(CODES_AN_HOUR):
        code_for(engine, PHONE)
    with pytest.raises(TooManyCodes):
        engine.execute(SendCode(PHONE), NOBODY)
    code_for(engine, "an@vidu.vn")
    engine.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    code_for(engine, PHONE)


@pytest.mark.parametrize("contact", [
    "", "0", "abc", "0912345678901234", "an@", "@vidu.vn", "an@vidu", "an\n@vidu.vn", "+1 202 555 0100", "٠٩١٢٣٤٥٦٧٨",
    f"{'a' * 100}@vidu.vn",
])
def test_what_is_no_contact_gets_no_code(engine: Engine, contact: str) -> None:
    with pytest.raises(InvalidInput):
        engine.execute(SendCode(contact), NOBODY)


def test_the_code_stands_nowhere_in_the_log(engine: Engine) -> None:
    code = code_for(engine, PHONE)
    answer(engine, PHONE, code, code)
    logged = [f"{row.data} {row.result}" for row in rows(engine, command)]
    assert not [line for line in logged if code in line]


def test_an_account_without_a_password_is_opened_by_none(engine: Engine) -> None:
    enter(engine, PHONE)
    for password in ("", "!", "nobody has this password"):
        with pytest.raises(InvalidCredentials):
            engine.execute(SignIn(PHONE, password), NOBODY)


def test_a_chosen_password_opens_the_account_and_ends_other_sessions(engine: Engine) -> None:
    account_id = enter(engine, PHONE)
    chosen = engine.execute(ChoosePassword(account_id, "mat-khau-cua-an"), actor_of(engine, account_id))
    entered = engine.execute(SignIn(PHONE, "mat-khau-cua-an"), NOBODY)
    assert (entered["account_id"], entered["session_epoch"]) == (account_id, chosen["session_epoch"])
    assert chosen["session_epoch"] == 1


def test_nobody_touches_the_account_of_another(engine: Engine) -> None:
    an, binh = citizen(engine, "an"), citizen(engine, "binh")
    for forged in (SaveProfile(an.id, {"name": "Bình"}), ChoosePassword(an.id, "mat-khau-moi"), CloseAccount(an.id)):
        with pytest.raises(NotAllowed):
            engine.execute(forged, binh)


def test_nobody_vouches_for_himself(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(EnterByIdentity("x", "https://id.example", "Ai Đó"), NOBODY)


def test_an_identity_is_one_account_and_another_issuer_is_somebody_else(engine: Engine) -> None:
    an = citizen(engine, "an")
    assert citizen(engine, "an").id == an.id
    other = engine.execute(EnterByIdentity("an", "https://other.example", "Nguyễn Văn An"), SYSTEM)
    assert other["account_id"] != an.id


def test_who_somebody_is_stands_nowhere_in_the_log(engine: Engine) -> None:
    told: dict[str, Any] = {"id_number": "079088001234", "birth_date": date(1988, 3, 14), "proven": True}
    an = citizen(engine, name="Nguyễn Văn An", **told)
    engine.execute(LinkIdentity("an", "https://id.example", "Nguyễn Văn An", **told, account_id=an.id), SYSTEM)
    logged = [str(row.data) for row in rows(engine, command) if row.kind in ("EnterByIdentity", "LinkIdentity")]
    assert len(logged) == 2
    assert not [each for each in logged if "Nguyễn" in each or "079088001234" in each or "1988" in each]


def test_an_identity_without_papers_is_not_linked_and_is_told_why(engine: Engine) -> None:
    an = citizen(engine)
    with pytest.raises(IdentityUnproven):
        engine.execute(LinkIdentity("weak", "https://id.example", "Ai Đó", "079088001234", account_id=an.id), SYSTEM)


def test_letting_go_of_an_identity_that_is_not_linked_takes_nothing_away(engine: Engine) -> None:
    an = citizen(engine, id_number="079088001234", proven=True)
    engine.execute(ChoosePassword(an.id, "mật khẩu mới"), an)
    with pytest.raises(NotFound):
        engine.execute(UnlinkIdentity(an.id, "https://other.example"), an)
    assert profile(engine, an.id).assurance is Assurance.PROVEN


def test_what_a_provider_vouched_for_stays_whatever_is_typed(engine: Engine) -> None:
    an = citizen(engine, "an", id_number="079088001234", birth_date=date(1988, 5, 20), proven=True)
    engine.execute(SaveProfile(an.id, {"name": "Người Khác", "id_number": "1", "phone": PHONE}), an)
    told = profile(engine, an.id)
    assert (told.name, told.id_number, told.birth_date) == ("Nguyễn Văn An", "079088001234", date(1988, 5, 20))
    assert (told.phone, told.assurance) == (PHONE, Assurance.PROVEN)


def test_a_weaker_word_does_not_replace_a_proven_one(engine: Engine) -> None:
    citizen(engine, "an", id_number="079088001234", proven=True)
    an = citizen(engine, "an", name="Tên Khác", id_number="9")
    assert profile(engine, an.id).id_number == "079088001234"


@pytest.mark.parametrize("typed", [
    {}, {"name": " "}, {"name": "a" * 201}, {"name": "An", "id_number": "1" * 21}, {"name": "An", "language": "fr"},
    {"name": "An", "birth_date": "hôm qua"},
])
def test_a_profile_that_cannot_be_kept_is_refused(engine: Engine, typed: dict[str, str]) -> None:
    an = citizen(engine)
    with pytest.raises(InvalidInput):
        engine.execute(SaveProfile(an.id, typed), an)


def test_a_closed_account_forgets_who_it_was_and_opens_no_more(engine: Engine) -> None:
    account_id = enter(engine, PHONE)
    engine.execute(CloseAccount(account_id), actor_of(engine, account_id))
    assert engine.read(profile_of, account_id) is None
    (row,) = rows(engine, account, id=account_id)
    assert (row.active, row.name) == (False, "") and PHONE not in row.login
    assert enter(engine, PHONE) != account_id
