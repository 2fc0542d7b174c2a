from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.index.fields import QUERY_FIELDS
from pipeline.index.parser import DEEPEST_NESTING, LONGEST_QUERY, MOST_TERMS, parse_query
from pipeline.index.printing import to_text
from pipeline.index.query import Everything

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "query-language.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [code.replace("\\|", "|") for line in ROWS for code in re.findall(r"`([^`]+)`", line) if "…" not in code]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_understood(example: str) -> None:
    """Every query on the page parses, asks for something, and survives printing."""
    query = parse_query(example, now=NOW)
    assert query != Everything()
    assert parse_query(to_text(query), now=NOW) == query


def test_each_field_has_an_example() -> None:
    """The page leaves no field out."""
    written = " ".join(EXAMPLES)
    assert [field.name for field in QUERY_FIELDS if f"{field.name}:" not in written] == []


def test_the_limits_are_the_real_ones() -> None:
    """The figures on the page are those of the parser."""
    assert f"{LONGEST_QUERY:,} characters, {MOST_TERMS} terms, {DEEPEST_NESTING} levels" in PAGE


def test_what_the_page_says_to_be_the_same_is_the_same() -> None:
    """Pairs that the page calls equal give one tree."""
    for one, other in (("oil -palm", "oil NOT palm"), ("election OR vote", "election | vote"), ("Russia's", "Russia's")):
        assert parse_query(one, now=NOW) == parse_query(other, now=NOW)
