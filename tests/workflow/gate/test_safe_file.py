"""Files from strangers: refused before anything in them could act, with the line where it stands."""

from __future__ import annotations

import pytest

from engine.workflow.xml import UnsafeXml, parse_xml, schema_problems
from tests.workflow.gate.drawing import drawn, line, problems

GOOD = drawn(line("a")).decode()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
HOSTILE = {
    "billion laughs": (f"<!DOCTYPE d [{LAUGHS}]>" + GOOD.replace('"d"', '"&l8;"', 1)).encode(),
    "external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + GOOD.encode(),
    "parameter entity": b'<!DOCTYPE d [<!ENTITY % x SYSTEM "http://example.vn/x.dtd"> %x;]>' + GOOD.encode(),
    "external subset": b'<!DOCTYPE d SYSTEM "http://example.vn/x.dtd">' + GOOD.encode(),
    "ten megabytes of text": GOOD.replace("</bpmn:definitions>", "x" * 10_000_000 + "</bpmn:definitions>").encode(),
    "five thousand levels": b"<a>" * 5_000,
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-definitions+AD4-',
    "ebcdic": b'<?xml version="1.0" encoding="cp037"?>' + GOOD.encode(),
    "null byte": GOOD.replace('id="d"', 'id="d\0"').encode(),
    "half a surrogate": GOOD.encode().replace(b'id="d"', b'id="\xed\xa0\x80"'),
    "forbidden character": GOOD.replace('id="d"', 'id="&#0;"').encode(),
    "unbound prefix": b"<bpmn:definitions/>",
    "empty": b"",
    "not XML": b"%PDF-1.7",
    "another namespace": b'<definitions xmlns="http://example.vn"/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_one_code(name: str) -> None:
    with pytest.raises(UnsafeXml) as refusal:
        parse_xml(HOSTILE[name])
    assert [p.code for p in problems(HOSTILE[name])] == [refusal.value.code]
    assert refusal.value.code.startswith("SAFE_")


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(UnsafeXml) as refusal:
        parse_xml(b'<?xml version="1.0"?>\n\n<!DOCTYPE d [<!ENTITY x "y">]>\n<d/>')
    assert (refusal.value.code, refusal.value.line) == ("SAFE_DOCTYPE", 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_files_of_every_modeller_can_be_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>{GOOD}'.replace(
        'name="Officers"', 'name="Cán bộ"' if "utf" in encoding else 'name="Bureau é"'
    )
    lane = parse_xml(text.encode(encoding)).find(".//{*}lane")
    assert lane is not None
    assert lane.get("name") in ("Cán bộ", "Bureau é")


def test_instructions_and_inclusions_are_never_followed() -> None:
    hostile = GOOD.replace("<bpmn:definitions", '<?xml-stylesheet href="http://example.vn/x"?><bpmn:definitions')
    hostile = hostile.replace(
        "</bpmn:definitions>",
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/></bpmn:definitions>',
    )
    root = parse_xml(hostile.encode())
    assert "XInclude" in str(root[-1].tag)
    assert [p.code for p in problems(hostile.encode()) if p.severity.value == "error"] == ["XSD_INVALID"]


def test_all_breaches_of_the_schema_are_named_with_their_lines() -> None:
    broken = GOOD.replace("<bpmn:userTask", '\n<bpmn:userTask startQuantity="x" completionQuantity="y"')
    assert [
        (p.line, "startQuantity" in p.detail or "completionQuantity" in p.detail)
        for p in schema_problems(parse_xml(broken.encode()))
        if "Quantity" in p.detail
    ] == [(2, True), (2, True)]


def test_extensions_of_other_tools_are_allowed() -> None:
    extended = GOOD.replace(
        "<bpmn:userTask", '<bpmn:userTask zeebe:x="1" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    )
    assert schema_problems(parse_xml(extended.encode())) == []


def test_validation_leaves_the_tree_as_it_was() -> None:
    """SpiffWorkflow's validator renames formal expressions in correlation properties while it validates."""
    spelt = (
        '<bpmn:correlationProperty id="cp"><bpmn:correlationPropertyRetrievalExpression messageRef="m">'
        "<bpmn:formalExpression>code</bpmn:formalExpression></bpmn:correlationPropertyRetrievalExpression>"
        '</bpmn:correlationProperty><bpmn:message id="m" name="ask"/>'
    )
    root = parse_xml(drawn(line("a"), top=spelt))
    assert schema_problems(root) == []
    assert root.find(".//{*}formalExpression") is not None
