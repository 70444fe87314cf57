"""What the system tells a procedure that it begins beside a dossier, besides what every diagram is told."""

from __future__ import annotations

from engine.domain.procedure import Kind

GIVEN = ("owner_name", "procedure_name", "requested_by", "request_reason")
"""`requested_by` is one of `ASKERS`; `request_reason` is what they wrote, empty when the system asks."""

REASONS = {Kind.APOLOGY: "apology_reason", Kind.EXTENSION: "extension_reason"}
"""Where the drafts ask for a reason: what the officer wrote when he asked stands there already."""

APPLICANT, OFFICER, SYSTEM = ASKERS = ("applicant", "officer", "system")

ENDS_WITH_THE_CLOCK = frozenset({Kind.APOLOGY, Kind.EXTENSION, Kind.ESCALATION})
"""Pointless once the agency has done its part."""
