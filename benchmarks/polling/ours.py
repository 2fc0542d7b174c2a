"""Our schedule: the decisions are those of `pipeline.sources.schedule`, and what the poller does around them is repeated here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.polling.publishers import Dates, Publication
from benchmarks.polling.server import Answer
from pipeline.fetch.politeness import DOWN, MAX_PACE, PACE, pause_until
from pipeline.ledger import FeedState, FeedStatus, HostTemper, PollOutcome, pace_by
from pipeline.sources.schedule import PATIENCE, Failure, Observation, after_poll, validators_to_send
from pipeline.types import ArticleId, Digest, EntryId, Feed, FeedDocument, FeedEntry, FeedHints, FeedId, FeedKind, UrlKey

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def moment(seconds: float) -> datetime:
    """Return the time of a number of seconds of the simulation."""
    return MONDAY + timedelta(seconds=seconds)


class Press:
    """Prints a feed as its reader gets it: the document, and bytes in short. The sizes that count are the server's."""

    def __init__(self, feed: Publication) -> None:
        self._feed = feed
        self._first = max(0, feed.backlog - feed.window)  # what was older never appears again
        self._entries: list[FeedEntry] = []
        self.edited: set[int] = set()  # entries that were, while they stood in it
        self._edits = self._version = 0
        self._shuffle = Random(feed.number)
        self._hints = FeedHints(ttl_seconds=feed.ttl_seconds, update_seconds=feed.update_seconds, skip_hours=feed.skip_hours)

    def order(self, answer: Answer) -> Sequence[int]:
        """Return the numbers of the entries of a 200, as they stand in it."""
        begin = max(self._first, answer.shown - self._feed.window)
        self._edit(answer, begin)
        if not self._feed.shuffled:
            return range(begin, answer.shown)
        order = list(range(begin, answer.shown))
        self._shuffle.shuffle(order)
        return order

    def said(self, answer: Answer) -> str:
        """Return what is the same for two answers exactly where their entries say the same, asked after `order`."""
        return f"{answer.shown} {self._version}"

    def body(self, order: Sequence[int], now: float) -> bytes:
        """Return the bytes. Their digest is a quarter of a run's work and follows from `said` and the order: tests compare them."""
        built = f"<lastBuildDate>{now}</lastBuildDate>".encode() if self._feed.stamped else b""
        lines = b"".join([b"<item>%d%s</item>" % (number, b" edited" if number in self.edited else b"") for number in order])
        return b"<rss><channel>" + built + lines + b"</channel></rss>"

    def entries(self, answer: Answer, order: Sequence[int]) -> list[FeedEntry]:
        """Return the entries of a 200."""
        self._entries += map(self._entry, range(self._first + len(self._entries), answer.shown))
        if isinstance(order, range):
            return self._entries[order.start - self._first :]
        return [self._entries[number - self._first] for number in order]

    def document(self, entries: list[FeedEntry], now: float) -> FeedDocument:
        """Return what is parsed from them."""
        if self._feed.dates is Dates.MADE_UP:
            entries = [replace(entry, published=moment(now)) for entry in entries]
        return FeedDocument(kind=FeedKind.RSS, entries=tuple(entries), hints=self._hints)

    def _edit(self, answer: Answer, begin: int) -> None:
        for _, number in self._feed.edits[self._edits : answer.edits]:
            if begin <= number and number not in self.edited:
                self.edited.add(number)
                self._version += 1
        self._edits = answer.edits

    def _entry(self, number: int) -> FeedEntry:
        dates, at = self._feed.dates, self._feed.published[number]
        shown = at + 3_600 if dates is Dates.WRONG_ZONE else at
        name = f"{self._feed.number}/{number}"
        return FeedEntry(
            entry_id=EntryId(name),
            feed_id=FeedId(str(self._feed.number)),
            url=self._feed.url,
            url_key=UrlKey(name),
            article_id=ArticleId(name),
            published=None if dates is Dates.NONE else moment(shown),
        )


