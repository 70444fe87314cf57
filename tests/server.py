"""The product as people start it: a process, a port, a folder of data."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FROM_CHECKOUT = (sys.executable, "-c", "from app.cli.commands import main; main()", "run")
START_TIMEOUT_S = 60


class Server:
    """`motcua run` on a free port. `kill` is what a power cut is to it, `stop` what an administrator does."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self.environment, self.port = data, environment, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str] = FROM_CHECKOUT, cwd: Path = ROOT) -> None:
        """Returns when `/healthz` says that all is well."""
        self.data.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PORT": str(self.port), "DATA": str(self.data), **self.environment}
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=cwd, env=environment, stdout=log, stderr=log,
            )
        self._wait_until_healthy()

    def stop(self) -> int:
        """Asks it to end and returns its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(15)

    def kill(self) -> None:
        """Ends it in the middle of whatever it does."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def health(self) -> dict[str, Any] | None:
        """What `/healthz` answers when all is well; None while it does not."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:
            return None

    def log(self) -> str:
        """Everything it wrote."""
        return (self.data / "server.log").read_text(errors="replace")

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.health() is None:
            assert self.process
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the server did not start:\n{self.log()}")
            time.sleep(0.1)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
