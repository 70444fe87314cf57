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
    ("tiepnhan", {"decision": "returned", "receiver_name": "Trần Thị Bình", "return_method": "counter",
                  "identity_checked": "on"}),
)
"""Who does what after acceptance, with what answers."""


BUSINESS = {
    "dossier_owner__name": "Lê Văn Tâm", "business_name": "Hộ kinh doanh Minh Tâm", "founded_by": "individual",
    "owner_name": "Lê Văn Tâm", "owner_id_number": "012345678902", "business_address": "Thôn 2, xã Tân An",
    "business_lines": "Bán lẻ lương thực, thực phẩm", "capital": "50.000.000", "decision": "accept",
}
"""A complete registration of a household business."""

CHILD_GROUP = {
    "dossier_owner__name": "Đỗ Thị Lan", "child_name": "Phạm Gia Hân", "child_sex": "female",
    "child_birth_date": "25/02/2026", "child_birth_place": "Bệnh viện đa khoa tỉnh", "mother_name": "Đỗ Thị Lan",
    "mother_id_number": "012345678903", "requester_relation": "parent", "residence_address": "Thôn 3, xã Tân An",
    "household_head": "Phạm Văn Hòa", "household_relationship": "Cháu nội", "health_facility": "Trạm Y tế xã Tân An",
    "decision": "accept",
}
"""Birth, residence and health card in one dossier."""

CHILD_GROUP_STEPS = (
    ("hotich", {"birth_decision": "approve", "register_entry": "20/2026"}),
    ("lanhdao", {"signing_decision": "sign"}),
    ("vanthu", {"document_symbol": "TPHT-KS", "copies_sealed": "1", "sealed": "on"}),
    ("congan", {"residence_decision": "approve", "residence_reference": "TB-31"}),
    ("bhxh", {"health_card_decision": "approve", "health_card_reference": "TE1010000000001"}),
    ("truongcongan", {"signing_decision": "sign"}),
    ("giamdocbh", {"signing_decision": "sign"}),
    ("tiepnhan", {"decision": "returned", "receiver_name": "Đỗ Thị Lan", "return_method": "counter",
                  "identity_checked": "on",
                  "results_given": ["birth_certificate", "residence_notice", "health_card"]}),
)
"""Four agencies, one after the other and two at once."""


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
    """The address that the receipt carries."""
    return receipt.link("Mở trang tra cứu hồ sơ")


def pay_at_the_counter(officer: Client) -> Page:
    """Collects everything from whoever has owed it longest; returns the page with the receipts."""
    account = officer.get("/thu-phi").link("H99")
    officer.get(account)
    return officer.submit(account)
