"""The procedures that these tests run."""

from __future__ import annotations

from tests.engine.drawing import Pool, catch, end, package, service, start, throw, timer, user

COUNTER, OFFICER = "reception_officer", "case_officer"

FIVE_STEPS = package("five-steps", Pool("Main", "receiving", COUNTER, [
    start(), user("Receive", "intake-check", "receive"), user("Appraise"), user("Endorse"), user("Approve"),
    user("Return"), end(),
]))
NUMBERED = package("numbered", Pool("Main", "receiving", COUNTER, [
    start(), user("Receive", "intake-check", "receive"), service("Number", "issue_number", document_type='"giay"'),
    user("Return"), end(),
]))
PATIENT = package("patient", Pool("Main", "receiving", COUNTER, [
    start(), user("Receive", "intake-check", "receive"), timer("Wait", "P2D"), user("Return"), end(),
]))
TWO_AGENCIES = package(
    "two-agencies",
    Pool("Main", "receiving", COUNTER, [
        start(), user("Receive", "intake-check", "receive"), service("Number", "issue_number", document_type='"giay"'),
        throw("Ask", "police_asked", "subject"), catch("Answer", "police_answered"), timer("Wait", "PT1S"),
        user("Return"), end(),
    ]),
    Pool("Police", "agency:commune_police", OFFICER, [
        start(message="police_asked"), user("Verify"), service("Stamp", "issue_number", document_type='"xac-minh"'),
        end(message="police_answered", payload="note"),
    ]),
)
ALL = (FIVE_STEPS, NUMBERED, PATIENT, TWO_AGENCIES)
