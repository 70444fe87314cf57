"""Both gateways speak the same messages; the one over HTTP is not believed further than its answer goes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.config import SettingError, from_environment
from engine.domain.errors import GatewayUnavailable, NotFound, NoticeRefused
from engine.domain.payment import PaymentOrder
from engine.domain.wording import Text
from engine.gateways import payment_messages
from engine.gateways.payment_messages import INIT_SIGNED, Partner
from engine.gateways.payments import HttpGateway, LocalGateway, PaymentSettings, open_gateway

PARTNER = Partner("MOTCUA", "k" * 64)
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ORDER = PaymentOrder(
    reference="MC0123456789ABCDEF01", amount=150_000, purpose="H99.01.01-260302-0001 Đăng ký hộ kinh doanh",
    payer="Lê Văn Tâm", dossier_code="H99.01.01-260302-0001", procedure_code="1.001612", unit_code="H99.01.01",
    lines=(("registration", Text("Lệ phí đăng ký", "Charge"), 150_000),),
    return_url="http://127.0.0.1:8080/thanh-toan/x", at=NOW)

Answering = Callable[[bytes, int], tuple[str, list[Any]]]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A server that answers everything with these bytes, and remembers what it was sent."""
    running: list[ThreadingHTTPServer] = []

    def start(body: bytes, status: int = 200) -> tuple[str, list[Any]]:
        heard: list[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                """Quietly."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/init", heard
    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_an_order_is_announced_with_signed_fields_and_the_gateway_names_its_page(answering: Answering) -> None:
    url, heard = answering(b'{"MaLoi": "00", "UrlThanhToan": "https://pay.example.vn/x"}', 200)
    assert HttpGateway(url, PARTNER).begin(ORDER) == "https://pay.example.vn/x"
    (sent,) = heard
    assert (sent["LoaiBanTin"], sent["MaDoiTac"], sent["SoTien"], sent["ThoiGianGD"]) == (
        "INIT", "MOTCUA", "150000", "20260302100000")
    assert sent["MaXacThuc"] == PARTNER.sign(sent, INIT_SIGNED)
    assert sent["ThongTinBienLai"]["PhiLePhi"][0]["SoTien"] == "150000"


@pytest.mark.parametrize(("body", "status"), [
    (b"", 200), (b"no json", 200), (b"[]", 200), (b"null", 200), (b'{"MaLoi": "99"}', 200), (b'{"MaLoi": "00"}', 500),
    (b'{"MaLoi": "00"}', 200), (b'{"MaLoi": "00", "UrlThanhToan": "http://pay.example.vn"}', 200),
    (b'{"MaLoi": "00", "UrlThanhToan": "javascript:alert(1)"}', 200), (b'{"MaLoi": "00", "UrlThanhToan": 1}', 200),
    (b'{"MaLoi": "00", "x": "' + b"y" * 100_000 + b'"}', 200),
])
def test_an_answer_that_leads_nowhere_safe_is_no_payment(answering: Answering, body: bytes, status: int) -> None:
    url, _ = answering(body, status)
    with pytest.raises(GatewayUnavailable):
        HttpGateway(url, PARTNER).begin(ORDER)


def test_a_gateway_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(GatewayUnavailable):
        HttpGateway("http://127.0.0.1:9/", PARTNER).begin(ORDER)


def test_both_gateways_read_what_either_wrote(tmp_path: Path) -> None:
    local, http = LocalGateway(tmp_path, PARTNER), HttpGateway("https://pay.example.vn", PARTNER)
    local.begin(ORDER)
    local.pay(ORDER.reference, NOW)
    assert http.read(local.message(ORDER.reference)) == local.read(local.message(ORDER.reference))
    assert http.statement(local.statement_of(date(2026, 3, 2))) == local.statement(local.statement_of(date(2026, 3, 2)))


def test_the_local_gateway_keeps_its_books_over_a_restart_and_pays_once(tmp_path: Path) -> None:
    LocalGateway(tmp_path, PARTNER).begin(ORDER)
    first = LocalGateway(tmp_path, PARTNER).pay(ORDER.reference, NOW)
    again = LocalGateway(tmp_path, PARTNER)
    again.begin(ORDER)
    assert again.pay(ORDER.reference, NOW) == again.give_up(ORDER.reference, NOW) == first
    assert [each.transaction_id for each in again.orders()] == [first.transaction_id]


def test_the_file_of_a_day_ends_at_midnight_in_viet_nam(tmp_path: Path) -> None:
    gateway = LocalGateway(tmp_path, PARTNER)
    gateway.begin(ORDER)
    gateway.pay(ORDER.reference, datetime(2026, 3, 1, 17, 0, tzinfo=UTC))
    assert [line.amount for line in gateway.statement(gateway.statement_of(date(2026, 3, 2)))] == [150_000]
    assert gateway.statement(gateway.statement_of(date(2026, 3, 1))) == ()


@pytest.mark.parametrize("reference", ["", "../../etc/passwd", "mc1", "A" * 41, "MC1\x00", "MC/1"])
def test_a_reference_that_is_none_never_becomes_a_path(tmp_path: Path, reference: str) -> None:
    with pytest.raises(NotFound):
        LocalGateway(tmp_path, PARTNER).order(reference)


def test_an_order_without_a_result_has_nothing_to_tell(tmp_path: Path) -> None:
    gateway = LocalGateway(tmp_path, PARTNER)
    gateway.begin(ORDER)
    with pytest.raises(NotFound):
        gateway.message(ORDER.reference)


def test_a_signature_of_one_message_does_not_fit_another_kind() -> None:
    init = payment_messages.init_message(ORDER, PARTNER)
    with pytest.raises(NoticeRefused):
        payment_messages.read_result(init, PARTNER)


def test_the_settings_name_the_gateway(tmp_path: Path) -> None:
    def read(**given: str) -> PaymentSettings:
        return from_environment({"DATA": str(tmp_path), **given}).payments

    assert read().address == "test"
    assert read(MOTCUA_PUBLIC_URL="https://motcua.example.vn") == PaymentSettings()
    assert read(MOTCUA_PAYMENTS="off") == PaymentSettings()
    assert read().secret == read().secret
    real = read(MOTCUA_PAYMENTS="https://pay.example.vn", MOTCUA_PAYMENTS_PARTNER="MC", MOTCUA_PAYMENTS_SECRET="k" * 32)
    assert isinstance(open_gateway(real, tmp_path), HttpGateway)


@pytest.mark.parametrize("given", [
    {"MOTCUA_PAYMENTS": "http://pay.example.vn"}, {"MOTCUA_PAYMENTS": "yes"},
    {"MOTCUA_PAYMENTS": "https://pay.example.vn"},
    {"MOTCUA_PAYMENTS": "https://pay.example.vn", "MOTCUA_PAYMENTS_PARTNER": "MC", "MOTCUA_PAYMENTS_SECRET": "short"},
])
def test_a_gateway_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(SettingError):
        from_environment({"DATA": str(tmp_path), **given})
