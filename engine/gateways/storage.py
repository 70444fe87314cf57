"""Where files lie and who looks at them first, as this installation wants it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from obstore.store import from_url

from engine.gateways.antivirus import ClamdScanner, NoScanner
from engine.gateways.envelopes import Envelopes, read_keys
from engine.gateways.files import BucketFiles, LocalFiles
from engine.ports import Files, Scanner


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Empty fields: files in the data folder, unsealed, unscanned. The key fields are those of an S3 bucket."""

    files_url: str = ""
    files_endpoint: str = ""
    files_region: str = ""
    files_key_id: str = ""
    files_secret: str = ""
    master_keys: str = ""
    clamd: str = ""

    def check(self) -> None:
        """Raises ValueError for what cannot be used, before anything starts."""
        open_scanner(self)
        _envelopes(self)
        if self.files_url:
            _bucket(self)


def open_files(settings: StorageSettings, folder: Path) -> Files:
    """Raises ValueError for a store or keys that cannot be used."""
    envelopes = _envelopes(settings)
    return BucketFiles(_bucket(settings), envelopes) if settings.files_url else LocalFiles(folder, envelopes)


def open_scanner(settings: StorageSettings) -> Scanner:
    """Raises ValueError for an address that is none."""
    return ClamdScanner(settings.clamd) if settings.clamd else NoScanner()


def _envelopes(settings: StorageSettings) -> Envelopes | None:
    if not settings.master_keys:
        return None
    try:
        return Envelopes(read_keys(Path(settings.master_keys)))
    except OSError as error:
        raise ValueError(f"{settings.master_keys}: {error.strerror}") from error


def _bucket(settings: StorageSettings) -> object:
    if urlsplit(settings.files_url).scheme not in ("s3", "memory"):
        raise ValueError(f"not a store for files: {settings.files_url!r}; use s3://bucket/folder")
    options = {
        "endpoint": settings.files_endpoint, "region": settings.files_region,
        "access_key_id": settings.files_key_id, "secret_access_key": settings.files_secret,
    }
    given = {name: value for name, value in options.items() if value}
    return from_url(settings.files_url, **given)
