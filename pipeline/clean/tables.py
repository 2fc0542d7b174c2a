"""Tables as text: which tables hold facts in rows, and which only lay the page out."""

from __future__ import annotations

from typing import Final

from lxml.html import HtmlElement

from pipeline.clean.hygiene import tidy

MAX_ROWS: Final = 500
MAX_CELL: Final = 300  # characters; longer cells hold prose, so the table is a frame around it


def table_rows(table: HtmlElement) -> list[str]:
    """Return the rows of a table of facts, cells joined by ` | `; empty for a table that lays out a page."""
    if table.find(".//table") is not None or table.find(".//tr/*[2]") is None:
        return []
    rows = []
    for row in table.iter("tr"):
        cells = [tidy("".join(cell.itertext())) for cell in row.iterchildren("td", "th")]
        if any(len(cell) > MAX_CELL for cell in cells):
            return []
        if any(cells):
            rows.append(" | ".join(cells))
        if len(rows) >= MAX_ROWS:
            break
    return rows if len(rows) > 1 else []
