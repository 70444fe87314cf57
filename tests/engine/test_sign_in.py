"""Signing in: the right password opens, five wrong ones lock, and both mistakes sound alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bootstrap import Engine
from engine.commands.accounts import ChangePassword, CreateAccount, SetPassword, SignIn
from engine.domain.account import AccountLocked, InvalidCredentials, LoginTaken
from engine.domain.actor import SYSTEM
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.gateways.passwords import Argon2Passwords
from engine.queries.people import actor_by_login
from engine.testing import FrozenClock
from tests.conftest import actor_named

NOBODY = SYSTEM
PASSWORD = "motcua2026"


def sign_in(engine: Engine, login: str, password: str) -> dict[str, object]:
    return engine.execute(SignIn(login, password), NOBODY)


def test_the_right_password_names_the_account(engine: Engine) -> None:
    assert sign_in(engine, "tiepnhan", PASSWORD)["name"] == "Nguyễn Thị Hoa"


def test_a_login_is_read_without_regard_to_case_and_spaces(engine: Engine) -> None:
    assert sign_in(engine, "  TiepNhan ", PASSWORD)["name"] == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("login", ["tiepnhan", "nobody"])
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(engine: Engine, login: str) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        sign_in(engine, login, "wrong password")
    assert refused.value.facts == {}


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(engine: Engine) -> None:
    clock = engine.clock
    assert isinstance(clock, FrozenClock)
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            sign_in(engine, "tiepnhan", "wrong password")
    with pytest.raises(AccountLocked):
        sign_in(engine, "tiepnhan", PASSWORD)
    clock.advance(timedelta(minutes=15))
    assert sign_in(engine, "tiepnhan", PASSWORD)


def test_a_right_password_forgives_earlier_wrong_ones(engine: Engine) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(InvalidCredentials):
                sign_in(engine, "tiepnhan", "wrong password")
        assert sign_in(engine, "tiepnhan", PASSWORD)


def test_a_new_password_ends_the_sessions_of_the_old_one(engine: Engine) -> None:
    before = sign_in(engine, "tiepnhan", PASSWORD)["session_epoch"]
    engine.execute(SetPassword("tiepnhan", "một mật khẩu khác"), SYSTEM)
    with pytest.raises(InvalidCredentials):
        sign_in(engine, "tiepnhan", PASSWORD)
    assert sign_in(engine, "tiepnhan", "một mật khẩu khác")["session_epoch"] != before


def test_a_new_account_has_the_roles_it_was_given(engine: Engine) -> None:
    engine.execute(CreateAccount("moi", "Người Mới", "đủ dài rồi", (("commune-centre", "clerk"),)), SYSTEM)
    actor = engine.read(actor_by_login, "moi")
    assert actor is not None
    assert {(m.unit_id, m.role.value) for m in actor.memberships} == {("commune-centre", "clerk")}


def test_accounts_are_not_made_twice_or_with_a_short_password_or_by_officers(engine: Engine) -> None:
    with pytest.raises(LoginTaken):
        engine.execute(CreateAccount("tiepnhan", "Ai đó", "đủ dài rồi"), SYSTEM)
    with pytest.raises(InvalidInput):
        engine.execute(CreateAccount("moi", "Ai đó", "ngắn"), SYSTEM)
    with pytest.raises(NotAllowed):
        engine.execute(CreateAccount("moi", "Ai đó", "đủ dài rồi"), actor_named(engine, "tiepnhan"))
    with pytest.raises(NotFound):
        engine.execute(SetPassword("nobody", "đủ dài rồi"), SYSTEM)


def test_no_password_ever_reaches_the_log(engine: Engine) -> None:
    engine.execute(SetPassword("tiepnhan", "mật khẩu bí mật"), SYSTEM)
    with engine.database.connect() as connection:
        logged = connection.exec_driver_sql("SELECT data FROM command").scalars().all()
    assert logged
    assert not any("bí mật" in data for data in logged)


def test_nobody_changes_the_password_of_another_even_when_he_knows_it(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(ChangePassword("tiepnhan", PASSWORD, "một mật khẩu khác"), actor_named(engine, "hotich"))


def test_a_password_set_while_the_old_one_is_being_checked_stays(
        engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = Argon2Passwords.verify

    def meanwhile(self: Argon2Passwords, hashed: str | None, password: str) -> bool:
        matches = checked(self, hashed, password)
        engine.execute(SetPassword("tiepnhan", "của quản trị viên"), SYSTEM)
        return matches
    officer = actor_named(engine, "tiepnhan")
    with monkeypatch.context() as patched, pytest.raises(InvalidCredentials):
        patched.setattr(Argon2Passwords, "verify", meanwhile)
        engine.execute(ChangePassword("tiepnhan", PASSWORD, "của người khác"), officer)
    assert sign_in(engine, "tiepnhan", "của quản trị viên")
