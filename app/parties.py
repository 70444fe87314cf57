"""The questions about the owner of a dossier and about whoever brings it, the same for every procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from engine.domain.procedure import Text
from engine.forms.schema import Field, FieldType, Form

OWNER = "dossier_owner__"
SUBMITTER = "dossier_submitter__"
"""Prefixes of the field names; no procedure's form may use a double underscore by accident."""

ID_NUMBER = r"^[0-9A-Za-z]{6,20}$"


def owner_form() -> Form:
    """Whom the result is for."""
    return Form((
        _field(OWNER, "name", required=True, max_length=200),
        _field(OWNER, "id_number", pattern=ID_NUMBER),
        _field(OWNER, "phone", kind="phone"),
        _field(OWNER, "email", kind="email", max_length=200),
        _field(OWNER, "address", max_length=300),
    ))


def submitter_form() -> Form:
    """Who brings the dossier, where it is somebody else."""
    return Form((
        _field(SUBMITTER, "name", max_length=200),
        _field(SUBMITTER, "basis", max_length=200),
        _field(SUBMITTER, "id_number", pattern=ID_NUMBER),
        _field(SUBMITTER, "phone", kind="phone"),
    ))


def party(prefix: str, answers: Mapping[str, Any]) -> dict[str, str] | None:
    """The answers as the engine wants a party; nothing when no name was given."""
    given = {key.removeprefix(prefix): str(value) for key, value in answers.items()
             if key.startswith(prefix) and value}
    return given if given.get("name") else None


def _field(prefix: str, name: str, **rules: Any) -> Field:
    words = str(gettext(f"party.{name}"))
    label, nothing = Text(words, words), Text("", "")
    return Field(key=f"{prefix}{name}", type=FieldType.TEXT, label=label, description=nothing, **rules)
