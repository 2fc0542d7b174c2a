"""What bytes are."""

from __future__ import annotations

import gzip

import pytest

from pipeline.errors import QuarantineError
from pipeline.sources.detection import Opening, is_html, is_json, opening, ready
from pipeline.types import Feed, FeedId

FEED = Feed(feed_id=FeedId("paper"), url="https://paper.example/feed")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<rss>", Opening("rss", 0, False)),
        (b"<?xml?><rss>", Opening("rss", 0, False)),
        (b"\n<?xml?>\n<!-- <html> --><?x <feed> ?><a:FEED x='y'>", Opening("feed", 1, True)),
        (b"<rdf:RDF>", Opening("rdf", 0, False)),
        (b"<!DOCTYPE rss [<!ENTITY a '<html>'>]><rss>", Opening("rss", 37, False)),
        (b"<urlset>", Opening("urlset", 0, False)),
        (b"<x:sitemapindex>", Opening("sitemapindex", 0, False)),
        (b"Warning: <b>x</b> <?xml?><rss>", Opening("rss", 18, True)),
        (b"<br/><rss>", Opening("rss", 5, True)),
        (b"<!doctype HTML><rss>", Opening("html", 0, False)),
        (b"<html><rss>", Opening("html", 0, False)),
        (b"<rssx>", None),
        (b"<feedback/>", None),
        (b"<p>" * 60 + b"<rss>", None),
        (b" " * 70_000 + b"<rss>", None),
        (b"<!-- <rss>", None),
        (b"<!DOCTYPE x [", None),
        (b"text", None),
        (b"", None),
        (b"<", None),
    ],
)
def test_opening(body: bytes, found: Opening | None) -> None:
    """The first element that says something, past comments and junk, within bounds."""
    assert opening(body) == found


def test_ready_is_idempotent() -> None:
    """Unpacking, narrowing and trimming twice is the same as once."""
    text = '<?xml version="1.0" encoding="utf-16"?><rss>ü</rss>'
    for body in (gzip.compress(b"\xef\xbb\xbf\n<rss/>"), text.encode("utf-16"), text.encode("utf-32-be"), b"{}", b""):
        once = ready(FEED, body)
        assert ready(FEED, once) == once
    assert ready(FEED, text.encode("utf-16")) == text.replace("utf-16", "utf-8").encode()


def test_a_bomb_is_quarantined() -> None:
    """What unpacks to more than the limit is not unpacked."""
    with pytest.raises(QuarantineError, match="more than 50000000 bytes"):
        ready(FEED, gzip.compress(bytes(51_000_000)))
    with pytest.raises(QuarantineError, match="more than 50000000 bytes"):
        ready(FEED, gzip.compress(bytes(26_000_000)) * 2)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        *((b"<html>", True), (b"\xef\xbb\xbf <!DOCTYPE html>", True), (b"<title>x</title>", True), (b"<div>x", True)),
        *((b'{"a": "<p>"}', False), (b'["<p>"]', False), (b"<rss><p>", False), (b"text", False), (b"", False)),
        ("<html>".encode("utf-16"), True),
    ],
)
def test_is_html(body: bytes, html: bool) -> None:
    """A web page is known as one; JSON and feeds that hold markup are none."""
    assert is_html(body) is html


def test_is_json() -> None:
    """Only an object can be a JSON Feed."""
    assert is_json(b"\xef\xbb\xbf\n{")
    assert is_json("{}".encode("utf-16"))
    assert not is_json(b"[{")
