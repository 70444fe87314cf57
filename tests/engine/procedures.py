"""The procedures that these tests run."""

from __future__ import annotations

from tests.engine.drawing import Pool, catch, end, milestone, never, package, service, start, throw, timer, user

COUNTER, OFFICER = "reception_officer", "case_officer"
RECEIVE = (start(), user("Receive", "intake-check", "receive"),
           milestone("Accepted", nationalStatus="2", clock="start"))
RETURN = (milestone("Done", nationalStatus="9", clock="finish"), user("Return"),
          end(nationalStatus="10", outcome="returned"))

FIVE_STEPS = package("five-steps", Pool("Main", "receiving", COUNTER, [
    *RECEIVE, user("Appraise", nationalStatus="4"), user("Endorse"), user("Approve"), *RETURN,
]))
NUMBERED = package("numbered", Pool("Main", "receiving", COUNTER, [
    *RECEIVE, service("Number", "issue_number", document_type='"giay"'), *RETURN,
]))
PATIENT = package("patient", Pool("Main", "receiving", COUNTER, [*RECEIVE, timer("Wait", "P2D"), *RETURN]))
CONTRADICTORY = package("contradictory", Pool("Main", "receiving", COUNTER, [  # stopped without having been in progress
    *RECEIVE, never("Progress", nationalStatus="4"), timer("Wait", "P2D"), milestone("Stopped", nationalStatus="8"),
    user("Never"), end(),
]))
TWO_AGENCIES = package(
    "two-agencies",
    Pool("Main", "receiving", COUNTER, [
        *RECEIVE, service("Number", "issue_number", document_type='"giay"'),
        throw("Ask", "police_asked", "subject"), catch("Answer", "police_answered"), timer("Wait", "PT1S"), *RETURN,
    ]),
    Pool("Police", "agency:commune_police", OFFICER, [
        start(message="police_asked"), user("Verify"), service("Stamp", "issue_number", document_type='"xac-minh"'),
        end(message="police_answered", payload="note"),
    ]),
)
ALL = (FIVE_STEPS, NUMBERED, PATIENT, CONTRADICTORY, TWO_AGENCIES)
