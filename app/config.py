"""The environment, read once into one frozen value.

Every variable the product knows stands in `VARIABLES`, with what it means; nothing else reads the environment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from engine.bootstrap import MessageSettings, PaymentSettings, StorageSettings
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
    "MOTCUA_PAYMENTS": "Payment gateway: off, test (play money) or its https address (default test in a demo)",
    "MOTCUA_PAYMENTS_PARTNER": "Our name at the payment gateway (`MaDoiTac`)",
    "MOTCUA_PAYMENTS_SECRET": "Key shared with the payment gateway, at least 32 characters",
    "MOTCUA_NODE": "Name of this process in the list of workers (default host name)",
    "MOTCUA_DRAFT_DAYS": "Days that a half-written application is kept after it was last saved (default 30)",
    "MOTCUA_OIDC_ISSUER": "Address of an OpenID Connect provider by whom citizens may come in (default none)",
    "MOTCUA_OIDC_NAME": "Its name on the sign-in button (default VNeID)",
    "MOTCUA_OIDC_CLIENT": "The client id it has given to this service",
    "MOTCUA_OIDC_SECRET": "The secret that belongs to the client id",
    "MOTCUA_OIDC_CLAIMS": "Its names for name, id_number, birth_date and assurance, as `name=name,id_number=...`",
    "MOTCUA_OIDC_PROVEN": "Its values of assurance that stand for a checked identity (default `2,high`)",
    "MOTCUA_SMTP_URL": "smtp://user:password@host:587, smtps://... or smtp+plain://... (default: files in DATA/outbox)",
    "MOTCUA_MAIL_FROM": "Sender of e-mails (default motcua@localhost)",
    "MOTCUA_SMS_URL": "Address of the SMS provider (default: files in DATA/outbox)",
    "MOTCUA_SMS_TOKEN": "Its bearer token",
    "MOTCUA_ZALO_URL": "Address of the provider of the Zalo-like channel (default: files in DATA/outbox)",
    "MOTCUA_ZALO_TOKEN": "Its bearer token",
    "MOTCUA_CONSOLE_NOTICES": "1 names notices in the log instead of writing files (default 0)",
    "MOTCUA_FILES_URL": "Bucket for files, s3://bucket/folder (default: folder `files` in the data folder)",
    "MOTCUA_FILES_ENDPOINT": "Address of an S3 service other than Amazon's",
    "MOTCUA_FILES_REGION": "Region of the bucket",
    "MOTCUA_FILES_KEY_ID": "Access key of the bucket",
    "MOTCUA_FILES_SECRET": "Its secret",
    "MOTCUA_FILES_MASTER_KEYS": "File of the master keys that seal files at rest (default: not sealed)",
    "MOTCUA_CLAMD": "Virus scanner, host:port or the path of its socket (default: none, and pages say so)",
}


MOST_PROXIES = 9
SHORTEST_KEY = 32


CLAIMS = {"name": "name", "id_number": "identity_number", "birth_date": "birthdate", "assurance": "assurance_level"}
"""Ours and theirs: what a provider like VNeID calls the facts that a citizen's profile keeps."""

MOST_DRAFT_DAYS = 999


Checked = TypeVar("Checked", MessageSettings, StorageSettings)


class SettingError(ValueError):
    """A variable of the environment has a value that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Who vouches for citizens. `claims` maps our names to the provider's; `proven` are its trusted assurances."""

    issuer: str
    name: str
    client: str
    secret: str
    claims: Mapping[str, str]
    proven: frozenset[str]


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
    messages: MessageSettings = field(default_factory=MessageSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    draft_days: int = 30
    identity: IdentityProvider | None = None
    payments: PaymentSettings = field(default_factory=PaymentSettings)

    @property
    def engine(self) -> EngineSettings:
        """The part that the engine needs to know."""
        return EngineSettings(self.database_url, self.data_dir, self.node, self.public_url, self.messages,
                              storage=self.storage, payments=self.payments)

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
        messages=_messages(environment),
        storage=_storage(environment),
        draft_days=_count(environment, "MOTCUA_DRAFT_DAYS", default=30, most=MOST_DRAFT_DAYS),
        identity=_identity(environment),
        payments=_payments(environment, data_dir),
    )


