"""Payment gateways: the national platform over HTTPS, and a local one to try things with.

The local gateway is another system that happens to live in the data folder: it keeps its own orders, takes play money,
and can tell of it once, twice, late, with a wrong amount or not at all.
"""

from __future__ import annotations

import json
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.domain.calendar import VIETNAM
from engine.domain.errors import GatewayUnavailable, NotFound
from engine.domain.payment import PaymentNotice, PaymentOrder
from engine.domain.reconciliation import StatementLine
from engine.gateways import payment_messages
from engine.gateways.payment_messages import Partner
from engine.ports import PaymentGateway

TEST, OFF = "test", "off"
TIMEOUT_S = 10
LARGEST_ANSWER = 64 * 1024
_REFERENCE = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """`address` is `off`, `test`, or the https address of the gateway's INIT service."""

    address: str = OFF
    partner: str = ""
    secret: str = ""


def open_gateway(settings: PaymentSettings, data_dir: Path) -> PaymentGateway | None:
    """The gateway that the settings name; None where payment online is switched off."""
    partner = Partner(settings.partner, settings.secret)
    if settings.address == OFF:
        return None
    if settings.address == TEST:
        return LocalGateway(data_dir / "test-gateway", partner)
    return HttpGateway(settings.address, partner)


class HttpGateway:
    """A gateway with the message formats of the national payment platform."""

    def __init__(self, address: str, partner: Partner) -> None:
        self._address, self._partner = address, partner

    def begin(self, order: PaymentOrder) -> str:
        """Announces the order; the gateway answers with the address of its own page. Raises GatewayUnavailable."""
        message = json.dumps(payment_messages.init_message(order, self._partner)).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's, its scheme checked at start
            self._address, message, {"Content-Type": "application/json", "Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                told = json.loads(answer.read(LARGEST_ANSWER))
        except (OSError, ValueError) as error:
            raise GatewayUnavailable(reason=type(error).__name__) from error
        if not isinstance(told, dict) or told.get("MaLoi") != payment_messages.SUCCESS:
            raise GatewayUnavailable(reason="refused")
        return _page(told.get("UrlThanhToan"))

    def read(self, payload: Mapping[str, Any]) -> PaymentNotice:
        """Raises NoticeRefused."""
        return payment_messages.read_result(payload, self._partner)

    def statement(self, content: bytes) -> Sequence[StatementLine]:
        """Raises InvalidInput."""
        return payment_messages.read_statement(content, self._partner)


@dataclass(frozen=True, slots=True)
class TestOrder:
    """One order as the local gateway keeps it. `state` is open, paid or given_up."""

    __test__ = False        # its name is not a test's

    reference: str
    amount: int
    purpose: str
    return_url: str
    state: str = "open"
    transaction_id: str = ""
    at: str = ""
    told: int = 0


class LocalGateway:
    """The gateway to try things with. One file for each order, so that it survives a restart like any other system."""

    def __init__(self, folder: Path, partner: Partner) -> None:
        self._folder, self._partner = folder, partner

    def begin(self, order: PaymentOrder) -> str:
        """Notes the order and names its page. Announcing an order again changes nothing."""
        if not self._path(order.reference).exists():
            self._keep(TestOrder(order.reference, order.amount, order.purpose, order.return_url))
        return f"/cong-thanh-toan-thu/{order.reference}"

    def read(self, payload: Mapping[str, Any]) -> PaymentNotice:
        """Raises NoticeRefused."""
        return payment_messages.read_result(payload, self._partner)

    def statement(self, content: bytes) -> Sequence[StatementLine]:
        """Raises InvalidInput."""
        return payment_messages.read_statement(content, self._partner)

    def order(self, reference: str) -> TestOrder:
        """Raises NotFound."""
        path = self._path(reference)
        if not path.exists():
            raise NotFound(what="order")
        return TestOrder(**json.loads(path.read_text("utf-8")))

    def orders(self) -> list[TestOrder]:
        """Every order, the newest first."""
        files = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        return [self.order(path.stem) for path in files]

    def pay(self, reference: str, now: datetime) -> TestOrder:
        """The payer pressed pay. Pressing it again changes nothing."""
        return self._end(reference, "paid", now)

    def give_up(self, reference: str, now: datetime) -> TestOrder:
        """The payer pressed cancel."""
        return self._end(reference, "given_up", now)

    def message(self, reference: str, *, amount: int | None = None) -> dict[str, Any]:
        """The signed result of an order that has one; each call counts as telling. Raises NotFound."""
        it = self.order(reference)
        if it.state == "open":
            raise NotFound(what="result")
        self._keep(TestOrder(**{**asdict(it), "told": it.told + 1}))
        return payment_messages.result_message(self._notice(it, amount), self._partner)

    def statement_of(self, day: date) -> bytes:
        """The file of one day in Vietnam: everything that was paid, told or not."""
        paid = [self._notice(each) for each in self.orders() if each.state == "paid"]
        return payment_messages.write_statement(
            [each for each in paid if each.at.astimezone(VIETNAM).date() == day], self._partner)

    def _end(self, reference: str, state: str, now: datetime) -> TestOrder:
        it = self.order(reference)
        if it.state != "open":
            return it
        number = f"TEST{now.astimezone(VIETNAM):%y%m%d}{secrets.token_hex(5).upper()}"
        self._keep(TestOrder(**{**asdict(it), "state": state, "transaction_id": number, "at": now.isoformat()}))
        return self.order(reference)

    def _notice(self, it: TestOrder, amount: int | None = None) -> PaymentNotice:
        return PaymentNotice(it.reference, it.transaction_id, amount or it.amount, it.state == "paid",
                      datetime.fromisoformat(it.at))

    def _path(self, reference: str) -> Path:
        if not _REFERENCE.fullmatch(reference):
            raise NotFound(what="order")
        return self._folder / f"{reference}.json"

    def _keep(self, it: TestOrder) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._path(it.reference).with_suffix(f".{secrets.token_hex(4)}")
        draft.write_text(json.dumps(asdict(it), ensure_ascii=False), "utf-8")
        draft.replace(self._path(it.reference))


def _page(address: Any) -> str:
    if not isinstance(address, str) or not address.startswith("https://"):
        raise GatewayUnavailable(reason="no_page")
    return address
