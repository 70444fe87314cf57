"""Procedures that cost something, and what people and the gateway do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.fees import CollectFee
from engine.commands.payments import BeginPayment, as_told
from engine.commands.reconciliation import RunReconciliation
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from engine.domain.fee import FeeLine
from engine.domain.payment import PaymentNotice
from engine.domain.review import Package
from engine.gateways import payment_messages
from engine.gateways.payment_messages import Partner
from engine.queries import fees
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import fee_receipt, gateway_transaction, payment
from engine.store.tables import history
from tests.conftest import actor_named, open_frozen
from tests.engine.acts import open_task, rows
from tests.engine.beside import WITHDRAWAL
from tests.engine.drawing import Pool, catch, end, milestone, package, start, user

COUNTER = "reception_officer"
PARTNER = Partner("MOTCUA", "k" * 64)
TARIFFS = """
components:
  - {key: poor_certificate, name: {vi: Giấy xác nhận hộ nghèo, en: Proof of poverty}, required: false}
tariffs:
  - key: copies
    name: {vi: Phí bản sao, en: Fee for copies}
    kind: fee
    collect: intake
    refundable: true
    valid: [{from: 2025-07-01, formula: "copies * 2000", note: {vi: 2.000 đồng một bản, en: VND 2000 a copy}}]
    exemptions: [{key: poor, name: {vi: Hộ nghèo, en: Poor households}, evidence: poor_certificate}]
  - key: registration
    name: {vi: Lệ phí đăng ký, en: Registration charge}
    kind: charge
    collect: intake
    valid: [{from: 2025-07-01, channels: {direct: {amount: 150000}}}]
  - key: result
    name: {vi: Phí cấp giấy, en: Fee for the paper}
    kind: fee
    collect: return
    valid: [{from: 2025-07-01, amount: 8000}]
"""
MONDAY = date(2026, 3, 2)
AT_TEN = datetime.fromisoformat("2026-03-02T10:00:00+07:00")
ASKED = {"subject": "thử", "copies": 3}
ACCEPTED = milestone("Accepted", nationalStatus="2", clock="start")
RECEIVED = (start(), user("Receive", "intake-check", "receive"), ACCEPTED)
DONE = (milestone("Done", nationalStatus="9", clock="finish"), user("Return"),
        end(nationalStatus="10", outcome="returned"))


def _form(*fields: tuple[str, str]) -> bytes:
    parts = [{"type": kind, "key": key, "label": key, "id": f"F{n}",
              **({"values": [{"label": "copies", "value": "copies"}]} if kind == "checklist" else {})}
             for n, (key, kind) in enumerate(fields)]
    return json.dumps({"type": "default", "schemaVersion": 16, "id": "Form_1", "components": parts}).encode()


def _costing(it: Package, facts: str = TARIFFS) -> Package:
    forms = {**it.forms, "application": _form(("subject", "textfield"), ("copies", "number")),
             "fee": _form(("fee_state", "textfield"), ("fee_amount", "number"), ("fee_receipt_number", "textfield")),
             "ask": _form(("wrong_fields", "checklist"), ("reason", "textfield")),
             "assess": _form(("obligation_amount", "number"), ("obligation_name", "textfield"))}
    return replace(it, forms=forms, facts_yaml=it.facts_yaml.replace(b", fee: 0", b"") + facts.encode())


PAID_AT_THE_COUNTER = _costing(package("paid-at-the-counter", Pool("Main", "receiving", COUNTER, [
    *RECEIVED, user("Pay", "fee", "pay"), user("Appraise", nationalStatus="4"), *DONE])))
PAID_BY_HIMSELF = _costing(package("paid-by-himself", Pool("Main", "receiving", COUNTER, [
    *RECEIVED, user("Assess", "assess", nationalStatus="4"),
    milestone("Notice", nationalStatus="6", clock="pause"), catch("Paid", "payment_received"),
    milestone("Resumed", nationalStatus="4", clock="resume"), user("Appraise"), *DONE])), "")
STOPPED = _costing(package("stopped-in-the-end", Pool("Main", "receiving", COUNTER, [
    *RECEIVED, user("Appraise", nationalStatus="4"), end(nationalStatus="8", outcome="refused")])))
PAID_TWICE = _costing(package("paid-twice", Pool("Main", "receiving", COUNTER, [
    *RECEIVED, user("Assess", "assess", nationalStatus="4"),
    milestone("Notice", nationalStatus="6", clock="pause"), catch("Paid", "payment_received"),
    milestone("Resumed", nationalStatus="4", clock="resume"), user("Appraise"), *DONE])))
ASKED_AGAIN = _costing(package("asked-again", Pool("Main", "receiving", COUNTER, [
    *RECEIVED, user("Appraise", "ask", nationalStatus="4"), milestone("Asked", nationalStatus="5", clock="pause"),
    user("Look"), milestone("Back", nationalStatus="4", clock="resume"), *DONE])))
ALL = (PAID_AT_THE_COUNTER, PAID_BY_HIMSELF, STOPPED, PAID_TWICE)


def publish(engine: Engine) -> None:
    for each in (*ALL, WITHDRAWAL):
        engine.execute(PublishPackage(each), SYSTEM)


def status(engine: Engine, dossier_id: str) -> tuple[int, str]:
    """The professional and the financial one."""
    (row,) = rows(engine, dossier, id=dossier_id)
    return row.national_status, row.financial_status


def outcomes(engine: Engine) -> list[str]:
    """What became of the gateway's money."""
    return [row.outcome for row in rows(engine, gateway_transaction)]


