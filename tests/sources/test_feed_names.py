"""Names for feeds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.feed_names import feed_id_for


@pytest.mark.parametrize(
    ("url", "title", "name"),
    [
        ("https://x.example/", "The Harbour Gazette", "the-harbour-gazette"),
        ("https://x.example/", "Süddeutsche – Straße & Öl", "suddeutsche-strasse-and-ol"),
        ("https://x.example/", "Łódź dziś", "lodz-dzis"),
        ("https://www.mayak.example/rss.xml", "Маяк", "mayak-example"),
        ("https://feeds.bbc.example/news/world/rss.xml", "", "bbc-example-news-world"),
        ("https://www.nhk.example/rss/cat0.xml", "NHK ニュース 主要ニュース", "nhk-example-cat0"),
        ("nonsense", "", "nonsense"),
        ("", "", "feed"),
        ("https://x.example/", "word " * 30, "word-word-word-word-word-word-word-word-word"),
        ("https://x.example/", "x" * 99, "x" * 48),
    ],
)
def test_names(url: str, title: str, name: str) -> None:
    """From the title where it has Latin letters, else from the address."""
    assert feed_id_for(url, title, ()) == name


def test_taken_names_get_a_number() -> None:
    """The first free one."""
    assert feed_id_for("https://x.example/", "News", {"news", "news-2"}) == "news-3"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gives_a_name(url: str, title: str) -> None:
    """Every name is one that the feed file takes."""
    name = feed_id_for(url, title, ())
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name)
    assert len(name) <= 64
