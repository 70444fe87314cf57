"""Somebody with a browser, who looks at every page on a telephone and on a desk and asks axe about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

PASSWORD = "motcua2026"
DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHAPE = "document.documentElement.lang + [...document.querySelectorAll('main *')].map(each => each.className).join()"
WAIT_MS = 20_000
JUDGED: set[str] = set()
"""Pages axe has seen in this run."""


class Visitor:
    """One person; `path` and `words` are those of the page in front of him."""

    def __init__(self, page: Page, url: str, *, scripts: bool = True) -> None:
        self.page, self.url, self.scripts = page, url, scripts
        self.complaints: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    @property
    def path(self) -> str:
        """The address without the server."""
        return self.page.url.removeprefix(self.url)

    @property
    def words(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def open(self, path: str) -> Visitor:
        """Goes to an address and judges the page."""
        self.page.goto(self.url + path)
        return self.judge()

    def sign_in(self, login: str) -> Visitor:
        """With a demo account."""
        self.open("/dang-nhap")
        return self.fill({"login": login, "password": PASSWORD}).press("Đăng nhập")

    def follow(self, words: str) -> Visitor:
        """Follows the link that says exactly this, or else the first one that says it among other things."""
        exact = self.page.locator("main").get_by_role("link", name=words, exact=True)
        link = exact if exact.count() else self.page.locator("main a", has_text=words)
        with self.page.expect_navigation():
            link.first.click()
        return self.judge()

    def press(self, words: str) -> Visitor:
        """Presses a button and judges what comes."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words, exact=True).click()
        return self.judge()

    def fill(self, fields: Mapping[str, Any]) -> Visitor:
        """Fills in fields by name, whatever they are."""
        for name, value in fields.items():
            for each in value if isinstance(value, list) else [value]:
                self._fill(name, str(each))
        return self

    def judge(self) -> Visitor:
        """No accessibility violation, nothing wider than the screen, no complaint of the browser."""
        self.page.wait_for_load_state()
        assert not self.complaints, self.complaints
        if self.scripts and (kind := self._kind()) not in JUDGED:
            JUDGED.add(kind)
            self._measure()
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{self.path}\n{found.generate_report()}"
        return self

    def _kind(self) -> str:
        """Two dossiers in the same state are one page to look at: the address without ids, and the shape below it."""
        return re.sub(r"[0-9a-f]{20,}|H99[^ ]*", "*", f"{self.path} {self.page.evaluate(SHAPE)}")

    def _measure(self) -> None:
        own = self.page.viewport_size
        for size in (TELEPHONE, DESK):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wider = self.page.evaluate(OVERFLOW)
            assert wider <= 0, f"{self.path} is {wider} px wider than {size['width']}"
        if own:
            self.page.set_viewport_size(own)

    def _fill(self, name: str, value: str) -> None:
        fields = self.page.locator(f'main [name="{name}"]')
        kind = fields.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            chosen = fields.and_(self.page.locator(f'[value="{value}"]'))
            chosen.check(force=True)
        elif fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.select_option(value)
        else:
            fields.fill(value)

    def _hear(self, message: ConsoleMessage) -> None:
        said = "422" in message.text or ("404" in message.text and message.location["url"] == f"{self.url}/tra-cuu")
        expected = "Failed to load resource" in message.text and said       # the page itself says what is wrong
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"{self.page.url}: {message.text}")
