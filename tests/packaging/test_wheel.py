"""The wheel alone is the product: installed elsewhere, it starts and carries its procedures."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.server import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a clean copy of what git knows, so that nothing lying about in the checkout can get in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, files.decode().split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                    "--wheel-dir", str(out), str(source)], check=True)
    return next(out.glob("motcua-*.whl"))


def test_the_wheel_carries_everything_that_git_knows_of_the_product(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = subprocess.run(["git", "ls-files", "app", "engine", "bpmn", "forms", "migrations"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split("\n")
    missing = {name for name in files if name and not name.startswith('"') and (ROOT / name).is_file()} - inside
    assert missing == set()


def test_the_wheel_asks_for_what_setup_cfg_asks_for(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    asked = {line.partition(";")[0].strip() for line in Parser().parsestr(archive.read(metadata).decode()).get_all(
        "Requires-Dist", []) if "extra ==" not in line}
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    wanted = setup["options"]["install_requires"].split()
    assert {name.lower() for name in map(_name, asked)} == {name.lower() for name in map(_name, wanted)}


def test_installed_elsewhere_it_runs_with_its_procedures(
        wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)  # nothing of the checkout may help
    python = _fresh_environment(tmp_path / "venv", wheel)
    server = Server(tmp_path / "data")
    server.start(command=[str(python.parent / "motcua"), "run"], cwd=tmp_path)
    try:
        with urllib.request.urlopen(f"{server.url}/thu-tuc", timeout=10) as answer:
            listed = answer.read().decode()
        where = subprocess.run([str(python), "-c", "import engine; print(engine.__file__)"], check=True,
                               capture_output=True, text=True, cwd=tmp_path).stdout
    finally:
        assert server.stop() == 0
    assert str(tmp_path) in where
    assert all(code in listed for code in ("1.001193", "1.001612", "2.002621"))


def _fresh_environment(folder: Path, wheel: Path) -> Path:
    """An empty environment with the wheel; the libraries are lent by this one, our own code is not."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps",
                    "--no-index", str(wheel)], check=True, env={**os.environ, "PYTHONPATH": ""})
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def _name(requirement: str) -> str:
    for mark in "<>=![ ":
        requirement = requirement.partition(mark)[0]
    return requirement.replace("_", "-")
