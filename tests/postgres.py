"""A throw-away PostgreSQL: found on the machine, started in a temporary folder, gone with the process."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

REMEDY = (
    "PostgreSQL's programs (initdb, postgres) are not on this machine. `make test` installs them with apt-get where it "
    "may; otherwise install the package `postgresql`, or set MOTCUA_TEST_WITHOUT_POSTGRES=1 to test SQLite alone."
)
SPEED_OVER_SAFETY = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
START_TIMEOUT_S = 30


def find(program: str) -> str | None:
    """The program on the PATH, or where Debian keeps it; the newest version."""
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = sorted(places, key=lambda path: int(path.parts[4]), reverse=True)
    return shutil.which(program) or next((str(path) for path in newest), None)


class Cluster:
    """A server that listens on a socket in its own folder. `durable=True` for benchmarks: commits reach the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        initdb, postgres = find("initdb"), find("postgres")
        if not initdb or not postgres:
            raise RuntimeError(REMEDY)
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
        self._names = itertools.count(1)
        self._as_owner = self._drop_privileges()
        data = self.folder / "data"
        options = ["-A", "trust", "-U", "test", "-E", "UTF8", "--no-locale", *(() if durable else ("-N",))]
        subprocess.run([initdb, "-D", data, *options], check=True, stdout=subprocess.DEVNULL, **self._as_owner)
        settings = ("-k", self.folder, "-c", "listen_addresses=", "-c", "max_connections=150")
        self.process = subprocess.Popen(
            [postgres, "-D", data, *settings, *(() if durable else SPEED_OVER_SAFETY)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as_owner,
        )
        self._wait_until_ready()

    def create_database(self, template: str | None = None) -> str:
        """The URL of a new database, copied from the template when there is one."""
        name = f"test{next(self._names)}"
        copying = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copying)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drops it, and whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        """As `engine.store.database.make_engine` wants it."""
        return f"postgresql+psycopg://test@/{database}?host={self.folder}"

    def stop(self) -> None:
        """Ends the server at once and removes its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _drop_privileges(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root; as root it runs as its own user, or as nobody."""
        if os.geteuid() != 0:
            return {}
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        owner = known.get("postgres") or known["nobody"]
        os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                return self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def _execute(self, statement: sql.Composable) -> None:
        with psycopg.connect(f"host={self.folder} user=test dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)
