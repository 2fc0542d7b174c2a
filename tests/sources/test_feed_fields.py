"""One table of the feed file; how a whole file is read is in test_registry.py."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.sources.draft import MAX_NAME, MAX_NAMES, MAX_TITLE
from pipeline.sources.feed_fields import FIELDS, MAX_ID, feed_of, table_of
from pipeline.types import Feed, FeedId, FeedKind
from pipeline.urls import MAX_URL

LEAST: dict[str, Any] = {"id": "a", "url": "https://x.example/feed"}
FULL: dict[str, Any] = {
    "id": "harbour-news",
    "url": "https://harbour.example/feed",
    "title": "Harbour",
    "publisher": "The Harbour Gazette",
    "site": "https://harbour.example/",
    "language": "pt-BR",
    "country": "BR",
    "kind": "jsonfeed",
    "timezone": "America/Sao_Paulo",
    "tags": ["local", "ships"],
}


def complaint(**fields: object) -> str:
    """What is said about a table that is least but for these."""
    with pytest.raises(ConfigurationError) as caught:
        feed_of(LEAST | fields, "feeds.toml: feed 3")
    return str(caught.value)


def test_every_field_is_taken_and_given_back() -> None:
    """Each key of a table is one field of the feed, in the order in which people write them."""
    feed = feed_of(FULL, "here")
    assert feed == Feed(
        feed_id=FeedId("harbour-news"),
        url="https://harbour.example/feed",
        title="Harbour",
        publisher="The Harbour Gazette",
        site="https://harbour.example/",
        language="pt-BR",
        country="BR",
        kind=FeedKind.JSONFEED,
        timezone="America/Sao_Paulo",
        tags=("local", "ships"),
    )
    assert table_of(feed) == FULL
    assert tuple(table_of(feed)) == FIELDS == tuple(FULL)


def test_what_is_not_known_is_not_written() -> None:
    """A table has only what somebody knows, and the kind and zone that will be used."""
    assert table_of(feed_of(LEAST, "here")) == LEAST | {"kind": "auto", "timezone": "UTC"}
    assert feed_of(LEAST | {"site": ""}, "here").site == ""


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({"id": "x" * MAX_ID}, {"feed_id": "x" * MAX_ID}),
        ({"title": "t" * MAX_TITLE}, {"title": "t" * MAX_TITLE}),
        ({"publisher": "p" * MAX_NAME}, {"publisher": "p" * MAX_NAME}),
        ({"tags": ["x", "y", "x"]}, {"tags": ("x", "y")}),
        ({"tags": [f"{number}" for number in range(MAX_NAMES)]}, {"tags": tuple(f"{number}" for number in range(MAX_NAMES))}),
        ({"url": "https://x.example/feed#top"}, {"url": "https://x.example/feed#top"}),
        ({"language": "en-us"}, {"language": "en-US"}),
    ],
)
def test_the_most_that_is_allowed(fields: dict[str, Any], taken: dict[str, object]) -> None:
    """Limits are the last value that is fine; a tag twice is once."""
    feed = feed_of(LEAST | fields, "here")
    assert {name: getattr(feed, name) for name in taken} == taken


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "x" * (MAX_ID + 1)}, f"of at most {MAX_ID} characters"),
        ({"id": "a--b"}, "id: got 'a--b'"),
        ({"id": "a-"}, "id: got 'a-'"),
        ({"title": "t" * (MAX_TITLE + 1)}, f"allowed: a text of at most {MAX_TITLE} printable characters"),
        ({"publisher": "p" * (MAX_NAME + 1)}, f"allowed: a text of at most {MAX_NAME} printable characters"),
        ({"url": "https://x.example/" + "x" * MAX_URL}, f"allowed: an absolute http or https URL of at most {MAX_URL} characters"),
        ({"url": "//x.example/feed"}, "url: got "),
        ({"url": "https://x.example/feed "}, "url: got 'https://x.example/feed '"),
        ({"tags": ["x"] * (MAX_NAMES + 1)}, f"allowed: a list of at most {MAX_NAMES} texts of 1 to {MAX_NAME} printable characters"),
        ({"tags": ["x" * (MAX_NAME + 1)]}, "tags: got "),
        ({"tags": ["a\nb"]}, "tags: got "),
        ({"country": "DEU"}, "country: got 'DEU'; allowed: two capital letters (ISO 3166-1), as in DE"),
        ({"timezone": "Europe/Berln"}, "did you mean Europe/Berlin?"),
        ({"kind": "json"}, "allowed: auto, rss, jsonfeed, sitemap; did you mean jsonfeed?"),
        ({"langauge": "en"}, f"no such key; did you mean language?; keys are {', '.join(FIELDS)}"),
        ({"frequency": 5}, f"no such key; keys are {', '.join(FIELDS)}"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], said: str) -> None:
    """With what is allowed, and the nearest word that would be."""
    assert said in complaint(**fields)


def test_the_place_has_the_id_where_it_can_be_trusted() -> None:
    """A person looks for it in the file; an id that is wrong itself may be anything."""
    assert complaint(country="x").startswith("feeds.toml: feed 3 (a): country: ")
    assert complaint(id="A\x1b[2J").startswith("feeds.toml: feed 3: id: ")
