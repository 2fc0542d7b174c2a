"""A small local-news page with room for whatever a test wants to set into it, and its way through the cleaner."""

# ruff: noqa: E501 - markup reads better whole

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from pipeline.clean.cleaner import ArticleCleaner
from pipeline.types import ArchivePointer, Article, Digest, FeedEntry, FeedId, FetchedPage, Rejected
from pipeline.urls import article_id, entry_id, url_key

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
URL = "https://news.example.org/2026/11/18/lighthouse-moves"
TITLE = "A lighthouse moves inland before the winter storms"
STORY = (
    "The old lighthouse at Cobb Point was moved forty metres inland on Tuesday, after the sea had come within a stone’s throw of its door.",
    "It took nine hours, one crane and a great deal of soap, said Ada Brook, the engineer who planned the work for the county of Harbor.",
    "“We went slowly,” she told reporters at the edge of the cliff. “Nobody wants to be the one who dropped a lighthouse into the ocean.”",
    "The county paid 1.2 million dollars for the move, which had been argued over for eleven years and was twice put off for want of money.",
    "Residents stood along the road with thermos flasks and folding chairs, and a school band played whenever the tower had gone ten metres.",
    "The lamp will be lit again in May, and visitors will be let in from June, the county’s heritage office said in a statement on Tuesday.",
)
PAGE = """<!doctype html><html lang="en"><head><title>{title} | Harbor News</title><meta property="og:title" content="{title}">
<meta property="og:site_name" content="Harbor News"><meta property="article:published_time" content="2026-11-18T07:42:00Z">
<link rel="canonical" href="{url}">{head}</head><body>
<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/weather">Weather</a></li></ul></nav>
<main><article><h1>{title}</h1>{top}<div class="article-body">{body}</div>{bottom}</article></main>
<footer><p>Harbor News, 1 Pier Road</p></footer></body></html>"""

CLEANER = ArticleCleaner()


def page_of(
    body: bytes | str, *, url: str = URL, headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
) -> FetchedPage:
    raw = body if isinstance(body, bytes) else body.encode()
    digest = Digest(hashlib.sha256(raw).hexdigest())
    return FetchedPage(url=url, final_url=url, status=200, headers=headers, body=raw, digest=digest, fetched_at=NOON)


def entry_of(url: str = URL, **fields: object) -> FeedEntry:
    key = url_key(url)
    return FeedEntry(entry_id=entry_id(FeedId("f"), url), feed_id=FeedId("f"), url=url, url_key=key, article_id=article_id(key), **fields)  # type: ignore[arg-type]


def clean(page: FetchedPage, entry: FeedEntry | None = None) -> Article | Rejected:
    pointer = ArchivePointer(file="a.warc.gz", offset=0, length=1, digest=page.digest)
    return CLEANER.clean(page, entry or entry_of(page.url), pointer, first_seen_at=NOON)


def story_page(*, among: str = "", after: str = "", top: str = "", bottom: str = "", head: str = "", first: str = "") -> FetchedPage:
    """The story with `among` after its second paragraph, `after` behind its last, `first` before its first word."""
    paragraphs = [f"<p>{first if not place else ''}{text}</p>" for place, text in enumerate(STORY)]
    body = "".join([*paragraphs[:2], among, *paragraphs[2:], after])
    return page_of(PAGE.format(title=TITLE, url=URL, head=head, top=top, body=body, bottom=bottom))


def article_of(page: FetchedPage) -> Article:
    cleaned = clean(page)
    assert isinstance(cleaned, Article), cleaned
    return cleaned
