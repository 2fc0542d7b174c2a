"""The ledger and the batch files in memory: the same promises as in `pipeline/state`, for tests of whatever is handed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.errors import HostBusyError, RetryableError
from pipeline.ledger import (
    ArticleState,
    Decision,
    FeedState,
    FeedStatus,
    FeedSummary,
    Gap,
    HostTemper,
    Poll,
    Visit,
    pace_by,
)
from pipeline.places import Place
from pipeline.standing import Alike, Sighting
from pipeline.types import (
    Article,
    ArticleId,
    BatchId,
    Digest,
    EnrichedArticle,
    Feed,
    FeedId,
    UrlKey,
)
from pipeline.urls import article_id, registered_domain
from tests.fakes_captured import MemoryCaptured
from tests.fakes_coverage import MemoryCoverage
from tests.fakes_push import MemoryPushes
from tests.fakes_sites import MemorySites
from tests.fakes_stories import MemoryRevisions, MemoryStories

NOT_POLLED = {FeedStatus.GONE, FeedStatus.REMOVED, FeedStatus.MERGED}


class MemoryFeeds:
    """Feed states in a dict, polls in a list."""

    def __init__(self) -> None:
        self.states: dict[FeedId, FeedState] = {}
        self.made: list[Poll] = []

    def sync(self, feeds: Sequence[Feed], now: datetime) -> Mapping[str, int]:
        counts = Counter(added=0, changed=0, removed=0, unchanged=0)
        wanted = {feed.feed_id: feed for feed in feeds}
        for feed_id, feed in wanted.items():
            known = self.states.get(feed_id, FeedState(feed=feed, next_poll_at=now))
            back = known.status is FeedStatus.REMOVED
            word = "added" if back or feed_id not in self.states else "unchanged" if known.feed == feed else "changed"
            counts[word] += 1
            self.states[feed_id] = self._follow(replace(known, status=FeedStatus.ACTIVE) if back else known, feed, now)
        for feed_id, state in self.states.items():
            if state.status is FeedStatus.MERGED and state.course.merged_into not in wanted:
                course = replace(state.course, merged_into=None)
                self.states[feed_id] = replace(state, status=FeedStatus.ACTIVE, next_poll_at=now, course=course)
            if feed_id not in wanted and state.status is not FeedStatus.REMOVED:
                counts["removed"] += 1
                self.states[feed_id] = replace(state, status=FeedStatus.REMOVED)
        return dict(counts)

    @staticmethod
    def _follow(state: FeedState, feed: Feed, now: datetime) -> FeedState:
        if state.feed == feed:
            return state
        fresh = FeedState(feed=feed, next_poll_at=now)
        names = {"feed", "validators", "ignore_validators", "body_digest", "entry_set_digest"}
        if state.feed.url != feed.url:
            names |= {"status", "next_poll_at", "failures", "last_error", "course"}
        return replace(state, **{name: getattr(fresh, name) for name in names})

    def due(self, now: datetime, *, shard: int = 0, shards: int = 1, limit: int = 1000) -> tuple[FeedId, ...]:
        ready = [state for state in self._due(now) if sum(registered_domain(state.feed.url).encode()) % shards == shard]
        return tuple(state.feed.feed_id for state in sorted(ready, key=lambda state: (state.next_poll_at, state.feed.feed_id))[:limit])

    def _due(self, now: datetime) -> list[FeedState]:
        return [state for state in self.states.values() if state.next_poll_at <= now and state.status not in NOT_POLLED]

    def get(self, feed_id: FeedId) -> FeedState | None:
        return self.states.get(feed_id)

    def all(self) -> tuple[FeedState, ...]:
        return tuple(self.states[feed_id] for feed_id in sorted(self.states))

    def save(self, state: FeedState, poll: Poll) -> None:
        known = self.states.get(state.feed.feed_id, state)
        if known.feed == state.feed and known.status is not FeedStatus.REMOVED:
            self.states[state.feed.feed_id] = state
        self.made.append(poll)

    def polls(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Poll, ...]:
        found = [poll for poll in self.made if feed_id in {None, poll.feed_id} and (since is None or poll.at >= since)]
        return tuple(sorted(found, key=lambda poll: poll.at)[::-1][:limit])

    def summary(self, now: datetime) -> FeedSummary:
        due = self._due(now)
        followed = [state for state in self.states.values() if state.status not in NOT_POLLED]
        return FeedSummary(
            counts=Counter(state.status for state in self.states.values()),
            due=len(due),
            overdue_seconds=max(((now - state.next_poll_at).total_seconds() for state in due), default=0.0),
            failing=sum(state.failures > 0 for state in followed),
            never_polled=sum(state.last_polled_at is None for state in followed),
        )

    def hasten(self, feed_id: FeedId, at: datetime) -> None:
        if feed_id in self.states:
            known = self.states[feed_id]
            self.states[feed_id] = replace(known, next_poll_at=min(known.next_poll_at, at))


class MemoryHosts:
    """Slots, pauses and robots in dicts."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[datetime, datetime]] = {}  # the last slot, and when its taker lets the next one be
        self.pauses: dict[str, tuple[datetime, str]] = {}
        self.cached: dict[str, tuple[datetime, int, bytes]] = {}
        self.known: dict[str, HostTemper] = {}

    def reserve(self, domain: str, now: datetime, *, delay_seconds: float, patience_seconds: float) -> datetime:
        delay = timedelta(seconds=max(delay_seconds, pace_by(self.temper(domain), now)))
        slot = now
        if domain in self.taken:
            last, free = self.taken[domain]
            slot = max(slot, free, last + delay)
        paused, reason = self.pauses.get(domain, (now, ""))
        slot = max(slot, paused)
        if (slot - now).total_seconds() > patience_seconds:
            raise HostBusyError(f"{domain}: busy until {slot} {reason}", until=slot)
        self.taken[domain] = (slot, slot + delay)
        return slot

    def pause(self, domain: str, until: datetime, reason: str) -> None:
        if domain not in self.pauses or self.pauses[domain][0] < until:
            self.pauses[domain] = (until, reason)

    def temper(self, domain: str) -> HostTemper:
        return self.known.get(domain, HostTemper())

    def save_temper(self, domain: str, temper: HostTemper) -> None:
        self.known[domain] = temper

    def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        return self.cached.get(origin)

    def save_robots(self, origin: str, now: datetime, status: int, body: bytes) -> None:
        self.cached[origin] = (now, status, body)


