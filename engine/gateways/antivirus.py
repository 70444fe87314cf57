"""The virus scanner: clamd over its INSTREAM command, or none."""

from __future__ import annotations

import socket
import struct

from engine.domain.file_rules import ScannerSilent

TIMEOUT_S = 30.0
PING_S = 2.0
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
FOUND = " FOUND"


class NoScanner:
    """`engine.ports.Scanner` that scans nothing and says so."""

    active = False

    def scan(self, content: bytes) -> str:
        """Nothing is ever found by not looking."""
        return ""

    def alive(self) -> bool:
        """There is nothing to be ill."""
        return True


class ClamdScanner:
    """`engine.ports.Scanner`. `address` is `host:port`, or the path of a Unix socket."""

    active = True

    def __init__(self, address: str, timeout_s: float = TIMEOUT_S) -> None:
        host, _, port = address.rpartition(":")
        if not address.startswith("/") and not (host and port.isascii() and port.isdigit()):
            raise ValueError(f"not an address of clamd: {address!r}")
        self._unix, self._timeout_s = address.startswith("/"), timeout_s
        self._address: str | tuple[str, int] = address if self._unix else (host, int(port))

    def scan(self, content: bytes) -> str:
        """What was found, by the scanner's name for it; empty when clean. Raises ScannerSilent."""
        chunks = (content[at:at + CHUNK] for at in range(0, len(content), CHUNK))
        framed = (struct.pack("!L", len(each)) + each for each in chunks)
        said = self._ask(b"zINSTREAM\0", *framed, struct.pack("!L", 0))
        if said.endswith(FOUND):
            return said.removeprefix("stream: ").removesuffix(FOUND)
        if said != "stream: OK":
            raise ScannerSilent(said=said)
        return ""

    def alive(self) -> bool:
        """Whether it answers at all."""
        try:
            return self._ask(b"zPING\0", timeout_s=PING_S) == "PONG"
        except ScannerSilent:
            return False

    def _ask(self, *parts: bytes, timeout_s: float | None = None) -> str:
        try:
            with socket.socket(socket.AF_UNIX if self._unix else socket.AF_INET) as line:
                line.settimeout(timeout_s or self._timeout_s)
                line.connect(self._address)
                for part in parts:
                    line.sendall(part)
                return _answer(line)
        except OSError as error:
            raise ScannerSilent(said=type(error).__name__) from error


def _answer(line: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        heard += more
    return heard.rstrip(b"\0\n").decode("utf-8", "replace")
