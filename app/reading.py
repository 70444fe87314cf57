"""Every look at a dossier leaves a line in the log of reads, whoever looks, before the page leaves the house.

A view whose address has `dossier_id` is noted by itself. One that comes to a dossier by another way (`task_id`, a
file, a paper) says so with `shows`. When the line cannot be written, the page is not shown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext
from flask_login import current_user

from app.wiring import current_actor, current_engine
from engine.commands.reading import RecordRead
from engine.domain.read_log import STORE, look_key

PAGES = {
    "/ho-so/…": "dossier", "/ho-so/…/giay-to": "papers", "/ho-so/…/lich-su": "history", "/ho-so/…/so-do": "diagram",
    "/ho-so/…/phieu": "issued", "/ho-so/…/phieu-kiem-soat": "control_slip", "/ho-so/…/thong-bao": "told",
    "/ho-so/…/giay-tiep-nhan": "receipt", "/ho-so/…/bo-sung": "supplement", "/ho-so/…/dinh-chinh": "correction",
    "/ho-so/…/de-nghi/…": "request", "/ho-so/…/giay-phep": "permits", "/thu-phi/…": "fees", "/bien-lai": "fee_receipt",
    STORE: "store", "/cong-dan/ho-so/…": "own_dossier", "/cong-dan/ho-so/…/bo-sung": "supplement",
    "/cong-dan/ho-so/…/rut": "withdrawal", "/cong-dan/ho-so/…/tep/…": "file", "/cong-dan/ho-so/…/phieu/…": "issued",
    "/cong-dan/ho-so/…/ket-qua/…": "result",
}
"""Every page that leaves a line, and the last part of the key of its name."""

PARTS = {"/tep/": "file", "/viec/": "task", "/phieu/": "paper", "/ket-qua/": "result",
         "/cong-dan/giay-to/": "own_paper"}
"""What is named together with the page: which file, which step, which number."""

KEPT_KEYS = 20_000
"""How many recent looks a process remembers, so that reloading a page costs no write."""


class RecentLooks:
    """Keys of looks that were written a moment ago; the log itself refuses a key twice, whichever process comes."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._keys

    def add(self, key: str) -> None:
        """Forgets the oldest when there are too many."""
        with self._lock:
            self._keys[key] = None
            while len(self._keys) > KEPT_KEYS:
                self._keys.popitem(last=False)


def init_app(app: Flask) -> None:
    """Notes every answered GET that showed a dossier."""
    app.extensions["motcua.looks"] = RecentLooks()
    app.after_request(_note)


def shows(dossier_id: str, what: str = "") -> None:
    """This answer shows personal data of a dossier; `what` names the part, the address when it is left out."""
    g.shown = (dossier_id, what)


def note(dossier_id: str, what: str) -> None:
    """Writes the line at once, for what is shown in answer to a form."""
    _record(dossier_id, what)


def page_name(what: str) -> str:
    """What was looked at, as people call it: `Phiếu, kết quả`, `Tệp: chung-sinh.pdf`."""
    if what in PAGES:
        return str(gettext(f"monitor.read_{PAGES[what]}"))
    for begins, key in PARTS.items():
        if what.startswith(begins):
            return f"{gettext(f'monitor.read_{key}')}: {what.removeprefix(begins)}"
    return what


def _note(response: Response) -> Response:
    shown = getattr(g, "shown", None) or ((request.view_args or {}).get("dossier_id"), "")
    if shown[0] and request.method == "GET" and response.status_code == 200 and current_user.is_authenticated:
        _record(shown[0], shown[1] or address(str(request.url_rule)))
    return response


def address(rule: str) -> str:
    """The address without ids, which is the same in every language: `/ho-so/…/giay-to`."""
    return "/".join("…" if part.startswith("<") else part for part in rule.split("/"))


def _record(dossier_id: str, what: str) -> None:
    engine, actor, looks = current_engine(), current_actor(), current_app.extensions["motcua.looks"]
    key = look_key(actor.id, dossier_id, what, engine.clock.now())
    if key not in looks:
        engine.execute(RecordRead(dossier_id, what), actor, key)
        looks.add(key)
