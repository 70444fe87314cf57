"""`engine.ports.Documents` over a printing process: starts it, waits a limited time, kills and replaces it.

Typst has no limit of its own on computing, and a compiler serves one caller at a time; so there is one process, one
caller at a time, and a clock.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.domain.errors import DocumentFailed, DocumentTooSlow
from engine.gateways.documents.letters import printable

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "forms" / "slips"
PATIENCE_S = 20.0
OUTSIDE = '"@'
"""How a Typst source names a package that would be fetched from the net."""


class TypstDocuments:
    """Implements `ports.Documents`. Safe to share between threads and to inherit through a fork."""

    def __init__(self, templates: Path = TEMPLATES, patience_s: float = PATIENCE_S) -> None:
        self.templates, self.patience_s = templates, patience_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def render(self, template: str, data: Mapping[str, Any], at: datetime, *, link: str = "",
               format: str = "pdf") -> bytes:
        """The document as of `at`, with `link` as a QR code. Raises DocumentFailed, DocumentTooSlow."""
        self._refuse_foreign(template)
        job = {"template": template, "data": printable(dict(data)), "at": at.replace(microsecond=0).isoformat(),
               "link": link, "format": format}
        with self._lock:
            return self._ask(json.dumps(job).encode() + b"\n")

    @property
    def process_id(self) -> int | None:
        """Of the printing process, while there is one."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """Ends the process; the next document starts another."""
        with self._lock:
            self._end()

    def _ask(self, line: bytes) -> bytes:
        process, deadline = self._running(), time.monotonic() + self.patience_s
        try:
            assert process.stdin is not None
            process.stdin.write(line)
            process.stdin.flush()
            head = json.loads(_line(process, deadline))
            content = _exactly(process, head["length"], deadline)
        except (TimeoutError, EOFError, OSError) as error:
            self._end()
            if isinstance(error, TimeoutError):
                raise DocumentTooSlow(seconds=self.patience_s) from error
            raise DocumentFailed(reason="the printing process ended") from error
        if not head["ok"]:
            raise DocumentFailed(reason=content.decode("utf-8", "replace")[:2000])
        return content

    def _running(self) -> subprocess.Popen[bytes]:
        """After a fork the parent's process is not ours to talk to."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process, self._owner = subprocess.Popen(  # noqa: S603 - our own module, our own folder
                [sys.executable, "-m", "engine.gateways.documents.press", str(self.templates)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT), os.getpid()
            weakref.finalize(self, _kill, self._process)
        return self._process

    def _end(self) -> None:
        if self._process is not None and self._owner == os.getpid():
            _kill(self._process)
        self._process = None

    def _refuse_foreign(self, template: str) -> None:
        """Templates are ours, and none of them may make the machine call somebody."""
        path = self.templates / f"{template}.typ"
        if not path.resolve().is_relative_to(self.templates.resolve()) or not path.is_file():
            raise DocumentFailed(reason=f"no template {template}")
        if any(OUTSIDE in source for source in _sources(self.templates)):
            raise DocumentFailed(reason="a template imports a package")


@lru_cache(maxsize=8)
def _sources(templates: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in sorted(templates.rglob("*.typ")))


@lru_cache(maxsize=1)
def shared_documents() -> TypstDocuments:
    """One printing process for everything in this process."""
    return TypstDocuments()


def _line(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        line += _exactly(process, 1, deadline)
    return line


def _exactly(process: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    assert process.stdout is not None
    parts, missing = [], length
    while missing:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise TimeoutError
        part = os.read(process.stdout.fileno(), missing)
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe:
                pipe.close()