def _messages(environment: Mapping[str, str]) -> MessageSettings:
    """Which channels are real; an address that no messenger can use is refused before anything starts."""
    settings = MessageSettings(
        smtp_url=environment.get("MOTCUA_SMTP_URL", ""),
        sender=environment.get("MOTCUA_MAIL_FROM") or "motcua@localhost",
        sms_url=environment.get("MOTCUA_SMS_URL", ""), sms_token=environment.get("MOTCUA_SMS_TOKEN", ""),
        zalo_url=environment.get("MOTCUA_ZALO_URL", ""), zalo_token=environment.get("MOTCUA_ZALO_TOKEN", ""),
        console=_switch(environment, "MOTCUA_CONSOLE_NOTICES", default=False))
    return _checked(settings)


def _storage(environment: Mapping[str, str]) -> StorageSettings:
    """Where files lie, how they are sealed, who scans them."""
    return _checked(StorageSettings(
        files_url=environment.get("MOTCUA_FILES_URL", ""), files_endpoint=environment.get("MOTCUA_FILES_ENDPOINT", ""),
        files_region=environment.get("MOTCUA_FILES_REGION", ""),
        files_key_id=environment.get("MOTCUA_FILES_KEY_ID", ""),
        files_secret=environment.get("MOTCUA_FILES_SECRET", ""),
        master_keys=environment.get("MOTCUA_FILES_MASTER_KEYS", ""), clamd=environment.get("MOTCUA_CLAMD", "")))


def _checked(settings: Checked) -> Checked:
    try:
        settings.check()
    except ValueError as error:
        raise SettingError(str(error)) from error
    return settings


def _payments(environment: Mapping[str, str], data_dir: Path) -> PaymentSettings:
    """A real gateway needs our name and a key; the one to try things with makes a key of its own."""
    demo = _switch(environment, "MOTCUA_DEMO", default="MOTCUA_PUBLIC_URL" not in environment)
    address = environment.get("MOTCUA_PAYMENTS") or ("test" if demo else "off")
    if address == "off":
        return PaymentSettings()
    if address == "test":
        return PaymentSettings(address, "MOTCUA", _kept_secret(data_dir / "payments_key"))
    partner, secret = environment.get("MOTCUA_PAYMENTS_PARTNER") or "", environment.get("MOTCUA_PAYMENTS_SECRET") or ""
    if not address.startswith("https://"):
        raise SettingError(f"MOTCUA_PAYMENTS: {address!r} is neither off, test nor an https address")
    if not partner or len(secret) < SHORTEST_KEY:
        raise SettingError(f"MOTCUA_PAYMENTS_SECRET: a gateway needs a partner and a key of {SHORTEST_KEY} characters")
    return PaymentSettings(address, partner, secret)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingError(f"PORT: {text!r} is not a port number")
    return int(text)


def _count(environment: Mapping[str, str], name: str, *, default: int = 0, most: int = MOST_PROXIES) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise SettingError(f"{name}: {text!r} is not a number from 0 to {most}")
    return int(text)


def _identity(environment: Mapping[str, str]) -> IdentityProvider | None:
    issuer = (environment.get("MOTCUA_OIDC_ISSUER") or "").rstrip("/")
    if not issuer:
        return None
    client = environment.get("MOTCUA_OIDC_CLIENT") or ""
    if not client:
        raise SettingError("MOTCUA_OIDC_CLIENT: an OpenID Connect provider needs a client id")
    return IdentityProvider(
        issuer=issuer, client=client, secret=environment.get("MOTCUA_OIDC_SECRET") or "",
        name=environment.get("MOTCUA_OIDC_NAME") or "VNeID",
        claims=_claims(environment.get("MOTCUA_OIDC_CLAIMS") or ""),
        proven=frozenset(filter(None, map(str.strip, (environment.get("MOTCUA_OIDC_PROVEN") or "2,high").split(",")))))


def _claims(text: str) -> Mapping[str, str]:
    pairs = dict(each.split("=", 1) for each in text.split(",") if "=" in each)
    if unknown := set(pairs) - set(CLAIMS):
        raise SettingError(f"MOTCUA_OIDC_CLAIMS: {sorted(unknown)} is none of {sorted(CLAIMS)}")
    return {**CLAIMS, **pairs}


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
