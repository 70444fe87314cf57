"""Every rule of the lint, in the order in which a person would want to read the findings."""

from __future__ import annotations

from engine.workflow.gate.findings import Rule
from engine.workflow.gate.lint import (
    calls,
    constructs,
    event_gateways,
    events,
    expressions,
    facts,
    flows,
    gateways,
    identifiers,
    messages,
    multi_instance,
    people,
    procedure,
    references,
    services,
    structure,
    tariffs,
    timers,
)

FAMILIES = (identifiers, structure, constructs, flows, events, timers, references, messages, event_gateways, gateways,
            calls, multi_instance, expressions, facts, people, services, procedure, tariffs)
RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
