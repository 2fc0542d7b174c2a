"""Schedules of other readers, as they come out of the box. Facts and defaults were read from their sources in 2026; the code is ours.

What they cannot be blamed for is granted: every one is asked in the very second its schedule names (Miniflux looks for due
feeds once an hour by default, in batches of 100), none gives up a feed (Miniflux does after three errors), and all of them
send validators and keep to Retry-After. Entries without a date count as dated when they were published.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.polling.publishers import Dates, Publication
from benchmarks.polling.rhythms import DAY, HOUR
from benchmarks.polling.server import Answer

MINUTE = 60.0
WEEK = 7 * DAY


class Policy(Protocol):
    """Decides when a feed is asked again, and with which validators."""

    name: str

    def validators(self, feed: Publication, now: float, unit: float) -> tuple[str | None, str | None]:
        """Return ETag and Last-Modified to send. `unit` is uniform in [0, 1)."""
        ...

    def after(self, feed: Publication, answer: Answer, now: float, unit: float) -> float | None:
        """Return the time of the next poll; None: never."""
        ...


@dataclass(slots=True)
class _Memory:
    """What such a reader keeps of a feed."""

    etag: str | None = None
    last_modified: str | None = None
    errors: int = 0
    shown: int = 0  # entries it has seen the feed hold, ever
    hint: float = 0.0
    last_published: float | None = None
    average: float | None = None


class _Reader:
    """What they have in common: validators replaced by every 200, Retry-After, 410 as an error like another."""

    def __init__(self, feeds: Sequence[Publication]) -> None:
        self._known = [_Memory() for _ in feeds]

    def validators(self, feed: Publication, now: float, unit: float) -> tuple[str | None, str | None]:
        known = self._known[feed.number]
        return known.etag, known.last_modified

    def after(self, feed: Publication, answer: Answer, now: float, unit: float) -> float | None:
        known = self._known[feed.number]
        if answer.status == 200:
            known.etag, known.last_modified, known.errors, known.shown = answer.etag, answer.last_modified, 0, answer.shown
        elif answer.status == 304:
            known.errors = 0
        else:
            known.errors += 1
        return now + self.wait(feed, known, answer, now)

    def wait(self, feed: Publication, known: _Memory, answer: Answer, now: float) -> float:
        raise NotImplementedError


class Fixed(_Reader):
    """Every feed at one interval, or later where Retry-After says so."""

    def __init__(self, feeds: Sequence[Publication], minutes: float) -> None:
        super().__init__(feeds)
        self.name = f"fixed {minutes:.0f} min"
        self._seconds = minutes * MINUTE

    def wait(self, feed: Publication, known: _Memory, answer: Answer, now: float) -> float:
        return max(self._seconds, answer.retry_after or 0.0)


class Miniflux(_Reader):
    """`POLLING_SCHEDULER=entry_frequency` with its defaults: 5 min to 24 h, factor 1.

    The interval is the mean gap between the entries dated within the last week, 24 h where there are fewer than two; at
    least ttl, max-age, Expires or Retry-After. After an error or a 304 the hints of the feed do not count.
    """

    name = "Miniflux entry_frequency"

    def wait(self, feed: Publication, known: _Memory, answer: Answer, now: float) -> float:
        first = bisect_left(feed.published, now - WEEK, 0, known.shown)
        count = known.shown - first
        gap = (feed.published[known.shown - 1] - feed.published[first]) / (count - 1) if count > 1 else 0.0
        asked = max(feed.ttl_seconds or 0.0, _max_age(feed)) if answer.status == 200 else answer.retry_after or 0.0
        wanted = min(max(gap, 5 * MINUTE), DAY) if gap > 0 else DAY
        return min(max(wanted, asked), DAY)


class CommaFeed(_Reader):
    """The empirical interval with its defaults: 5 min to 4 h, three tries before a back-off of an hour for each error.

    Half the mean gap between the entries of the document, but at most an hour; an hour, two or four where the newest is a
    week, two or thirty days old; at least max-age after a 200.
    """

    name = "CommaFeed empirical"
    _least, _most = 5 * MINUTE, 4 * HOUR

    def wait(self, feed: Publication, known: _Memory, answer: Answer, now: float) -> float:
        if answer.status in {200, 304}:
            return self._bounded(max(self._empirical(feed, known, answer, now), _max_age(feed) if answer.status == 200 else 0.0))
        backoff = self._least if known.errors < 3 else HOUR * (known.errors - 3 + 1)
        return self._bounded(max(backoff, answer.retry_after or 0.0))

    def _empirical(self, feed: Publication, known: _Memory, answer: Answer, now: float) -> float:
        if answer.status == 200:
            held = min(feed.window, known.shown)
            made_up = feed.dates is Dates.MADE_UP
            known.last_published = now if made_up else feed.published[known.shown - 1] if held else None
            spread = 0.0 if made_up or not held else feed.published[known.shown - 1] - feed.published[known.shown - held]
            known.average = spread / (held - 1) if held > 1 else None
        if known.last_published is None:
            return self._most
        days = int((now - known.last_published) // DAY)
        for quiet, share in ((30, 1), (14, 2), (7, 4)):
            if days >= quiet:
                return self._most / share
        if known.average is None:
            return self._most
        return min(max(known.average / 2, self._least), self._most / 4)

    def _bounded(self, seconds: float) -> float:
        return min(max(seconds, self._least), self._most)


def _max_age(feed: Publication) -> float:
    for _, value in feed.headers:
        if "max-age=" in value:
            return float(value.rpartition("=")[2])
    return float(feed.expires_after or 0)
