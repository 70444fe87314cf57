"""Ways through the pages that several tests go: filing a dossier at the counter, doing the next task of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.app.client import Client, Page

BIRTH = {
    "dossier_owner__name": "Trần Thị Bình", "dossier_owner__phone": "0912 345 678",
    "dossier_owner__address": "Thôn 2, xã Tân An",
    "child_name": "Nguyễn Minh An", "child_sex": "female", "child_birth_date": "20/02/2026",
    "child_birth_place": "Trạm Y tế xã Tân An", "child_ethnicity": "Kinh", "child_nationality": "Việt Nam",
    "child_home_town": "Xã Tân An", "mother_name": "Trần Thị Bình", "mother_id_number": "012345678901",
    "requester_relation": "parent", "decision": "accept",
}
"""A complete birth registration as the officer types it."""

BIRTH_STEPS = (
    ("hotich", {"appraisal_decision": "approve", "register_entry": "12/2026", "appraisal_note": "Đủ điều kiện"}),
    ("lanhdao", {"signing_decision": "sign"}),
    ("vanthu", {"document_symbol": "TPHT-KS", "copies_sealed": "1", "sealed": "on"}),
    ("tiepnhan", {"receiver_name": "Trần Thị Bình", "return_method": "counter", "identity_checked": "on"}),
)
"""Who does what after acceptance, with what answers."""


def file_dossier(officer: Client, slug: str, fields: Mapping[str, Any], status: int = 200) -> Page:
    """Fills in the counter form and sends it; returns the receipt, or the form with its problems."""
    officer.get(f"/tiep-nhan/{slug}")
    return officer.submit(f"/tiep-nhan/{slug}", fields, status)


def first_task(somebody: Client) -> Page:
    """Opens the task on top of the worklist."""
    worklist = somebody.get("/viec")
    links = worklist.find("//main//table//th/a/@href")
    assert links, f"nothing to do: {worklist.main}"
    return somebody.get(links[0])


def do_first_task(somebody: Client, answers: Mapping[str, Any]) -> Page:
    """Completes the task on top of the worklist."""
    task = first_task(somebody)
    return somebody.submit(task.path, answers)


def dossier_id_of(receipt: Page) -> str:
    """The id behind a receipt's address."""
    return receipt.path.split("/")[2]


def tracking_path(receipt: Page) -> str:
    """The address that the QR code opens."""
    link = receipt.find("//div[@class='mc-receipt__qr']/a/@href")[0]
    return str(link).removeprefix("http://127.0.0.1:8080")