class MemoryGaps:
    """Gaps and visits in dicts."""

    def __init__(self) -> None:
        self.found: dict[tuple[FeedId, datetime], Gap] = {}
        self.planned: dict[tuple[FeedId, str], Visit] = {}

    def save(self, gap: Gap, planned: Sequence[Visit] = ()) -> None:
        self.found[gap.feed_id, gap.found_at] = gap
        self.save_visits(planned)

    def save_visits(self, planned: Sequence[Visit]) -> None:
        self.planned |= {(visit.feed_id, visit.url): visit for visit in planned}

    def gaps(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Gap, ...]:
        wanted = [gap for gap in self.found.values() if feed_id in {None, gap.feed_id} and (since is None or gap.found_at >= since)]
        return tuple(sorted(wanted, key=lambda gap: gap.found_at)[::-1][:limit])

    def due_visits(self, now: datetime, *, limit: int = 100) -> tuple[Visit, ...]:
        due = [(visit.due_at, visit) for visit in self.planned.values() if visit.due_at is not None and visit.due_at <= now]
        return tuple(visit for _, visit in sorted(due, key=lambda one: one[0])[:limit])

    def visits(self, feed_id: FeedId) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.planned.values() if visit.feed_id == feed_id)


class MemoryArticles:
    """Article states and aliases in dicts."""

    def __init__(self) -> None:
        self.claims: dict[tuple[UrlKey, Digest], datetime] = {}
        self.states: dict[ArticleId, ArticleState] = {}
        self.aliases: dict[UrlKey, ArticleId] = {}
        self.sightings: dict[ArticleId, tuple[Sighting, ArticleId]] = {}  # what a page said, and whose article it is

    def resolve(self, key: UrlKey) -> ArticleId | None:
        return self.aliases.get(key)

    def get(self, article_id: ArticleId) -> ArticleState | None:
        return self.states.get(article_id)

    def save(self, state: ArticleState, aliases: Sequence[UrlKey]) -> None:
        known = self.states.get(state.article_id)
        if known is None or known.checked_at <= state.checked_at:
            self.states[state.article_id] = state
        self.aliases[state.url_key] = state.article_id
        twins = [one.url_key for own, (one, owner) in self.sightings.items() if owner == state.article_id != own]
        for key in (*aliases, *twins):
            self.aliases.setdefault(key, state.article_id)

    def meet(self, seen: Sighting, alike: Alike, *, known: bool, within_seconds: float) -> Sighting | None:
        before = self.sightings.get(seen.article_id)
        owner = before[1] if before else None if known else self._first_alike(seen, alike, timedelta(seconds=within_seconds))
        owner = owner or seen.article_id
        self.sightings[seen.article_id] = (seen, owner)
        return self.sightings[owner][0] if owner != seen.article_id else None

    def _first_alike(self, seen: Sighting, alike: Alike, within: timedelta) -> ArticleId | None:
        for one, owner in sorted(self.sightings.values(), key=lambda pair: (pair[0].at, pair[0].article_id)):
            same_title = (one.site, one.title_digest) == (seen.site, seen.title_digest)
            if same_title and abs(one.at - seen.at) <= within and alike(one, seen):
                return owner
        return None

    def claim(self, key: UrlKey, title_digest: Digest, now: datetime, *, within_seconds: float) -> int:
        self.claims[key, title_digest] = now
        recent = now - timedelta(seconds=within_seconds)
        return sum(claimed == key and at >= recent for (claimed, _), at in self.claims.items())


