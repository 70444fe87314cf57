"""A stand-in for clamd that speaks its INSTREAM protocol: finds the EICAR test string and nothing else."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def look(content: bytes) -> bytes:
    """What clamd would say."""
    return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def clamd(answer: Callable[[bytes], bytes] = look) -> Iterator[str]:
    """Its address, while it runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listening, answer), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def _serve(listening: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line, line.makefile("rb") as heard:
            command = b"".join(iter(lambda: heard.read(1), b"\0"))  # up to its end
            line.sendall(b"PONG\0" if command == b"zPING" else answer(_stream(heard)))


def _stream(heard) -> bytes:  # type: ignore[no-untyped-def]
    content = b""
    while size := struct.unpack("!L", heard.read(4))[0]:
        content += heard.read(size)
    return content
