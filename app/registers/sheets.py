"""The follow-up book as a spreadsheet. Cells hold text only: what people typed never becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

WIDTHS = (6, 26, 36, 8, 28, 40, 32, 12, 12, 14, 14, 12, 16, 10, 20)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet with a title, a head that stays in place, and the rows."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("So theo doi")
        page.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter", "align": "center"})
        cell = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
        for at, (name, width) in enumerate(zip(columns, WIDTHS, strict=True)):
            page.set_column(at, at, width)
            page.write_string(2, at, name, head)
        for line, row in enumerate(rows, start=3):
            for at, text in enumerate(row):
                page.write_string(line, at, text, cell)
        page.freeze_panes(3, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    return out.getvalue()
