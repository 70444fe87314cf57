"""The committed scripts in a real browser, under the policy that every page carries."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from app.security import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.e2e
STATIC = Path(__file__).parents[2] / "app" / "static"
MANIFEST = json.loads((STATIC / "dist" / "manifest.json").read_text("utf-8"))

SHAPES = "".join(
    f'<di:BPMNShape bpmnElement="{node}"><dc:Bounds x="{x}" y="100" width="100" height="80"/></di:BPMNShape>'
    for node, x in [("receive", 100), ("appraise", 300), ("sign", 500)]
)
DIAGRAM = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
  xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
  <process id="p"><userTask id="receive" name="Tiếp nhận"/><userTask id="appraise" name="Thẩm định"/>
  <userTask id="sign" name="Ký duyệt"/></process>
  <di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{SHAPES}</di:BPMNPlane></di:BPMNDiagram></definitions>"""
MARKS = {"done": ["receive"], "active": ["appraise", "gone"], "counts": {"appraise": 3}, "incidents": ["sign"]}


def document(body: str, language: str = "vi") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Trang</title>'
        f'<link rel="stylesheet" href="/dist/{MANIFEST["app.css"]}"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="/dist/{MANIFEST["viewer.css"]}">'
        f'<script type="module" src="/dist/{MANIFEST["app.js"]}"></script>'
        f'<script type="module" src="/dist/{MANIFEST["viewer.js"]}"></script></head>'
        f'<body class="govuk-template__body">{body}</body></html>'
    )


def diagram(data: dict[str, Any]) -> str:
    return (
        '<a href="#d" data-diagram-element="sign">Đến bước ký</a>'
        '<div class="mc-diagram js-diagram" data-src="#d"></div>'
        f'<script type="application/json" id="d">{json.dumps(data).replace("<", chr(92) + "u003c")}</script>'
    )


PAGES = {
    "/diagram": document(diagram({"xml": DIAGRAM, **MARKS})),
    "/english": document(diagram({"xml": DIAGRAM, **MARKS, "labels": {"fit": "Whole picture"}}), "en"),
    "/broken": document(diagram({"xml": "<definitions/>"})),
    "/form": document('<form method="post" action="/slow"><button class="govuk-button">Nộp hồ sơ</button></form>'),
}


class Handler(SimpleHTTPRequestHandler):
    """Serves the pages above and the bundles; counts what is posted, and answers it slowly."""

    extensions_map = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", "": "text/plain"}
    posted = 0
    answer = threading.Event()

    def do_GET(self) -> None:
        if self.path not in PAGES:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGES[self.path].encode())

    def do_POST(self) -> None:
        type(self).posted += 1
        self.answer.wait(5)
        self.send_response(204)
        self.end_headers()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """The console belongs to pytest."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def tab(chromium: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    page = chromium.new_page(base_url=address)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()


def scale(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.viewport').getCTM().a"))


def test_a_diagram_shows_its_tokens_and_troubles_in_words_as_well(tab: Page, complaints: list[str]) -> None:
    tab.goto("/diagram")
    expect(tab.get_by_role("img", name="Đang ở bước này: 3")).to_have_text("3")
    expect(tab.get_by_role("img", name="Đã xong")).to_be_visible()
    expect(tab.get_by_role("img", name="Có sự cố")).to_be_visible()
    expect(tab.locator(".mc-active[data-element-id=appraise]")).to_have_count(1)
    expect(tab.locator(".bjs-powered-by")).to_be_visible()
    assert complaints == []


def test_the_diagram_is_zoomed_with_the_keyboard(tab: Page) -> None:
    tab.goto("/diagram")
    tab.get_by_role("button", name="Phóng to").focus()
    fitted = scale(tab)
    tab.keyboard.press("Enter")
    assert scale(tab) > fitted
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")
    assert scale(tab) < fitted
    tab.get_by_role("button", name="Vừa khung").press("Enter")
    assert scale(tab) == pytest.approx(fitted)


def test_a_link_brings_its_step_into_view(tab: Page) -> None:
    tab.goto("/diagram")
    expect(tab.locator(".js-diagram[data-ready]")).to_be_visible()
    tab.get_by_text("Đến bước ký").click()
    expect(tab.locator("g.mc-found")).to_have_attribute("data-element-id", "sign")


def test_the_diagram_speaks_the_language_of_the_page_and_takes_the_words_it_is_given(tab: Page) -> None:
    tab.goto("/english")
    expect(tab.get_by_role("button", name="Zoom in")).to_be_visible()
    expect(tab.get_by_role("button", name="Whole picture")).to_be_visible()


def test_a_file_that_cannot_be_drawn_is_said_and_not_left_blank(tab: Page) -> None:
    tab.goto("/broken")
    expect(tab.get_by_role("alert")).to_contain_text("Không hiển thị được sơ đồ")


def test_a_form_clicked_twice_is_sent_once(tab: Page) -> None:
    tab.goto("/form")
    place = tab.get_by_role("button", name="Nộp hồ sơ").bounding_box()
    assert place is not None
    with tab.expect_request("**/slow"):
        tab.mouse.click(place["x"] + 5, place["y"] + 5)
    tab.mouse.click(place["x"] + 5, place["y"] + 5)
    tab.wait_for_timeout(200)
    assert Handler.posted == 1
    Handler.answer.set()
