"""Reads the sample administration that stands beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from engine.domain.actor import Membership, Role
from engine.domain.organisation import Person, Sample, SampleCitizen, Unit


def sample() -> Sample:
    """The province of Nam Sơn: two communes, the departments and vertical agencies they work with, their officials."""
    given = yaml.safe_load((Path(__file__).parent / "sample.yaml").read_text(encoding="utf-8"))
    return Sample(
        units=tuple(_unit(each) for each in given["units"]), routes=given["routes"],
        people=tuple(_person(each) for each in given["accounts"]), password=given["password"],
        citizens=tuple(SampleCitizen(**each) for each in given.get("citizens", ())),
    )


def _unit(given: Mapping[str, Any]) -> Unit:
    return Unit(id=given["id"], code=given["code"], name=given["name"], kind=given["kind"], level=given["level"],
                parent_id=given.get("parent"), address=given.get("address", ""), phone=given.get("phone", ""))


def _person(given: Mapping[str, Any]) -> Person:
    held = tuple(Membership(unit, Role(role)) for unit, roles in given["roles"].items() for role in roles)
    return Person(given["login"], given["name"], held)
