"""The names people read for the values of the domain: one catalogue key per enum member, `label.<Enum>.<member>`."""

from __future__ import annotations

from enum import Enum

from flask_babel import gettext


def label_key(value: Enum) -> str:
    """The key in the catalogues, such as `label.Role.case_officer`."""
    return f"label.{type(value).__name__}.{value.name.lower()}"


def label(value: Enum) -> str:
    """The member's name in the reader's language."""
    return str(gettext(label_key(value)))
