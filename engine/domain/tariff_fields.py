"""Reads the `tariffs` of a procedure.yaml. Each entry, complete:

    - key: certification                # lines, receipts and statistics know it by this
      name: {vi: Phí chứng thực bản sao, en: Fee for certifying copies}
      kind: fee                         # fee (phí) | charge (lệ phí)
      collect: intake                   # intake | supplement | return: national codes 1, 2 and 4
      refundable: false                 # default false: not given back after a refusal or a withdrawal
      when: 'purpose != "study"'        # optional: FEEL over the answers of the application; no line when false
      valid:                            # at least one period, none overlapping; both days included; `to` may be open
        - from: 2025-07-01
          to: 2026-12-31
          amount: 8000                  # one rate for every channel: amount | formula | decision
        - from: 2027-01-01
          channels:                     # or a rate for each; a channel left out pays nothing
            direct: {formula: "copies * 2000", note: {vi: 2.000 đồng một bản, en: "VND 2,000 per copy"}}
            online: {decision: online-fee, note: {vi: Theo số bản, en: By number of copies}}
      exemptions:                       # optional
        - {key: poor, name: {vi: Hộ nghèo, en: Poor households}, evidence: poor_certificate}   # key of a component
      reductions:                       # optional; where several apply the largest counts
        - {share: 50, from: 2025-07-01, to: 2026-12-31, ground: Thông tư 64/2025/TT-BTC, channels: [online]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine.domain.field_reader import FieldReader
from engine.domain.tariff import (
    CollectionPoint,
    Exemption,
    FeeKind,
    Period,
    Rate,
    Reduction,
    Tariff,
    overlapping,
)
from engine.domain.wording import Channel, Text

KINDS = {"fee": FeeKind.FEE, "charge": FeeKind.CHARGE}
POINTS = {point.name.lower(): point for point in CollectionPoint}
CHANNELS = {channel.name.lower(): channel for channel in Channel}
RATES = ("amount", "formula", "decision")


def read_tariffs(reader: FieldReader, components: Iterable[str]) -> tuple[Tariff, ...]:
    """The tariffs in the order of the file. Evidence for an exemption must be one of these components."""
    known = frozenset(components)
    found = tuple(_tariff(each, known) for each in reader.sections("tariffs"))
    names = [each.key for each in found if each.key]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.report("tariffs", "not_unique", value=name)
    return found


def _tariff(given: FieldReader, components: frozenset[str]) -> Tariff:
    given.only("key", "name", "kind", "collect", "refundable", "when", "valid", "exemptions", "reductions")
    periods = tuple(_period(each) for each in given.sections("valid"))
    if not periods:
        given.report("valid", "empty")
    clash = overlapping(periods)
    if clash:
        given.report("valid", "overlap", value=clash.since.isoformat())
    return Tariff(
        key=given.key("key"), name=_words(given, "name"), kind=given.choice("kind", KINDS),
        collect=given.choice("collect", POINTS), refundable=given.flag("refundable", default=False),
        when=given.optional_text("when"), periods=periods,
        exemptions=tuple(_exemption(each, components) for each in given.sections("exemptions")),
        reductions=tuple(_reduction(each) for each in given.sections("reductions")),
    )


def _words(reader: FieldReader, key: str) -> Text:
    words = reader.section(key)
    if not reader.has(key):
        return Text("", "")
    words.only("vi", "en")
    return Text(words.text("vi"), words.text("en"))


def _period(given: FieldReader) -> Period:
    given.only("from", "to", "channels", *RATES, "note")
    since, until = _span(given)
    if not given.has("channels"):
        return Period(since, until, _rate(given), {})
    if any(given.has(key) for key in RATES):
        given.report("channels", "one_of", choices=", ".join(("channels", *RATES)))
    return Period(since, until, None, _rates(given.section("channels")))


def _span(given: FieldReader) -> tuple[date, date | None]:
    since = given.day("from")
    until = given.day("to") if given.has("to") else None
    if until and until < since:
        given.report("to", "backwards")
    return since, until


def _rates(channels: FieldReader) -> Mapping[Channel, Rate]:
    channels.only(*CHANNELS)
    named = {name: channel for name, channel in CHANNELS.items() if channels.has(name)}
    return {channel: _channel_rate(channels.section(name)) for name, channel in named.items()}


def _channel_rate(given: FieldReader) -> Rate:
    given.only(*RATES, "note")
    return _rate(given)


def _rate(given: FieldReader) -> Rate:
    named = [key for key in RATES if given.has(key)]
    if len(named) != 1:
        given.report(named[1] if named else "amount", "one_of", choices=", ".join(RATES))
    reckoned = "amount" not in named
    note = _words(given, "note") if given.has("note") or (reckoned and named) else None
    return Rate(
        amount=given.count("amount", 0) if given.has("amount") else None,
        formula=given.optional_text("formula"), decision=given.optional_text("decision"), note=note)


def _exemption(given: FieldReader, components: frozenset[str]) -> Exemption:
    given.only("key", "name", "evidence")
    evidence = given.key("evidence")
    if evidence and evidence not in components:
        given.report("evidence", "not_component", value=evidence)
    return Exemption(given.key("key"), _words(given, "name"), evidence)


def _reduction(given: FieldReader) -> Reduction:
    given.only("share", "from", "to", "ground", "channels")
    share = given.count("share", 0)
    if not 1 <= share <= 100:
        given.report("share", "not_percent")
    since, until = _span(given)
    named = given.keys("channels") if given.has("channels") else ()
    for name in named:
        if name not in CHANNELS:
            given.report("channels", "not_choice", choices=", ".join(CHANNELS))
    channels = frozenset(CHANNELS[name] for name in named if name in CHANNELS)
    return Reduction(share, since, until, given.text("ground"), channels)