def file(engine: Engine, officer: Actor, slug: str, answers: Any = None, **changes: Any) -> str:
    """A dossier that has passed its intake check."""
    command = SubmitDossier(slug, "direct", "commune-centre", {"name": "Nguyễn Văn An"}, answers or ASKED, **changes)
    filed = engine.execute(command, officer)
    engine.execute(CompleteTask(filed["task_id"], {"decision": "accept"}), officer)
    return str(filed["dossier_id"])


def assess(engine: Engine, officer: Actor, dossier_id: str, amount: int | None, name: str = "Thuế") -> None:
    """The agency says what is to be paid."""
    answers = {"obligation_amount": amount, "obligation_name": name}
    engine.execute(CompleteTask(open_task(engine, dossier_id), answers), officer)


def lines(engine: Engine, dossier_id: str) -> list[FeeLine]:
    return list(engine.read(fees.lines_of, dossier_id))


def due(engine: Engine, dossier_id: str) -> tuple[str, ...]:
    return tuple(line.id for line in lines(engine, dossier_id) if line.state.value == "due")


def collect(engine: Engine, officer: Actor, dossier_id: str, **changes: Any) -> dict[str, Any]:
    return engine.execute(CollectFee(dossier_id, due(engine, dossier_id), **changes), officer)


def begin(engine: Engine, officer: Actor, dossier_id: str) -> Any:
    """A payment through the gateway; returns its row."""
    begun = engine.execute(BeginPayment(dossier_id, "/ho-so-cua-toi"), officer)
    (row,) = rows(engine, payment, id=begun["payment_id"])
    return row


def told(reference: str, amount: int, transaction_id: str = "GD0001", *, succeeded: bool = True,
         at: datetime = AT_TEN) -> dict[str, Any]:
    """What the gateway sends."""
    return payment_messages.result_message(
        PaymentNotice(reference, transaction_id, amount, succeeded, at), PARTNER)


def tell(engine: Engine, payload: dict[str, Any]) -> dict[str, Any]:
    return engine.execute(as_told(payload), SYSTEM)


def receipts(engine: Engine, dossier_id: str) -> list[Any]:
    return rows(engine, fee_receipt, dossier_id=dossier_id)


def statement(*paid: tuple[str, str, int], day: str = "2026-03-02") -> bytes:
    """The gateway's file: transaction, reference, amount."""
    at = datetime.fromisoformat(f"{day}T10:00:00+07:00")
    return payment_messages.write_statement([
        PaymentNotice(reference, number, amount, True, at + timedelta(seconds=n))
        for n, (number, reference, amount) in enumerate(paid)], PARTNER)


def signed(rows: bytes) -> bytes:
    """A file that the gateway wrote, whatever stands in it."""
    return payment_messages.sign_statement(rows, PARTNER)


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    """The same file as the gateway would have signed it with other words in it."""
    return signed(content.rpartition(payment_messages.STATEMENT_SEAL)[0].replace(old, new))


def reconcile(engine: Engine, content: bytes, day: date = MONDAY) -> dict[str, Any]:
    """The cashier of the centre brings the file of a day."""
    return engine.execute(RunReconciliation(day, "ngay.csv", content), actor_named(engine, "thungan"))


@contextmanager
def restored(engine: Engine, after: timedelta) -> Iterator[Engine]:
    """The same database some time later, without the queue of jobs, as after a backup was brought back."""
    found = open_frozen(engine.settings.database_url, engine.settings.data_dir, engine.clock.now() + after)
    yield found
    found.close()


def moved(engine: Engine, dossier_id: str) -> int:
    """How often the diagram was told that the money is there."""
    return len(rows(engine, history, business_key=dossier_id, node_id="Main_Resumed", phase="completed"))


RULE = ("<rule id=\"{0}\"><inputEntry id=\"{0}i\"><text>{1}</text></inputEntry>"
        "<outputEntry id=\"{0}o\"><text>{2}</text></outputEntry></rule>")
TABLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="copies_fee" name="copies_fee"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="ie"><text>copies</text></inputExpression></input><output id="o" name="amount"/>
{RULE.format("few", "&lt; 3", "copies * 8000")}{RULE.format("many", "-", "20000")}
</decisionTable></decision></definitions>"""
DECIDED = """
tariffs:
  - {key: copies, name: {vi: Phí, en: Fee}, kind: fee, collect: intake,
     valid: [{from: 2025-07-01, decision: copies-fee, note: {vi: Theo số bản, en: By number}}]}
"""


def with_decision() -> Package:
    """A procedure whose fee stands in a decision table."""
    steps = [*RECEIVED, user("Pay", "fee", "pay"), *DONE]
    drawn = package("decided-by-table", Pool("Main", "receiving", COUNTER, steps))
    return replace(_costing(drawn, DECIDED), decisions={"copies-fee": TABLE.encode()})
