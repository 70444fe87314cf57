"""The papers of a small procedure, complete unless a test takes something away."""

from __future__ import annotations

import json
from typing import Any

from tests.workflow.gate.drawing import FORM

FACTS = """
slug: test
code: "1.001193"
name: {{vi: Thử, en: Test}}
field: {{vi: Thử, en: Test}}
execution_level: commune
channels: {{direct: {{term: {term}, fee: 0}}}}
components: []
lead_agency: police
agencies: [police]
legal_basis: [Luật]
results: [{{key: paper, name: {{vi: Giấy, en: Paper}}}}]
"""
BESIDE = """
slug: test
kind: apology
name: {vi: Xin lỗi, en: Apology}
field: {vi: Thử, en: Test}
legal_basis: [Luật]
""".encode()
"""procedure.yaml of what the system begins beside a dossier."""
SCENARIOS = b"scenarios: [{name: One}]"


def facts(term: str = "3 working_day") -> bytes:
    """procedure.yaml with this term for its one channel."""
    return FACTS.format(term=term).encode()


def form(*keys: str) -> bytes:
    """A form that asks for these variables."""
    fields = [{"type": "textfield", "key": key, "label": key} for key in keys]
    return json.dumps({"type": "default", "components": fields}).encode()


def choice(key: str, *values: str) -> bytes:
    """A form with one required field that takes one of the values."""
    options = [{"label": value, "value": value} for value in values]
    field = {"type": "radio", "key": key, "label": key, "values": options, "validate": {"required": True}}
    return json.dumps({"type": "default", "components": [field]}).encode()


def papers(term: str = "3 working_day", **forms: bytes) -> dict[str, Any]:
    """What belongs to a procedure beside its diagram."""
    return {
        "facts_yaml": facts(term),
        "scenarios_yaml": SCENARIOS,
        "forms": {"note": FORM, "application": FORM} | forms,
    }


def costing(rate: str) -> bytes:
    """procedure.yaml with one tariff of this rate, and no fee beside it."""
    tariff = (f'tariffs: [{{key: copies, name: {{vi: Phí, en: Fee}}, kind: fee, collect: intake, '
              f'valid: [{{from: 2025-07-01, {rate}, note: {{vi: Theo số trang, en: By page}}}}]}}]\n')
    return facts().replace(b", fee: 0", b"") + tariff.encode()
