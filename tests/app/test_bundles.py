"""The committed browser bundles: complete, of the hashes they claim, and free of what may not be served."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "static"
DIST = STATIC / "dist"
VENDOR_LIST = (STATIC / "vendor" / "README.md").read_text("utf-8")
LISTED = re.findall(r"^\| (\S+) \| `([0-9a-f]{64})` \|$", VENDOR_LIST, re.MULTILINE)
MANIFEST = json.loads((DIST / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize(("path", "sha256"), LISTED, ids=[path for path, _ in LISTED])
def test_the_list_of_the_work_of_others_tells_true_hashes(path: str, sha256: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == sha256


def test_every_file_that_is_served_is_in_the_list() -> None:
    served = {str(path.relative_to(ROOT)) for folder in ("dist", "fonts") for path in (STATIC / folder).iterdir()}
    assert served <= {path for path, _ in LISTED}


@pytest.mark.parametrize("name", ["app.css", "app.js", "favicon.svg", "viewer.css", "viewer.js"])
def test_the_manifest_leads_to_a_file_named_after_its_content(name: str) -> None:
    served = DIST / MANIFEST[name]
    assert served.name.split(".")[1] == hashlib.sha256(served.read_bytes()).hexdigest()[:10]


@pytest.mark.parametrize("name", ["app.css", "viewer.css"])
def test_a_style_sheet_loads_nothing_from_another_host(name: str) -> None:
    css = (DIST / MANIFEST[name]).read_text("utf-8")
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", css):
        assert address.startswith(("data:", "../fonts/"))
        assert address.startswith("data:") or (DIST / address).resolve().is_file()


def test_the_brand_of_gov_uk_is_not_in_the_style_sheet() -> None:
    css = (DIST / MANIFEST["app.css"]).read_text("utf-8")
    assert "GDS" not in css
    assert "crest" not in css


@pytest.mark.parametrize("name", ["app.js", "viewer.js"])
def test_a_script_needs_no_eval(name: str) -> None:
    assert not re.search(r"\beval\(|\bnew Function\(", (DIST / MANIFEST[name]).read_text("utf-8"))


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
