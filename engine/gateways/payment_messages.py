"""The messages of a payment gateway: fields named as those of the national payment platform, signed with a shared key.

`MaXacThuc` is HMAC-SHA256 (hex) over the values of the signed fields in their order, joined by `|`. The file of a day
ends with a line `MaXacThuc,<hex>` over every byte before it: the file books money, so it is believed no sooner than a
message. Times are `yyyyMMddHHmmss` in Vietnam, amounts whole đồng.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NoticeRefused
from engine.domain.payment import PaymentNotice, PaymentOrder
from engine.domain.reconciliation import StatementLine
from engine.domain.tariff import LARGEST

VERSION, CURRENCY, SUCCESS, GIVEN_UP = "1.0.6", "VND", "00", "24"
INIT_SIGNED = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaTienTe",
               "ThoiGianGD")
RESULT_SIGNED = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "MaGiaoDich", "SoTien", "MaTienTe", "TrangThai",
                 "ThoiGianGD")
STATEMENT_COLUMNS = ("MaGiaoDich", "MaThamChieu", "SoTien", "ThoiGianGD", "TrangThai")
STATEMENT_SEAL = b"MaXacThuc,"
LARGEST_STATEMENT = 5 * 1024 * 1024
MOST_LINES = 50_000

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,14}", re.ASCII)
_INSTANT = re.compile(r"20\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Partner:
    """Who we are to the gateway: its name for us (`MaDoiTac`) and the key both sides share."""

    code: str
    secret: str

    def sign(self, message: Mapping[str, Any], names: Sequence[str]) -> str:
        """The signature over these fields."""
        return self.seal("|".join(str(message.get(name, "")) for name in names).encode())

    def seal(self, content: bytes) -> str:
        """The signature over these bytes."""
        return hmac.new(self.secret.encode(), content, hashlib.sha256).hexdigest()


def init_message(order: PaymentOrder, partner: Partner) -> dict[str, Any]:
    """What asks the gateway to collect money."""
    message = {
        "LoaiBanTin": "INIT", "PhienBan": VERSION, "MaDoiTac": partner.code, "MaThamChieu": order.reference,
        "SoTien": str(order.amount), "LoaiHinhThanhToan": "PAY", "NgonNgu": "vi", "MaTienTe": CURRENCY,
        "ThongTinGiaoDich": order.purpose, "ThoiGianGD": written(order.at), "UrlQuayLai": order.return_url,
        "ThongTinBienLai": {
            "MaTTHC": order.procedure_code, "MaDonVi": order.unit_code, "MaHoSo": order.dossier_code,
            "HoTenNguoiNop": order.payer, "NoiDungThanhToan": order.purpose,
            "PhiLePhi": [{"LoaiPhiLePhi": "1", "MaPhiLePhi": key, "TenPhiLePhi": name.vi, "SoTien": str(amount)}
                         for key, name, amount in order.lines],
        },
    }
    return {**message, "MaXacThuc": partner.sign(message, INIT_SIGNED)}


def result_message(notice: PaymentNotice, partner: Partner) -> dict[str, Any]:
    """What the gateway tells: used by the local one."""
    message = {
        "LoaiBanTin": "KETQUA", "PhienBan": VERSION, "MaDoiTac": partner.code, "MaThamChieu": notice.reference,
        "MaGiaoDich": notice.transaction_id, "SoTien": str(notice.amount), "MaTienTe": CURRENCY,
        "TrangThai": SUCCESS if notice.succeeded else GIVEN_UP, "ThoiGianGD": written(notice.at),
    }
    return {**message, "MaXacThuc": partner.sign(message, RESULT_SIGNED)}


def read_result(payload: Mapping[str, Any], partner: Partner) -> PaymentNotice:
    """What the gateway says. Raises NoticeRefused for anything it did not sign, and for what cannot be meant."""
    expected, given = partner.sign(payload, RESULT_SIGNED), str(payload.get("MaXacThuc", ""))
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise NoticeRefused(reason="signature")
    told = {name: str(payload.get(name, "")) for name in RESULT_SIGNED}
    if (told["LoaiBanTin"], told["MaDoiTac"], told["MaTienTe"]) != ("KETQUA", partner.code, CURRENCY):
        raise NoticeRefused(reason="not_for_us")
    return PaymentNotice(_name(told["MaThamChieu"]), _name(told["MaGiaoDich"]), _amount(told["SoTien"]),
                  told["TrangThai"] == SUCCESS, _instant(told["ThoiGianGD"]))


def read_statement(content: bytes, partner: Partner) -> tuple[StatementLine, ...]:
    """The lines of a CSV file that were paid; given-up ones are left out.

    Raises InvalidInput for a file that the gateway did not sign, and naming the line for one that it wrote badly.
    """
    if len(content) > LARGEST_STATEMENT:
        raise InvalidInput(problems={"file": "too_large"})
    try:
        table = csv.DictReader(io.StringIO(_signed_rows(content, partner).decode("utf-8-sig")), strict=True)
        columns, rows = table.fieldnames or (), list(table)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(problems={"file": "not_csv"}) from error
    if len(rows) > MOST_LINES or not set(STATEMENT_COLUMNS) <= set(columns):
        raise InvalidInput(problems={"file": "not_statement"})
    lines = [_statement_line(number, row) for number, row in enumerate(rows, start=2) if row["TrangThai"] != GIVEN_UP]
    if len({line.transaction_id for line in lines}) != len(lines):
        raise InvalidInput(problems={"file": "repeats"})
    return tuple(lines)


def write_statement(notices: Sequence[PaymentNotice], partner: Partner) -> bytes:
    """The file of one day, as `read_statement` reads it."""
    written_rows = io.StringIO()
    rows = csv.writer(written_rows)
    rows.writerow(STATEMENT_COLUMNS)
    rows.writerows((each.transaction_id, each.reference, each.amount, written(each.at), SUCCESS) for each in notices)
    return sign_statement(written_rows.getvalue().encode("utf-8-sig"), partner)


def sign_statement(rows: bytes, partner: Partner) -> bytes:
    """Puts the gateway's signature under the rows of a day."""
    return rows + STATEMENT_SEAL + partner.seal(rows).encode() + b"\r\n"


def written(at: datetime) -> str:
    """An instant as the messages carry it."""
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def _signed_rows(content: bytes, partner: Partner) -> bytes:
    rows, _, given = content.rpartition(STATEMENT_SEAL)
    if not hmac.compare_digest(partner.seal(rows).encode(), given.strip()):
        raise InvalidInput(problems={"file": "unsigned"})
    return rows


def _statement_line(number: int, row: Mapping[str, Any]) -> StatementLine:
    if row["TrangThai"] != SUCCESS:
        raise InvalidInput(problems={"file": "bad_line"}, line=number)
    try:
        return StatementLine(_name(row["MaGiaoDich"] or ""), _name(row["MaThamChieu"] or ""),
                             _amount(row["SoTien"] or ""), _instant(row["ThoiGianGD"] or ""))
    except NoticeRefused as refused:
        raise InvalidInput(problems={"file": "bad_line"}, line=number) from refused


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise NoticeRefused(reason="name")
    return text


def _amount(text: str) -> int:
    if not _AMOUNT.fullmatch(text) or not 0 < int(text) <= LARGEST:
        raise NoticeRefused(reason="amount")
    return int(text)


def _instant(text: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise NoticeRefused(reason="time")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError as error:
        raise NoticeRefused(reason="time") from error
