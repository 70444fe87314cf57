"""The environment, read once into one frozen value.

Every variable the product knows stands in `VARIABLES`, with what it means; nothing else reads the environment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bootstrap import Settings as EngineSettings

VARIABLES = {
    "DATA": "Folder of the database, files and keys (default .data)",
    "PORT": "Port of the web server (default 8080)",
    "MOTCUA_DATABASE_URL": "SQLAlchemy URL (default SQLite in the data folder)",
    "MOTCUA_SECRET_KEY": "Key that signs sessions (default: generated once and kept in the data folder)",
    "MOTCUA_PUBLIC_URL": "Address under which people reach the service; https turns on secure cookies and HSTS",
    "MOTCUA_PROXIES": "How many reverse proxies stand in front and are believed about addresses (default 0)",
    "MOTCUA_DEMO": "1 lists the demo accounts on the sign-in page (default 1 until a public address is set)",
    "MOTCUA_WORKER": "0 leaves timers and jobs to separate workers (default 1)",
    "MOTCUA_NODE": "Name of this process in the list of workers (default host name)",
}


MOST_PROXIES = 9


class SettingError(ValueError):
    """A variable of the environment has a value that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between one installation and the next."""

    data_dir: Path
    port: int
    database_url: str
    secret_key: str
    public_url: str
    proxies: int
    demo: bool
    worker: bool
    node: str

    @property
    def engine(self) -> EngineSettings:
        """The part that the engine needs to know."""
        return EngineSettings(self.database_url, self.data_dir, self.node)

    @property
    def https(self) -> bool:
        """True when people reach the service over TLS."""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the variables of `VARIABLES`; raises `SettingError` naming the one that cannot be used."""
    data_dir = Path(environment.get("DATA") or ".data").resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    port = _port(environment.get("PORT") or "8080")
    public_url = (environment.get("MOTCUA_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    return Settings(
        data_dir=data_dir,
        port=port,
        database_url=environment.get("MOTCUA_DATABASE_URL") or f"sqlite:///{data_dir / 'motcua.db'}",
        secret_key=environment.get("MOTCUA_SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        public_url=public_url,
        proxies=_count(environment, "MOTCUA_PROXIES"),
        demo=_switch(environment, "MOTCUA_DEMO", default="MOTCUA_PUBLIC_URL" not in environment),
        worker=_switch(environment, "MOTCUA_WORKER", default=True),
        node=environment.get("MOTCUA_NODE") or socket.gethostname(),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingError(f"PORT: {text!r} is not a port number")
    return int(text)


def _count(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name) or "0"
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PROXIES:
        raise SettingError(f"{name}: {text!r} is not a number from 0 to {MOST_PROXIES}")
    return int(text)


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise SettingError(f"{name}: {text!r} is neither 0 nor 1")
    return text == "1"


def _kept_secret(path: Path) -> str:
    """Two processes may start at once: a hard link appears whole, and only the first one succeeds."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
