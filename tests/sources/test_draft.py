"""From a feed's wording to entries."""

from __future__ import annotations

import pytest

from pipeline.sources.draft import MAX_SUMMARY, MAX_TITLE, Draft, clean_guid, entries_of, language_of, names_of
from pipeline.types import Feed, FeedEntry, FeedId

FEED = Feed(feed_id=FeedId("paper"), url="http://feeds.example/rss")


def one(draft: Draft, *, feed: Feed = FEED, site: str | None = "https://paper.example/news/") -> FeedEntry:
    """The only entry of a feed with this draft."""
    (entry,), skipped, _ = entries_of(feed, [draft], base_url=feed.url, site=site)
    assert skipped == 0
    return entry


@pytest.mark.parametrize(
    ("links", "url"),
    [
        (("https://a.example/x#c",), "https://a.example/x"),
        (("", "https://a.example/x"), "https://a.example/x"),
        (("javascript:x()", "https://a.example/x"), "https://a.example/x"),
        (("/x",), "https://paper.example/x"),
        (("x",), "https://paper.example/news/x"),
        (("//cdn.example/x",), "http://cdn.example/x"),
    ],
)
def test_links(links: tuple[str, ...], url: str) -> None:
    """The first usable link is taken; relative ones are the site's, scheme-relative ones the feed's."""
    assert one(Draft(links=links)).url == url


def test_relative_links_without_a_site() -> None:
    """Where the feed names no site, its own address is the base."""
    assert one(Draft(links=("x",)), site=None).url == "http://feeds.example/x"


def test_entries_without_a_link_are_counted() -> None:
    """They are no entries, and they are not forgotten."""
    entries, skipped, _ = entries_of(FEED, [Draft(links=()), Draft(links=("mailto:x@y.example",))], base_url=FEED.url, site=None)
    assert (entries, skipped) == ((), 2)


def test_texts_are_bounded() -> None:
    """A title or summary of any length is cut."""
    entry = one(Draft(links=("/x",), title="t " * 5_000, summary="s " * 50_000))
    assert len(entry.title) <= MAX_TITLE
    assert len(entry.summary) <= MAX_SUMMARY


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ada Marsh", "Ada Marsh"),
        ("desk@paper.example (Ada Marsh)", "Ada Marsh"),
        ("Ada Marsh <ada@paper.example>", "Ada Marsh"),
        ("Ada Marsh (mailto:ada@paper.example)", "Ada Marsh"),
        ("<b>Ada</b> Marsh", "Ada Marsh"),
    ],
)
def test_authors(written: str, name: str) -> None:
    """An author is a name, without address and markup."""
    assert one(Draft(links=("/x",), authors=(written, "", "x@y.example"))).authors == (name,)


def test_language_is_the_operators_where_given() -> None:
    """Templates say en-US of papers in every language: the operator knows better."""
    draft = Draft(links=("/x",), language="en-us")
    assert one(draft).language == "en-US"
    assert one(draft, feed=Feed(feed_id=FEED.feed_id, url=FEED.url, language="pl")).language == "pl"


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        *(("en", "en"), ("EN-us", "en-US"), ("pt_BR", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), (" de ", "de"), ("es-419", "es-419")),
        *((None, None), ("", None), ("english", None), ("e", None), ("en, fr", None), ("<b>", None)),
    ],
)
def test_language_of(written: str | None, tag: str | None) -> None:
    """Tags in their usual spelling, or none."""
    assert language_of(written) == tag


GUIDS = [(None, None), ("", None), (" a\n b ", "a b"), ("x" * 2048, "x" * 2048), ("x" * 2049, None), ("a\x00\ud800b", "a b")]


@pytest.mark.parametrize(("written", "guid"), GUIDS)
def test_clean_guid(written: str | None, guid: str | None) -> None:
    """A guid is a text that can be stored and compared."""
    assert clean_guid(written) == guid


def test_names_are_few_and_distinct() -> None:
    """A feed that lists a thousand tags is cut short."""
    assert names_of(["a", " a ", "", "<i>b</i>"]) == ("a", "b")
    assert len(names_of(str(number) for number in range(1_000))) == 50
