"""Settings, errors, health, and how things are written."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

import engine.domain
from app import config, errors, filters
from app.config import SettingError
from engine.domain.errors import DomainError
from tests.app.client import Client


def test_settings_have_defaults_and_a_secret_that_survives_a_restart(tmp_path: Path) -> None:
    first, second = (config.from_environment({"DATA": str(tmp_path)}) for _ in range(2))
    assert (first.port, first.demo, first.worker, first.https) == (8080, True, True, False)
    assert len(first.secret_key) == 64 and first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_public_address_ends_the_demonstration_and_turns_on_https(tmp_path: Path) -> None:
    settings = config.from_environment({"DATA": str(tmp_path), "MOTCUA_PUBLIC_URL": "https://motcua.example/"})
    assert (settings.public_url, settings.https, settings.demo) == ("https://motcua.example", True, False)


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "abc"), ("PORT", "0"), ("PORT", "70000"), ("PORT", "-1"), ("PORT", "٨٠"), ("MOTCUA_DEMO", "yes"),
    ("MOTCUA_WORKER", "2"), ("MOTCUA_PROXIES", "-1"), ("MOTCUA_PROXIES", "100"),
])
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        config.from_environment({"DATA": str(tmp_path), name: value})


def test_every_variable_that_is_read_is_listed(tmp_path: Path) -> None:
    source = Path(config.__file__).read_text(encoding="utf-8")
    assert all(source.count(f'"{name}"') > 1 for name in config.VARIABLES)


@pytest.mark.parametrize(("span", "vietnamese", "english"), [
    (timedelta(hours=11), "1 ngày 3 giờ", "1 day 3 hours"), (timedelta(minutes=45), "45 phút", "45 minutes"),
    (timedelta(hours=1, minutes=1), "1 giờ 1 phút", "1 hour 1 minute"),
    (timedelta(0), "dưới 1 phút", "less than a minute"),
    (timedelta(hours=16, minutes=30), "2 ngày", "2 days"),
])
def test_working_time_is_said_in_days_of_eight_hours(
        app: Flask, span: timedelta, vietnamese: str, english: str) -> None:
    for language, expected in (("vi", vietnamese), ("en", english)):
        with app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert filters.duration(span) == expected


def test_dates_amounts_and_terms_are_written_as_offices_write_them(app: Flask) -> None:
    at = datetime(2026, 2, 25, 2, 5, tzinfo=UTC)
    with app.test_request_context():
        assert filters.instant(at) == "09:05,\N{NO-BREAK SPACE}25/02/2026"
        assert filters.day(date(2026, 2, 5)) == "05/02/2026"
        assert filters.term("3 working_day") == "3 ngày làm việc"
        assert filters.term("0.5 working_day") == "0,5 ngày làm việc"
        assert filters.term("same_day") == "Trong ngày làm việc"
        assert filters.money(1_500_000) == "1.500.000 đồng"
        assert filters.filesize(1) == "1 KB" and filters.filesize(3 * 1024 * 1024) == "3,0 MB"
        assert filters.folded("Đăng ký Hộ KINH doanh") == "dang ky ho kinh doanh"


def test_pages_that_do_not_exist_say_what_to_do(client: Client) -> None:
    assert "kiểm tra lại địa chỉ" in client.get("/khong-co", 404).main


def test_every_refusal_of_the_domain_has_a_status_and_words(app: Flask) -> None:
    for module in pkgutil.iter_modules(engine.domain.__path__):
        importlib.import_module(f"engine.domain.{module.name}")
    codes = {each.code for each in _subclasses(DomainError) if each.__module__.startswith("engine.domain")}
    assert codes == set(errors.STATUS)
    with app.test_request_context():
        for code in codes:
            refusal = DomainError()
            refusal.code = code
            assert not any(text.startswith("error.") for text in errors.explain(refusal))


def _subclasses(parent: type[DomainError]) -> set[type[DomainError]]:
    return {each for child in parent.__subclasses__() for each in (child, *_subclasses(child))}


def test_a_machine_gets_json_where_a_person_gets_a_page(client: Client) -> None:
    answer = client.browser.get("/khong-co", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (404, {"error": "not_found"})


def test_a_wrong_method_is_told_with_the_right_ones(client: Client) -> None:
    answer = client.browser.get("/dang-xuat")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_unexpected_error_shows_no_detail(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setitem(app.view_functions, "portal.procedures", broken)
    vars(broken)["admitted"] = None
    page = client.get("/thu-tuc", 500)
    assert "hunter2" not in page.source
    assert "Lỗi đã được ghi lại" in page.main


def test_health_is_told_to_machines(client: Client) -> None:
    answer = client.browser.get("/healthz")
    body = answer.json or {}
    assert answer.status_code == 503    # no worker runs in this test
    assert body["ok"] is False
    assert {"database", "revision", "expected_revision", "worker_age_s", "timer_late_s"} <= body.keys()


@pytest.mark.parametrize("header", [
    "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy",
])
def test_every_answer_carries_the_headers_that_protect_it(client: Client, header: str) -> None:
    for path in ("/", "/khong-co", "/static/dist/manifest.json", "/healthz"):
        assert header in client.browser.get(path, buffered=True).headers


def test_bundles_may_be_kept_and_pages_may_not(client: Client) -> None:
    css = client.get("/").find("//link[@rel='stylesheet']/@href")[0]
    assert "max-age=31536000" in client.browser.get(css, buffered=True).headers["Cache-Control"]
    assert client.browser.get("/").headers["Cache-Control"] == "no-store"
