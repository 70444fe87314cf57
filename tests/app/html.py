"""What every page must be, whatever it shows. A page that breaks one of these rules fails the test that fetched it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from lxml import html

from app.language import catalogues

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"})
NOT_IN_PARAGRAPH = frozenset({
    "div", "p", "ul", "ol", "dl", "table", "form", "h1", "h2", "h3", "section", "article", "fieldset",
})
LABELLED = "//main//*[self::input[not(@type='hidden')] or self::select or self::textarea]"
FAMILIES = "|".join(("label", "error", "form", "frame", "nav", "time", "party", *catalogues()))
KEY = re.compile(rf"\b(?:{FAMILIES})\.[a-z_]{{3,}}\b")
"""A text that is still its own key has no translation."""



class Structure(HTMLParser):
    """Notices tags that are left open, closed in the wrong order, or stand where HTML does not allow them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.feed(text)
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"line {self.getpos()[0]}: <{tag}> repeats an attribute")
        if tag in NOT_IN_PARAGRAPH and "p" in self.open:
            self.problems.append(f"line {self.getpos()[0]}: <{tag}> inside <p>")
        if tag == "form" and "form" in self.open:
            self.problems.append(f"line {self.getpos()[0]}: a form inside a form")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path/>` of an inline picture opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"line {self.getpos()[0]}: </{tag}> while {self.open[-1:]} is open")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def problems(text: str, tree: html.HtmlElement) -> list[str]:
    """Everything that is wrong with a page, in words that say what to do."""
    found = list(Structure(text).problems)
    headings = tree.xpath("//h1")
    title = " ".join(tree.findtext(".//title").split())
    if len(headings) != 1:
        found.append(f"a page has one h1, this one has {len(headings)}")
    elif not title.startswith(_text(headings[0])):
        found.append(f"the title {title!r} does not begin with the h1 {_text(headings[0])!r}")
    if tree.get("lang") not in ("vi", "en"):
        found.append("the page does not say in which language it is")
    ids = [each.get("id") for each in tree.xpath("//*[@id]")]
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    found += [f"the id {each!r} is there {ids.count(each)} times" for each in repeated]
    found += _form_problems(tree, set(ids))
    if tree.xpath("//*[@style or @onclick] | //style | //script[not(@src) and not(@type='application/json')]"):
        found.append("inline style or script, which our content security policy refuses")
    words = " ".join(tree.xpath("//body//text()[not(ancestor::script) and not(ancestor::code)]"))
    found += [f"untranslated key {each!r}" for each in KEY.findall(words)]
    return found


def _form_problems(tree: html.HtmlElement, ids: set[str]) -> list[str]:
    found = []
    for form in tree.xpath("//form"):
        if not form.get("action") or not form.get("method"):
            found.append(f"a form without action or method: {dict(form.attrib)}")
        if form.get("method", "").lower() == "post" and not form.xpath(".//input[@name='csrf_token']"):
            found.append(f"the form to {form.get('action')} carries no csrf_token")
    labels = set(tree.xpath("//label/@for"))
    found += [f"the label for {each!r} points nowhere" for each in labels - ids]
    for field in tree.xpath(LABELLED):
        if field.get("id") not in labels and not field.get("aria-label"):
            found.append(f"the field {field.get('name')!r} has no label")
    for link in tree.xpath("//a[starts-with(@href, '#')]/@href"):
        if link[1:] not in ids:
            found.append(f"the link {link!r} points nowhere")
    return found


def _text(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
