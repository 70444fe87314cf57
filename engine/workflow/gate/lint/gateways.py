"""Deciding gateways: every flow says when, and one of them always applies.

The engine never takes a default flow because a condition was unclear; a gateway where no flow applies is an incident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node
from engine.workflow.gate.lint.flows import DECIDERS

COMPARISON = re.compile(r"(?P<left>[\w.]+)\s*(?P<operator>!=|<=|>=|=|<|>)\s*(?P<right>\"[^\"]*\"|[\w.+-]+)")
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def flows_say_when(subject: Subject) -> Iterator[Finding]:
    for gateway in _deciding(subject):
        for flow in gateway.outgoing if len(gateway.outgoing) > 1 else ():
            if not flow.condition and flow.id != gateway.default:
                yield found("GATEWAY_CONDITION_MISSING", flow.element, gateway=gateway.name or gateway.id)


def defaults_are_plain(subject: Subject) -> Iterator[Finding]:
    for gateway in _deciding(subject):
        flows = {flow.id: flow for flow in gateway.outgoing}
        if gateway.default and gateway.default not in flows:
            yield found("GATEWAY_DEFAULT_UNKNOWN", gateway.element, flow=gateway.default)
        elif gateway.default and flows[gateway.default].condition is not None:
            yield found("GATEWAY_DEFAULT_CONDITION", flows[gateway.default].element)


def one_flow_always_applies(subject: Subject) -> Iterator[Finding]:
    choices = subject.papers.choices()
    for gateway in _deciding(subject):
        undecided = not gateway.default and all(flow.condition for flow in gateway.outgoing)
        if undecided and not exhaustive([flow.condition or "" for flow in gateway.outgoing], choices):
            yield found("GATEWAY_NOT_EXHAUSTIVE", gateway.element)


def exhaustive(conditions: Sequence[str], choices: dict[str, frozenset[str]]) -> bool:
    """Whether the conditions provably cover everything: opposites, both truth values, or every choice of a form field.

    Answers False when in doubt; a default flow settles it.
    """
    said = {_squeezed(c) for c in conditions}
    if any(_opposites(c) & said for c in said):
        return True
    chosen: dict[str, set[str]] = {}
    for text in said:
        match = COMPARISON.fullmatch(text)
        if match and match["operator"] == "=":
            chosen.setdefault(match["left"], set()).add(match["right"].strip('"'))
    return any({"true", "false"} <= values or (name in choices and choices[name] <= values)
               for name, values in chosen.items())


def _opposites(text: str) -> set[str]:
    match = COMPARISON.fullmatch(text)
    negations = {f"not({text})", f"{text} = false"} if re.fullmatch(r"[\w.]+", text) else {f"not({text})"}
    if match:
        negations.add(f"{match['left']} {OPPOSITE[match['operator']]} {match['right']}")
    return negations


def _squeezed(text: str) -> str:
    """One spelling for each comparison: single spaces, no leading `=`, no outer blanks inside `not()`."""
    text = " ".join(text.removeprefix("=").split())
    text = re.sub(r"^not\s*\(\s*(.*?)\s*\)$", r"not(\1)", text)
    match = COMPARISON.fullmatch(text)
    return f"{match['left']} {match['operator']} {match['right']}" if match else text


def _deciding(subject: Subject) -> Iterator[Node]:
    return (n for n in subject.diagram.nodes.values() if n.tag in DECIDERS and n.outgoing)


RULES = (flows_say_when, defaults_are_plain, one_flow_always_applies)
