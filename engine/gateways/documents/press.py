"""The process that prints: one Typst compiler, kept warm, asked through a pipe. Run as `python -m`.

A request is one line of JSON, an answer one line of JSON with the length of the bytes that follow it. It has no
network and reads no files but those under its root; it ends when its parent does, because the pipe ends.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

FONTS = Path(__file__).parent / "fonts"
STANDARDS = ["a-2a", "ua-1"]
MASK = 2
"""One pattern over the code for all papers: readers take any, and trying all eight costs more than the paper itself."""


class Press:
    """The compiler with its fonts; templates lie under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        self.compiler = typst.Compiler(root=str(root), font_paths=self.fonts)

    def print(self, job: dict[str, Any]) -> bytes:
        """The document of one request."""
        inputs = {"data": json.dumps(job["data"], ensure_ascii=False), "qr": code(str(job.get("link") or ""))}
        options: dict[str, Any] = {"format": job.get("format", "pdf")}
        if options["format"] == "pdf":
            options |= {"pdf_standards": STANDARDS, "timestamp": datetime.fromisoformat(job["at"])}
        printed = self.compiler.compile(str(self.root / f"{job['template']}.typ"), sys_inputs=inputs, **options)
        return b"".join(printed[:1]) if isinstance(printed, list) else bytes(printed or b"")


def code(link: str) -> str:
    """The QR code of an address as a picture; segno leaves out the namespace that Typst wants."""
    if not link:
        return ""
    drawn: str = segno.make(link, error="m", micro=False, mask=MASK).svg_inline(scale=4, border=2)
    return drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def main() -> None:
    """Answers until the parent closes the pipe."""
    press, out = Press(Path(sys.argv[1])), sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            content, head = press.print(json.loads(line)), {"ok": True}
        except Exception as error:
            content, head = str(error).encode(), {"ok": False}
        out.write(json.dumps({**head, "length": len(content)}).encode() + b"\n" + content)
        out.flush()


if __name__ == "__main__":
    main()
