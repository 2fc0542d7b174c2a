from __future__ import annotations

import re
from pathlib import Path

from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_events import FIELDS

PAGE, _, EVENTS = (Path(__file__).resolve().parents[2] / "docs" / "fields.md").read_text().partition("\n## Events\n")


def test_the_page_lists_exactly_the_fields() -> None:
    """docs/fields.md has one row for each field, and no row for anything else."""
    assert sorted(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)) == sorted(ArticleDocument.__annotations__)


def test_each_row_is_complete() -> None:
    """Type, who sets it and who uses it are all said."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


def test_the_page_lists_exactly_the_fields_of_events() -> None:
    """Each with its type and the kinds of events that have it."""
    rows = [line.strip("|").split("|") for line in EVENTS.splitlines() if line.startswith("| `")]
    assert sorted(row[0].strip(" `") for row in rows) == sorted(FIELDS)
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)
