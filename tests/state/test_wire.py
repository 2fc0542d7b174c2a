"""Values to JSON and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.state.wire import from_json, storable, to_json
from pipeline.types import Article, FeedEntry, Rights
from tests.state.samples import NOON, make_article, make_entry

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)  # NUL and half surrogates, too


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3), st.none() | ANY_TEXT)
def test_whatever_a_feed_says_comes_back(title: str, tags: list[str], guid: str | None) -> None:
    """As it was, but for what no UTF-8 can hold."""
    entry = replace(make_entry(1), title=title, tags=tuple(tags), guid=guid)
    found = from_json(to_json(entry), FeedEntry)
    if _sound(title + "".join(tags) + (guid or "")):
        assert found == entry
    assert _sound(found.title)
    assert len(found.tags) == len(tags)


@given(ANY_TEXT)
def test_storable_text_is_what_a_database_takes(text: str) -> None:
    """No NUL, no half surrogates; other text is untouched."""
    kept = storable(text)
    assert _sound(kept)
    assert "\0" not in kept
    if _sound(text) and "\0" not in text:
        assert kept == text


def _sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("field", ["fetched_at", "published"])
def test_a_time_without_zone_is_refused(field: str) -> None:
    """Also one that somebody wrote by hand."""
    line = to_json(make_article(1, **{field: datetime(2026, 11, 18, 12)}))  # noqa: DTZ001 - the point
    with pytest.raises(msgspec.ValidationError, match=field):
        from_json(line, Article)


def test_nested_values_come_back_as_their_types() -> None:
    """Blocks, pointers and rights are no dicts."""
    article = make_article(1, rights=Rights(ai_allowed=False), modified=NOON)
    assert from_json(to_json(article), Article) == article