class MemoryDecisions:
    """Decisions in a list."""

    def __init__(self, articles: MemoryArticles) -> None:
        self.articles = articles
        self.made: list[Decision] = []

    def add(self, decisions: Sequence[Decision]) -> None:
        marks = {_mark(made) for made in self.made}
        for decision in decisions:
            if _mark(decision) not in marks:
                marks.add(_mark(decision))
                self.made.append(decision)

    def about(self, key: UrlKey, *, limit: int = 500) -> tuple[Decision, ...]:
        article = self.articles.resolve(key) or article_id(key)
        keys = {key} | {alias for alias, owner in self.articles.aliases.items() if owner == article}
        found = [made for made in self.made if made.url_key in keys or made.article_id == article]
        return tuple(sorted(found, key=lambda made: made.at)[-limit:])


def _mark(decision: Decision) -> tuple[object, ...]:
    return decision.stage, decision.url_key, decision.batch_id, decision.verdict, decision.reason


class MemoryPlaces:
    """`places.PlaceStore` in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[FeedId, str], Place] = {}

    def get(self, source: FeedId, file: str) -> Place | None:
        return self.kept.get((source, file))

    def save(self, source: FeedId, file: str, place: Place, now: datetime) -> None:
        self.kept[source, file] = place

    def forget(self, source: FeedId, files: Collection[str]) -> None:
        for file in files:
            self.kept.pop((source, file), None)


class MemoryState:
    """`ports.StateStore` in memory."""

    def __init__(self) -> None:
        self.articles = MemoryArticles()
        self.decisions = MemoryDecisions(self.articles)
        self.feeds = MemoryFeeds()
        self.ledger = MemoryCaptured(self.articles, self.decisions)
        self.hosts = MemoryHosts()
        self.pushes = MemoryPushes()
        self.gaps = MemoryGaps()
        self.stories = MemoryStories(self.articles)
        self.revisions = MemoryRevisions()
        self.sites = MemorySites()
        self.coverage = MemoryCoverage(self.ledger, self.articles)
        self.places = MemoryPlaces()

    def prune(self, before: datetime) -> Mapping[str, int]:
        polls = [poll for poll in self.feeds.made if poll.at >= before]
        decisions = [made for made in self.decisions.made if made.at >= before]
        gone = {"polls": len(self.feeds.made) - len(polls), "decisions": len(self.decisions.made) - len(decisions)}
        self.feeds.made, self.decisions.made = polls, decisions
        self.pushes.forget(before)
        kept = self.articles.sightings.items()
        self.articles.sightings = {own: pair for own, pair in kept if pair[0].at >= before}
        return gone

    def close(self) -> None:
        """Nothing to close."""


class MemoryBatchStore:
    """`ports.BatchStore` in two dicts."""

    def __init__(self) -> None:
        self.articles: dict[BatchId, tuple[Article, ...]] = {}
        self.enriched: dict[BatchId, tuple[EnrichedArticle, ...]] = {}

    def write_articles(self, batch_id: BatchId, articles: Iterable[Article]) -> None:
        self.articles[batch_id] = tuple(articles)

    def read_articles(self, batch_id: BatchId) -> Iterator[Article]:
        if batch_id not in self.articles:
            raise RetryableError(f"articles of {batch_id}: missing; the stage `clean` must run again")
        yield from self.articles[batch_id]

    def write_enriched(self, batch_id: BatchId, articles: Iterable[EnrichedArticle]) -> None:
        self.enriched[batch_id] = tuple(articles)

    def read_enriched(self, batch_id: BatchId) -> Iterator[EnrichedArticle]:
        if batch_id not in self.enriched:
            raise RetryableError(f"enriched articles of {batch_id}: missing; the stage `enrich` must run again")
        yield from self.enriched[batch_id]

    def discard(self, batch_id: BatchId) -> None:
        self.articles.pop(batch_id, None)
        self.enriched.pop(batch_id, None)
