"""Imports point one way; the contracts stand in setup.cfg."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT, name_of, python_files, tree_of


def test_every_import_contract_holds():
    script = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_package_inits_of_the_engine_hold_a_docstring_and_nothing_else():
    for path in python_files("engine"):
        if path.name == "__init__.py":
            body = tree_of(path).body
            assert len(body) == 1 and isinstance(body[0], ast.Expr), (
                f"{name_of(path)} does more than describe its package; a re-export there makes every import heavy")


def test_no_module_outgrows_a_sitting():
    long = {name_of(path): lines for path in python_files("app", "engine")
            if (lines := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long, f"split these, they want to be two: {long}"