class Ours:
    """The schedule of Wireroom, with the pauses its fetcher writes for whole hosts."""

    def __init__(self, feeds: Sequence[Publication], *, patience: float = PATIENCE) -> None:
        self.name = "Wireroom" if patience == PATIENCE else f"Wireroom, patience {60 * patience:.3g}"
        self._patience = patience
        self.states = [FeedState(feed=Feed(feed_id=FeedId(str(feed.number)), url=feed.url), next_poll_at=MONDAY) for feed in feeds]
        self._presses = [Press(feed) for feed in feeds]
        self._seen = [-1] * len(feeds)
        self._paused: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._paces: dict[str, HostTemper] = {}

    def paused_until(self, feed: Publication) -> float:
        """Return until when nothing is sent to the feed's host."""
        return self._paused.get(feed.host.name, 0.0)

    def spacing(self, feed: Publication, now: float) -> float:
        """Return the seconds between two starts that the feed's host wants by now beyond ours: after a 429 thirty, and less by and by."""
        temper = self._paces.get(feed.host.name)
        return pace_by(temper, moment(now)) if temper else 0.0

    def postponed(self, feed: Publication, now: float, until: float, unit: float) -> float:
        """Return when a feed is due again whose host's next slot is too far away."""
        seen = Observation(outcome=PollOutcome.DEFERRED, not_before=moment(until))
        return self._decided(feed, seen, now, unit)

    def validators(self, feed: Publication, now: float, unit: float) -> tuple[str | None, str | None]:
        sent = validators_to_send(self.states[feed.number], random_unit=unit)
        return sent.etag, sent.last_modified

    def after(self, feed: Publication, answer: Answer, now: float, unit: float) -> float | None:
        seen = self._observed(feed, answer, now)
        due = self._decided(feed, seen, now, unit)
        return None if self.states[feed.number].status is FeedStatus.GONE else due

    def _decided(self, feed: Publication, seen: Observation, now: float, unit: float) -> float:
        state = after_poll(self.states[feed.number], seen, now=moment(now), random_unit=unit, patience=self._patience)
        self.states[feed.number] = state
        return (state.next_poll_at - MONDAY).total_seconds()

    def _observed(self, feed: Publication, answer: Answer, now: float) -> Observation:
        """Say what the poller would say of such an answer."""
        status, host = answer.status, feed.host.name
        if status in {429, 503}:
            return self._refused(host, answer, now)
        if status == 0:
            self._paused[host] = max(self.paused_until(feed), now + DOWN.total_seconds())
            return Observation(outcome=PollOutcome.FAILED, failure=Failure.CONNECTION)
        self._refusals.pop(host, None)
        headers = _headers(feed, answer, now)
        if status == 304:
            return Observation(outcome=PollOutcome.NOT_MODIFIED, http_status=304, headers=headers)
        if status != 200:
            outcome = PollOutcome.GONE if status == 410 else PollOutcome.FAILED
            return Observation(outcome=outcome, http_status=status, headers=headers)
        return self._read(feed, answer, headers, now)

    def _refused(self, host: str, answer: Answer, now: float) -> Observation:
        repeats = self._refusals.get(host, 0)
        self._refusals[host] = repeats + 1
        if answer.status == 429:
            pace = min(max(PACE, 2 * pace_by(self._paces.get(host, HostTemper()), moment(now))), MAX_PACE)
            self._paces[host] = HostTemper(pace_seconds=pace, paced_at=moment(now))
        asked = None if answer.retry_after is None else f"{answer.retry_after:.0f}"
        until = pause_until(asked, moment(now), repeats=repeats)
        self._paused[host] = max(self._paused.get(host, 0.0), (until - MONDAY).total_seconds())
        return Observation(outcome=PollOutcome.DEFERRED, http_status=answer.status, not_before=until, failure=Failure.RATE_LIMITED)

    def _read(self, feed: Publication, answer: Answer, headers: tuple[tuple[str, str], ...], now: float) -> Observation:
        press, known = self._presses[feed.number], self.states[feed.number]
        order = press.order(answer)
        said = Digest(press.said(answer))  # in place of the digest of the entries, which follows from it
        digest = said if isinstance(order, range) else Digest(f"{said} {order}")  # … and this in place of the bytes'
        if digest == known.body_digest:
            return Observation(outcome=PollOutcome.UNCHANGED, http_status=200, headers=headers, body_digest=digest)
        entries = press.entries(answer, order)
        document = press.document(entries, now)
        seen = self._seen[feed.number]
        new = min(answer.shown - seen, len(entries)) if seen >= 0 else len(entries)
        self._seen[feed.number] = answer.shown
        return Observation(
            outcome=PollOutcome.UNCHANGED if said == known.entry_set_digest else PollOutcome.CHANGED,
            http_status=200,
            headers=headers,
            body_digest=digest,
            entry_set_digest=said,
            document=document,
            bytes=answer.bytes,
            new=new,
            gap=seen >= 0 and answer.shown - seen > len(entries) > 0,
        )


def _headers(feed: Publication, answer: Answer, now: float) -> tuple[tuple[str, str], ...]:
    found = feed.headers
    if answer.etag is not None:
        found += (("ETag", answer.etag),)
    if answer.last_modified is not None:
        found += (("Last-Modified", answer.last_modified),)
    if feed.expires_after is not None:
        dates = [f"{moment(now + after):%a, %d %b %Y %H:%M:%S GMT}" for after in (0, feed.expires_after)]
        found += (("Date", dates[0]), ("Expires", dates[1]))
    return found
