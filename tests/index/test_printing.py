from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.index.parser import parse_query
from pipeline.index.printing import to_text
from pipeline.index.query import And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Everything(), ""),
        (And(parts=(Word(text="a"), Or(parts=(Word(text="b"), Not(part=Word(text="c")))))), "a (b OR -c)"),
        (Not(part=And(parts=(Word(text="a"), Prefix(text="b")))), "-(a b*)"),
        (Phrase(text='say "no"', field="title"), 'title:"say \\"no\\""'),
        (Equals(field="people", value="Dwayne “The Rock” Johnson"), 'person:"Dwayne \\“The Rock\\” Johnson"'),
        (Equals(field="feed_id", value="la-costa"), 'feed:"la-costa"'),
        (AsOf(moment=DAY), "as_of:2026-11-20T00:00:00Z"),
        (AsOf(moment=None), "revisions:all"),
        (Between(field="@timestamp", start=DAY, end=None), "date:2026-11-20T00:00:00Z.."),
        (Between(field="@timestamp", start=None, end=DAY.replace(microsecond=5)), "date:..2026-11-20T00:00:00.000005Z"),
    ],
)
def test_a_tree_is_printed_and_read_back(query: Query, text: str) -> None:
    """The text is the one a person would write, and parses to the same tree."""
    assert to_text(query) == text
    assert parse_query(text, now=DAY) == query
