from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_analysis import OTHER
from pipeline.index.elastic_events import FIELDS
from pipeline.index.elastic_mapping import properties

PAGE, _, EVENTS = (Path(__file__).resolve().parents[2] / "docs" / "fields.md").read_text().partition("\n## Events\n")
PAGE, _, ON_ELASTICSEARCH = PAGE.partition("\n## On Elasticsearch alone\n")


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


def test_the_page_lists_exactly_what_elasticsearch_has_beside_them() -> None:
    """Every field of the mapping that is none of the document, and no other."""
    fields = properties(OTHER)
    known = get_type_hints(ArticleDocument)
    beside = {f"{name}.{inner}" for name in fields.keys() - known for inner in fields[name].get("properties", ())}
    beside |= {name for name in fields.keys() - known if "properties" not in fields[name]}
    rows = [line.strip("|").split("|") for line in ON_ELASTICSEARCH.splitlines() if line.startswith("| `")]
    assert {row[0].strip(" `") for row in rows} == beside
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


def test_the_page_names_every_second_field() -> None:
    """The ones beside a field that search it otherwise."""
    inner = {name for field in properties(OTHER).values() for name in field.get("fields", ())}
    assert inner == {name for name in ("folded", "words", "exact", "cased") if f"`.{name}`" in ON_ELASTICSEARCH}
