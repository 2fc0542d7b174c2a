from __future__ import annotations

import csv
import io
import json

from pipeline.index.export import CSV_COLUMNS, PAGE, csv_lines, found_documents, json_lines
from pipeline.index.query import Everything
from tests.fakes_index import InMemoryIndex
from tests.index.documents import document


def test_every_page_is_taken() -> None:
    """Each document once, however many pages."""
    index = InMemoryIndex()
    index.upsert(document(f"{at}") for at in range(2 * PAGE + 1))
    index.refresh()
    ids = [each["article_id"] for each in found_documents(index, Everything())]
    assert len(ids) == len(set(ids)) == 2 * PAGE + 1


def test_json_lines_hold_everything() -> None:
    """A line is a document, whatever is in it."""
    given = [document("one", body="two\nlines\u2028and more"), document("two")]
    lines = list(json_lines(iter(given)))
    assert [json.loads(line) for line in lines] == given
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)


def test_a_table_opens_in_a_spreadsheet() -> None:
    """Quotes, commas and breaks stay in their cell; nothing in it is run as a formula."""
    given = document("one", title='=HYPERLINK("http://evil")', authors=["A, B", "C"], body='said "no"\n\nand went', agency=None)
    head, row = csv.reader(io.StringIO("".join(csv_lines(iter([given])))))
    assert tuple(head) == CSV_COLUMNS
    cells = dict(zip(head, row, strict=True))
    assert cells["title"] == '\'=HYPERLINK("http://evil")'
    assert cells["authors"] == "A, B; C"
    assert cells["body"] == 'said "no"\n\nand went'
    assert cells["agency"] == ""
