from __future__ import annotations

import re
from pathlib import Path

from pipeline.index.document import ArticleDocument

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fields.md").read_text()


def test_the_page_lists_exactly_the_fields() -> None:
    """docs/fields.md has one row for each field, and no row for anything else."""
    assert sorted(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)) == sorted(ArticleDocument.__annotations__)


def test_each_row_is_complete() -> None:
    """Type, who sets it and who uses it are all said."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)
