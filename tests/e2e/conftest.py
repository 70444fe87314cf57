"""People in front of a real browser and a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.visitor import Visitor
from tests.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One `motcua run` for all journeys of a file."""
    running = Server(tmp_path_factory.mktemp("e2e"))
    running.start()
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.log()


@pytest.fixture
def visit(browser: Browser, server: Server,
          browser_context_args: dict[str, object]) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser of his own for somebody; with a login he comes in through the sign-in page."""
    contexts: list[BrowserContext] = []

    def visitor(login: str | None = None, **options: object) -> Visitor:
        contexts.append(browser.new_context(**{**browser_context_args, **options}))  # type: ignore[arg-type]
        somebody = Visitor(contexts[-1].new_page(), server.url, scripts=options.get("java_script_enabled") is not False)
        if login:
            somebody.sign_in(login)
        return somebody

    yield visitor
    for context in contexts:
        context.close()
