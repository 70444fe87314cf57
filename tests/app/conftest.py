"""The web on the demo engine, and somebody in front of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, sessions, wiring
from app.config import Settings
from app.security import limiter
from engine.bootstrap import Engine
from engine.commands.citizens import EnterByIdentity
from engine.domain.actor import SYSTEM
from tests.app.client import Client
from tests.conftest import actor_named


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A demonstration on plain http."""
    return Settings(data_dir=tmp_path, port=8080, database_url="", secret_key="k" * 64,
                    public_url="http://127.0.0.1:8080", proxies=0, demo=True, worker=False, node="test")


@pytest.fixture(scope="session")
def built() -> list[Flask]:
    """The application once it was built: its addresses and compiled pages are the same for every test."""
    return []


@pytest.fixture
def app(engine: Engine, settings: Settings, built: list[Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application on this test's engine, without throttling, which has tests of its own."""
    if not built:
        built.append(create_app(engine, settings))
    wiring.init_app(built[0], engine, settings)
    monkeypatch.setattr(limiter, "enabled", False)
    return built[0]


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who has not signed in."""
    return Client(app)


@pytest.fixture
def sign_in(app: Flask, engine: Engine) -> Callable[[str], Client]:
    """Somebody with a demo account, by login, who came in earlier; checking a password takes its time."""
    def come_in(login: str) -> Client:
        client = Client(app)
        with client.browser.session_transaction() as session:
            session.permanent = True
            session.update({"_user_id": actor_named(engine, login).id, sessions.EPOCH: 0})
        return client

    return come_in


@pytest.fixture
def another_citizen(app: Flask, engine: Engine) -> Client:
    """Another citizen, who came in by an electronic identity."""
    entered = engine.execute(EnterByIdentity("binh", "https://id.example", "Trần Thị Bình"), SYSTEM)
    client = Client(app)
    with client.browser.session_transaction() as session:
        session.permanent = True
        session.update({"_user_id": entered["account_id"], sessions.EPOCH: entered["session_epoch"]})
    return client
