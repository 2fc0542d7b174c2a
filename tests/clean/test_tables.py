"""Tables of facts, and tables that only lay out a page."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.clean.tables import MAX_CELL, MAX_ROWS, table_rows


def rows(markup: str) -> list[str]:
    return table_rows(document_fromstring(f"<body><table>{markup}</table>").find(".//table"))


FACTS = "<tr><th>Boat<th>Catch<tr><td>Ada<td>12 t"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (FACTS, ["Boat | Catch", "Ada | 12 t"]),
        (f"<caption>Catch</caption><tbody>{FACTS}</tbody>", ["Boat | Catch", "Ada | 12 t"]),
        ("<thead><tr><th>Boat<th>Catch<tbody><tr><td>Ada<td>12 t", ["Boat | Catch", "Ada | 12 t"]),
        (FACTS + "<tr><td> <td>&nbsp;", ["Boat | Catch", "Ada | 12 t"]),
        (FACTS + "<tr><td>Total", ["Boat | Catch", "Ada | 12 t", "Total"]),
        (FACTS + "<tr><td><td>4 t", ["Boat | Catch", "Ada | 12 t", " | 4 t"]),
        (FACTS + "<tr><td><a href=x>Bea <b>II</b></a>\n<td> 3\u00a0t ", ["Boat | Catch", "Ada | 12 t", "Bea II | 3 t"]),
        (FACTS + f"<tr><td>{'x' * MAX_CELL}<td>1", ["Boat | Catch", "Ada | 12 t", "x" * MAX_CELL + " | 1"]),
    ],
)
def test_facts(markup: str, expected: list[str]) -> None:
    """Cells of a row in one line, on one line each; empty rows go, empty cells keep their place."""
    assert rows(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<tr>",
        "<tr><td>one<td>two",
        "<tr><td>one<tr><td>two",
        "<tr><td>one<td>two<tr><td> <td>",
        FACTS + f"<tr><td>{'x' * (MAX_CELL + 1)}<td>1",
        FACTS + f"<tr><td><table>{FACTS}</table><td>1",
    ],
)
def test_layout(markup: str) -> None:
    """One row, one column, prose in a cell or a table within: a frame, no facts."""
    assert rows(markup) == []


def test_many_rows() -> None:
    """However long a table, so many rows are kept."""
    assert len(rows("<tr><td>a<td>b" * (MAX_ROWS + 100))) == MAX_ROWS


def test_many_cells() -> None:
    """A row of ten thousand cells is a row."""
    assert len(rows(("<tr>" + "<td>a" * 10_000) * 2)) == 2
