"""What the contract and the cases of feeds leave open about JSON Feed."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import QuarantineError
from pipeline.sources.jsonfeed import JsonFeedSource
from pipeline.types import Feed, FeedDocument, FeedEntry, FeedId
from tests.sources.malformed import JA, JB, SITE, jsonfeed

FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed.json")


def read(text: str) -> FeedDocument:
    """The document of these bytes."""
    return JsonFeedSource().parse(FEED, text.encode(), base_url=FEED.url)


def one(entry: dict[str, object], **more: object) -> FeedEntry:
    """The only entry of a feed with this one."""
    (found,) = read(jsonfeed(entry, **more)).entries
    return found


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"id": "7", "url": f"{SITE}/a", "external_url": "https://other.example/b"}, f"{SITE}/a"),
        ({"id": "7", "external_url": "https://other.example/b"}, "https://other.example/b"),
        ({"id": f"{SITE}/c", "title": "C"}, f"{SITE}/c"),
        ({"id": "7", "url": "/d"}, f"{SITE}/d"),
        ({"id": "7", "url": 5, "external_url": f"{SITE}/e"}, f"{SITE}/e"),
    ],
)
def test_where_the_article_is(entry: dict[str, object], path: str) -> None:
    """Its own page before the one it speaks of, and an id that is an address last."""
    assert one(entry).url == path


def test_an_id_that_is_no_address_is_no_link() -> None:
    """A number resolved against the site would be a page that is not there."""
    document = read(jsonfeed({"id": "7", "title": "No link"}, JA))
    assert [entry.url for entry in document.entries] == [f"{SITE}/a"]
    assert document.skipped == 1


def test_ids_of_version_one_may_be_numbers() -> None:
    """True is none."""
    assert one(JA | {"id": 17}).guid == "17"
    assert one(JA | {"id": True}).guid is None


@pytest.mark.parametrize(
    ("entry", "summary"),
    [
        ({"summary": "S", "content_text": "T", "content_html": "<p>H</p>"}, "S"),
        ({"content_text": "T", "content_html": "<p>H</p>"}, "T"),
        ({"summary": ["x"], "content_html": "<p>H &amp; H</p>"}, "H & H"),
        ({}, ""),
    ],
)
def test_the_summary_is_the_shortest_that_is_there(entry: dict[str, object], summary: str) -> None:
    """Of a wrong type counts as not there."""
    assert one(JA | entry).summary == summary


@pytest.mark.parametrize(
    ("entry", "channel", "authors"),
    [
        ({"authors": [{"name": "Ada"}, {"name": ""}, {"url": "x"}, {"name": "Bo"}]}, {}, ("Ada", "Bo")),
        ({"author": {"name": "Ada"}}, {}, ("Ada",)),
        ({"author": "Ada"}, {}, ("Ada",)),
        ({"authors": {"name": "Ada"}}, {"author": {"name": "Desk"}}, ("Desk",)),
        ({}, {"authors": [{"name": "Desk"}]}, ("Desk",)),
        ({"authors": [{"name": "Ada"}]}, {"authors": [{"name": "Desk"}]}, ("Ada",)),
    ],
)
def test_authors(entry: dict[str, object], channel: dict[str, object], authors: tuple[str, ...]) -> None:
    """An entry's own before the feed's, in the words of either version."""
    assert one(JA | entry, **channel).authors == authors


def test_languages() -> None:
    """The entry's before the feed's, and nonsense is none."""
    assert one(JA | {"language": "de-at"}, language="en").language == "de-AT"
    assert one(JA | {"language": 5}, language="en").language == "en"
    assert one(JA, language="the usual").language is None


def test_hints() -> None:
    """Only a WebSub hub is one we can subscribe to, and only by an absolute address; pages may be relative."""
    hubs = [{"type": "rssCloud", "url": f"{SITE}/cloud"}, {"type": "WebSub", "url": "/hub"}, {"type": "WebSub", "url": f"{SITE}/hub"}]
    hubs.append({"type": "websub", "url": f"{SITE}/hub2"})
    hints = read(jsonfeed(JA, hubs=[*hubs, "x"], feed_url="/feed.json", next_url="/feed.json?page=2")).hints
    assert (hints.hub, hints.self_url, hints.next_url) == (f"{SITE}/hub", f"{SITE}/feed.json", f"{SITE}/feed.json?page=2")
    assert hints.hubs == (f"{SITE}/hub", f"{SITE}/hub2")


def test_entries_of_a_wrong_type_are_counted() -> None:
    """They are no entries, and they are not forgotten."""
    document = read(jsonfeed(JA, "text", None, 5, [JB]))
    assert (len(document.entries), document.skipped) == (1, 4)


def test_of_a_torn_feed_what_came_whole_is_read() -> None:
    """The entry that was being written when it tore is lost; what follows a broken one is not guessed at."""
    whole = jsonfeed(JA, JB)
    torn = read(whole[: whole.rindex('"title"')])
    assert ([entry.url for entry in torn.entries], torn.bozo) == ([f"{SITE}/a"], "invalid-json")
    broken = read('{"items": [' + json.dumps(JA) + ', {"id": oops}, ' + json.dumps(JB) + "]}")
    assert [entry.url for entry in broken.entries] == [f"{SITE}/a"]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('{"items": {}}', "JSON without a list of items"),
        ("[1]", "no-object"),
        ('{"items": [', "invalid-json"),
        ('{"x": ' + "[" * 200_000, "nested-too-deeply"),
    ],
)
def test_no_feed_is_told_with_feed_address_and_flaw(text: str, flaw: str) -> None:
    """Whoever follows it must find out what came instead."""
    with pytest.raises(QuarantineError, match=rf"^feed paper: {SITE}/feed.json is no JSON Feed \(({flaw})\)$"):
        read(text)
