"""An analyst, and procedures to hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from engine.bootstrap import load_package
from engine.domain.review import Package
from tests.app.client import Client

SLUG = "birth-registration"


@pytest.fixture
def analyst(sign_in: Callable[[str], Client]) -> Client:
    """The procedure controller of the sample commune."""
    return sign_in("phantich")


@pytest.fixture(scope="session")
def birth() -> Package:
    """The procedure that lies beside the code."""
    return load_package(SLUG)


def changed(package: Package) -> bytes:
    """Its diagram with another name on a step: another content, and still publishable."""
    diagram = package.diagram.decode()
    assert "Thẩm định hồ sơ" in diagram
    return diagram.replace("Thẩm định hồ sơ", "Thẩm định kỹ hồ sơ").encode()


def zipped(package: Package) -> bytes:
    """The whole procedure as one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{package.slug}/process.bpmn", package.diagram)
        archive.writestr(f"{package.slug}/procedure.yaml", package.facts_yaml)
        archive.writestr(f"{package.slug}/scenarios.yaml", package.scenarios_yaml)
        for key, content in package.forms.items():
            archive.writestr(f"{package.slug}/forms/{key}.json", content)
    return buffer.getvalue()
