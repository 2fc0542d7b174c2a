"""Malformed feeds keep their entries."""

from __future__ import annotations

from types import EllipsisType

import pytest

from pipeline.errors import QuarantineError
from pipeline.sources import read_feed
from pipeline.types import Feed, FeedId, FeedKind
from tests.sources.malformed import CASES, HOPELESS, SITE, Entries

FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed")


def test_case_names_are_unique() -> None:
    """Two cases of one name would hide one of them."""
    names = [case[0] for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 120


@pytest.mark.parametrize(("body", "expected", "flaw"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_malformed(body: bytes, expected: Entries, flaw: str | EllipsisType | None) -> None:
    """Each flaw is worked around, named, and costs no entry that is whole."""
    document = read_feed(FEED, body, base_url=FEED.url)
    assert [(entry.url.removeprefix(SITE), entry.title) for entry in document.entries] == expected
    assert bool(document.bozo) if flaw is ... else document.bozo == flaw


@pytest.mark.parametrize(("body", "word"), [case[1:] for case in HOPELESS], ids=[case[0] for case in HOPELESS])
@pytest.mark.parametrize("kind", [FeedKind.AUTO, FeedKind.RSS])
def test_hopeless(body: bytes, word: str, kind: FeedKind) -> None:
    """Where nothing can be read, the reason names the feed and what was there instead."""
    with pytest.raises(QuarantineError, match="feed paper: ") as caught:
        read_feed(Feed(feed_id=FEED.feed_id, url=FEED.url, kind=kind), body, base_url=FEED.url)
    assert kind is not FeedKind.AUTO or word in str(caught.value)
