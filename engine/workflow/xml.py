"""XML from strangers: read within limits, never resolving anything, with line numbers kept.

Expat reads first, because it reports a DOCTYPE and the nesting while it goes, before anything could be expanded;
lxml then builds the tree from bytes that are known to be harmless.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

import SpiffWorkflow.bpmn.parser
from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MAX_BYTES = 5_000_000
MAX_DEPTH = 100
ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"}


class UnsafeXml(Exception):
    """The file is refused before anybody looks at its content. `code` is a problem code of family SAFE."""

    def __init__(self, code: str, line: int | None = None, detail: str = "", name: str = "") -> None:
        super().__init__(": ".join(part for part in (name, code, detail) if part))
        self.code = code
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One breach of BPMN20.xsd, in the words of libxml2 without its namespaces."""

    line: int
    detail: str


def bpmn(name: str) -> str:
    """The tag of a BPMN element as lxml spells it."""
    return f"{{{BPMN}}}{name}"


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def line_of(element: etree._Element) -> int | None:
    """Where the element's tag stands in the file."""
    line: Any = element.sourceline
    return int(line) if line else None


def parse_xml(data: bytes, *, name: str = "") -> etree._Element:
    """The `bpmn:definitions` element of a BPMN file. Raises `UnsafeXml` with the code of the first refusal.

    `name` says in the text of that exception which file it was; nothing is ever fetched.
    """
    root = parse_tree(data)
    if root.tag != bpmn("definitions"):
        raise UnsafeXml("SAFE_NOT_BPMN", line_of(root), local_name(root), name)
    return root


def parse_tree(data: bytes) -> etree._Element:
    """The root of any XML file within the limits (DMN uses it too). Raises `UnsafeXml`."""
    if len(data) > MAX_BYTES:
        raise UnsafeXml("SAFE_TOO_LARGE", None, f"{len(data)}")
    _scan(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXml("SAFE_NOT_XML", error.position[0], str(error)) from None


class _Scan:
    """Expat's handlers: count the depth, refuse what a diagram never needs."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.depth = 0
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def refuse(self, code: str, detail: str) -> None:
        raise UnsafeXml(code, self.parser.CurrentLineNumber, detail)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            self.refuse("SAFE_ENCODING", encoding)

    def doctype(self, name: str, *_ids: object) -> None:
        self.refuse("SAFE_DOCTYPE", name)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse("SAFE_TOO_DEEP", name)

    def end(self, name: str) -> None:
        self.depth -= 1


def _scan(data: bytes) -> None:
    scan = _Scan()
    try:
        scan.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnsafeXml("SAFE_NOT_XML", error.lineno, expat.ErrorString(error.code)) from None
    except (LookupError, ValueError) as error:
        raise UnsafeXml("SAFE_NOT_XML", 1, str(error)) from None


_validating = threading.Lock()


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    folder = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema"
    return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd")))


def schema_problems(root: etree._Element) -> list[SchemaProblem]:
    """Every breach of the BPMN 2.0 schema. The tree given stays as it is; foreign extensions are allowed.

    The error log belongs to the schema object, hence the lock.
    """
    with _validating:
        schema = _schema()
        if schema.validate(_as_the_schema_wants(root)):
            return []
        log: Any = schema.error_log
        return [SchemaProblem(entry.line, _plain(entry.message)) for entry in log]


def _as_the_schema_wants(root: etree._Element) -> etree._Element:
    """A copy in which bpmn-js's spelling of a message path is the standard's; the tree itself when there is none."""
    if next(_misspelt_paths(root), None) is None:
        return root
    copy = deepcopy(root)
    for path in list(_misspelt_paths(copy)):
        path.tag = bpmn("messagePath")
    return copy


def _misspelt_paths(root: etree._Element) -> Iterator[etree._Element]:
    for expression in root.iter(bpmn("correlationPropertyRetrievalExpression")):
        yield from expression.findall(bpmn("formalExpression"))


def _plain(message: str) -> str:
    return message.replace(f"{{{BPMN}}}", "bpmn:")
