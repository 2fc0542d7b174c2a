"""Small feeds, entries, articles and decisions for the ledger's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.ledger import ArticleState, Decision, EntryOutcome, Outcome, Poll, PollOutcome, Stage
from pipeline.standing import Sighting
from pipeline.subscriptions import CallbackId, Delivery, DeliveryId, Subscription
from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    Block,
    BlockKind,
    Digest,
    EntryId,
    Feed,
    FeedEntry,
    FeedId,
    UrlKey,
)
from pipeline.urls import article_id, entry_id, url_key

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=length) for length in (1, 60, 3600, 86400))


def make_feed(name: str = "kbay", **changes: Any) -> Feed:
    return replace(Feed(feed_id=FeedId(name), url=f"https://{name}.example/feed", title=name.title()), **changes)


def make_poll(name: str = "kbay", at: datetime = NOON, outcome: PollOutcome = PollOutcome.CHANGED) -> Poll:
    return Poll(feed_id=FeedId(name), at=at, outcome=outcome, http_status=200, entries=20, new=3, bytes=40_000, seconds=0.25)


def make_entry(number: int = 1, *, domain: str = "kbay.example", feed: str = "kbay", url: str | None = None) -> FeedEntry:
    address = url or f"https://{domain}/news/story-number-{number}"
    key = url_key(address)
    return FeedEntry(
        entry_id=entry_id(FeedId(feed), f"{feed}-{domain}-{number}"),
        feed_id=FeedId(feed),
        url=address,
        url_key=key,
        article_id=article_id(key),
        title=f"Story {number}",
        authors=("Ada Example",),
        published=NOON - HOUR,
    )


def make_pointer(number: int = 1) -> ArchivePointer:
    return ArchivePointer(file="2026/11/18/part.warc.gz", offset=number * 5_000_000_000, length=4711, digest=Digest(f"{number:064x}"))


def ended(entry: FeedEntry, outcome: Outcome, *, stage: Stage = Stage.CLEAN, **changes: Any) -> EntryOutcome:
    return EntryOutcome(entry_id=EntryId(entry.entry_id), stage=stage, outcome=outcome, **changes)


def make_article_state(path: str = "story", **changes: Any) -> ArticleState:
    url = f"https://kbay.example/{path}"
    key = url_key(url)
    state = ArticleState(
        article_id=article_id(key),
        url=url,
        url_key=key,
        title="A story",
        publisher="KBAY",
        first_seen_at=NOON,
        revision=1,
        text_digest=Digest("ab" * 32),
        pointer=make_pointer(),
        checked_at=NOON,
    )
    return replace(state, **changes)


def make_sighting(path: str = "story", **changes: Any) -> Sighting:
    url = f"https://kbay.example/{path}"
    key = url_key(url)
    sighting = Sighting(
        article_id=article_id(key),
        url=url,
        url_key=key,
        host="kbay.example",
        site="kbay.example",
        title_digest=Digest("12" * 32),
        title_length=30,
        text_digest=Digest("ab" * 32),
        signature=b"\x01\x02\x03\x04" * 128,
        at=NOON,
    )
    return replace(sighting, **changes)


def make_decision(path: str = "story", **changes: Any) -> Decision:
    key = url_key(f"https://kbay.example/{path}")
    return replace(Decision(at=NOON, stage="clean", url_key=key, verdict="passed", reason="12 blocks kept"), **changes)


def make_article(number: int = 1, **changes: Any) -> Article:
    entry = make_entry(number)
    article = Article(
        article_id=ArticleId(entry.article_id),
        entry_id=entry.entry_id,
        feed_id=entry.feed_id,
        url=entry.url,
        url_key=entry.url_key,
        aliases=(UrlKey("https://kbay.example/amp"),),
        publisher="KBAY",
        country="US",
        title="A “story” – ünïcode 記事",
        blocks=(Block(kind=BlockKind.HEADING, text="Head", level=2), Block(kind=BlockKind.PARAGRAPH, text="First line.\nSecond line.")),
        published=NOON,
        fetched_at=NOON,
        first_seen_at=NOON,
        pointer=make_pointer(number),
        text_digest=Digest("cd" * 32),
        cleaner="article/1",
    )
    return replace(article, **changes)


def make_subscription(name: str = "kbay", **changes: Any) -> Subscription:
    subscription = Subscription(
        callback_id=CallbackId(name * 8),
        feed_id=FeedId(name),
        hub="https://hub.example/",
        topic=f"https://{name}.example/feed",
        secret="secret of " + name,
        next_ask_at=NOON,
    )
    return replace(subscription, **changes)


def make_delivery(number: int = 1, name: str = "kbay", **changes: Any) -> Delivery:
    delivery = Delivery(
        delivery_id=DeliveryId(f"{number:064x}"),
        callback_id=make_subscription(name).callback_id,
        feed_id=FeedId(name),
        received_at=NOON + number * SECOND,
        content_type="application/atom+xml",
        body=b"<feed/>",
    )
    return replace(delivery, **changes)
