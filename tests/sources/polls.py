"""Feeds as they are known, and polls of them, for the tests of the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.ledger import FeedState, PollOutcome
from pipeline.sources.schedule import ENOUGH, Failure, Observation, after_poll
from pipeline.types import ArticleId, EntryId, Feed, FeedDocument, FeedEntry, FeedHints, FeedId, FeedKind, UrlKey, Validators

NOW = datetime(2026, 5, 12, 10, 30, tzinfo=UTC)  # a Tuesday
ETAG = (("ETag", '"1"'),)
MIDDLE = 0.5  # of the jitter: none


def state(**more: object) -> FeedState:
    """A feed with validators that succeeded an hour ago, unless told otherwise."""
    known: dict[str, object] = {
        "feed": Feed(feed_id=FeedId("paper"), url="https://paper.example/feed"),
        "next_poll_at": NOW,
        "validators": Validators(etag='"0"'),
        "last_success_at": NOW - timedelta(hours=1),
        "last_new_at": NOW,
        "rate_per_hour": ENOUGH,  # polled every hour
        "polls": 7,
    }
    return FeedState(**{**known, **more})  # type: ignore[arg-type]


def document(*ages_in_hours: float, hints: FeedHints | None = None, now: datetime = NOW) -> FeedDocument:
    """A document whose entries were published so long ago."""
    entries = tuple(
        FeedEntry(
            entry_id=EntryId(str(age)),
            feed_id=FeedId("paper"),
            url="https://paper.example/",
            url_key=UrlKey("k"),
            article_id=ArticleId("a"),
            published=now - timedelta(hours=age),
        )
        for age in ages_in_hours
    )
    return FeedDocument(kind=FeedKind.RSS, entries=entries, hints=hints or FeedHints())


def changed(new: int = 0, **more: object) -> Observation:
    """A poll that brought something."""
    known: dict[str, object] = {"outcome": PollOutcome.CHANGED, "http_status": 200, "headers": ETAG, "new": new}
    return Observation(**{**known, **more})  # type: ignore[arg-type]


def failed(failure: Failure = Failure.OTHER, **more: object) -> Observation:
    return Observation(outcome=PollOutcome.FAILED, failure=failure, error="why", **more)  # type: ignore[arg-type]


def refused(**more: object) -> Observation:
    return Observation(outcome=PollOutcome.DEFERRED, failure=Failure.RATE_LIMITED, not_before=NOW, **more)  # type: ignore[arg-type]


def minutes(known: FeedState, seen: Observation, random_unit: float = MIDDLE) -> float:
    """The minutes until the next poll."""
    return (after_poll(known, seen, now=NOW, random_unit=random_unit).next_poll_at - NOW) / timedelta(minutes=1)
