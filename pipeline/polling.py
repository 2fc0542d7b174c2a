"""The first stage: which feeds are due, what they said, and what that makes of their schedule.

    due feeds ──▶ fetch (conditional) ──▶ same body? ──▶ parse ──▶ ledger: new entries ──▶ next poll
                        │ 304, gone,         │ unchanged      │ archive keeps the feed's bytes
                        ▼ failed, deferred   ▼                ▼ nothing readable: failed
                       next poll            next poll        next poll

Every feed that was due ends in exactly one counted `PollOutcome`. Entries become batches in `EntryLedger.make_batches`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.aside import Aside
from pipeline.errors import ConfigurationError, HostBusyError, NameServerError, QuarantineError, WireroomError
from pipeline.following import Pathfinder
from pipeline.intake import Intake
from pipeline.ledger import Decision, FeedState, FeedStatus, Gap, Poll, PollOutcome, Stage
from pipeline.ports import Archive, Fetcher, StateStore
from pipeline.pushing import brought_since, judge
from pipeline.remembering import remember
from pipeline.sources import is_html, read_feed
from pipeline.sources.digests import body_digest, entry_set_digest
from pipeline.sources.doubts import without_made_up_dates
from pipeline.sources.gaps import child_visits, first_visits, gap_between, shares_entries
from pipeline.sources.hubs import with_links
from pipeline.sources.push import relied_on_until
from pipeline.sources.schedule import PATIENCE, Failure, Observation, after_poll, validators_to_send
from pipeline.subscriptions import Subscription, SubscriptionStatus
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import Deferred, Digest, FeedDocument, FeedEntry, FeedId, FeedKind, FetchedPage, NotModified, Rejected
from pipeline.urls import url_key

log = logging.getLogger(__name__)

Random = Callable[[], float]  # uniform in [0, 1)
UNREAD = 64  # answers received and not yet written down, beside those to what is under way

Answer = FetchedPage | NotModified | Rejected | Deferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """What polling needs of the other rooms."""

    state: StateStore
    fetcher: Fetcher
    archive: Archive
    clock: Clock
    random: Random
    disk: Aside = field(default_factory=lambda: Aside("disk"))  # archive and ledger are asked aside: they may take their time
    patience: float = PATIENCE  # entry-hours that may wait unseen before a poll is worth it
    at_once: int = 1000  # feeds begun and not ended, most of them waiting for their host's turn
    intake: Intake = field(default_factory=lambda: Intake(UNREAD))  # what bounds memory where the disk is slower than the network

    async def poll(self, due: Sequence[FeedId], *, progress: Progress = no_progress) -> Mapping[PollOutcome, int]:
        """Poll these feeds and return the counts by outcome; they sum to the number of feeds."""
        counts: Counter[PollOutcome] = Counter()
        pushed = {one.feed_id: one for one in self.state.pushes.subscriptions() if one.status is SubscriptionStatus.ACTIVE}
        waiting = iter(due)

        async def walk() -> None:
            for feed_id in waiting:  # all walk along the same list
                known = await self.disk.ask(self.state.feeds.get, feed_id)
                assert known is not None  # feeds that are removed keep their row
                counts[await self._poll_one(known, pushed.get(feed_id), progress)] += 1

        try:
            await asyncio.gather(*(walk() for _ in range(min(self.at_once, len(due)))))
        finally:
            self.disk.close(wait=True)  # what is being written is written, whatever ended the poll
        assert sum(counts.values()) == len(due)
        return {outcome: counts[outcome] for outcome in PollOutcome if counts[outcome]}

    async def _poll_one(self, known: FeedState, pushed: Subscription | None, progress: Progress) -> PollOutcome:
        started = self.clock()
        answer = await self._ask(known)
        with ExitStack() as unread:
            unread.enter_context(self.intake.one())
            seen = answer if isinstance(answer, Observation) else await self._observe(known, answer, started)
            del answer
            if seen.document is None:  # nothing large is left, and the site may be searched for the feed, which takes its time
                unread.close()
            await self._learn(known, seen, pushed, started)
        log.info("poll %s: %s%s", known.feed.feed_id, seen.outcome, f" ({seen.error})" if seen.error else "")
        progress(1)
        return seen.outcome

    async def _learn(self, known: FeedState, seen: Observation, pushed: Subscription | None, started: datetime) -> None:
        """Write down what a poll teaches, and when and where the feed is polled next."""
        counted = seen
        if pushed is not None:
            pushed = await self.disk.ask(judge, self.state, pushed, known, seen, started)
            counted = replace(seen, new=seen.new + await self.disk.ask(brought_since, self.state, known))
        until = relied_on_until(pushed, started)
        state = after_poll(known, counted, now=started, random_unit=self.random(), patience=self.patience, pushed_until=until)
        state = self._with_rung(known, seen, state)
        finder = Pathfinder(state=self.state, fetcher=self.fetcher, disk=self.disk)
        state, moved = await finder.after(known, seen, state, started)

        def save() -> None:
            settled = finder.settle(known, state, started, moved) if moved else state
            self.state.feeds.save(settled, _as_poll(known, seen, started))
            self._tell(known, settled, started)

        await self.disk.ask(save)

    async def _ask(self, known: FeedState) -> Answer | Observation:
        """Return what the server answered, or what it means that it did not."""
        validators = validators_to_send(known, random_unit=self.random())
        try:
            sitemap = known.feed.kind is FeedKind.SITEMAP
            return await self.fetcher.fetch_feed(known.address, validators, sitemap=sitemap, before=self.intake.room)
        except Exception as error:
            return self._went_wrong(known, error)

    async def _observe(self, known: FeedState, answer: Answer, now: datetime) -> Observation:
        try:
            return await self._read(known, answer, now)
        except Exception as error:
            return self._went_wrong(known, error)

    @staticmethod
    def _went_wrong(known: FeedState, error: Exception) -> Observation:
        """Return what an error means for a feed; raise those that concern every feed."""
        if isinstance(error, HostBusyError):
            return Observation(
                outcome=PollOutcome.DEFERRED,
                http_status=error.status,
                error=str(error),
                not_before=error.until,
                failure=Failure.RATE_LIMITED,
            )
        if isinstance(error, ConfigurationError):
            raise error
        if isinstance(error, NameServerError):
            return Observation(outcome=PollOutcome.FAILED, error=str(error), failure=Failure.DNS)
        if isinstance(error, WireroomError):
            return Observation(outcome=PollOutcome.FAILED, error=str(error), failure=Failure.CONNECTION)
        log.error("poll of %s", known.feed.feed_id, exc_info=error)  # a fault of ours: one feed must not stop the poll of the others
        return Observation(outcome=PollOutcome.FAILED, error=f"unexpected {type(error).__name__}: {error}")

    async def _read(self, known: FeedState, answer: Answer, now: datetime) -> Observation:
        match answer:
            case NotModified():
                return Observation(
                    outcome=PollOutcome.NOT_MODIFIED,
                    http_status=304,
                    headers=answer.headers,
                    seconds=answer.seconds,
                    final_url=answer.final_url,
                    hops=answer.hops,
                )
            case Deferred():
                return Observation(outcome=PollOutcome.DEFERRED, error=answer.reason, not_before=answer.until)
            case Rejected():
                reason = f"{answer.reason}: {answer.detail}" if answer.detail else answer.reason
                return Observation(outcome=PollOutcome.FAILED, error=reason, failure=REJECTIONS.get(answer.reason, Failure.OTHER))
        if answer.status != 200:
            return _refused(answer)
        digest = body_digest(answer.body)
        if digest == known.body_digest:
            return _observed(PollOutcome.UNCHANGED, answer, body_digest=digest)
        await self.disk.ask(self.archive.add, answer, kind="feed")
        try:  # in a thread, because a hostile feed takes seconds and other answers are waiting
            document = await asyncio.to_thread(read_feed, known.feed, answer.body, base_url=answer.final_url, at_least=known.course.rung)
        except QuarantineError as error:
            failure = Failure.WEB_PAGE if is_html(answer.body) else Failure.UNREADABLE
            return _observed(PollOutcome.FAILED, answer, error=str(error), failure=failure)
        document = replace(document, hints=with_links(document.hints, answer.headers, answer.final_url))
        return await self.disk.ask(self._note, known, answer, document, now)

    def _note(self, known: FeedState, answer: FetchedPage, document: FeedDocument, now: datetime) -> Observation:
        """Write down what a document brought, and what it shows to be missing."""
        said = entry_set_digest(document)
        document, new = self._remember(without_made_up_dates(document, answer.fetched_at), now)
        shared = shares_entries(document, {entry.entry_id for entry in document.entries} - {entry.entry_id for entry in new})
        gap = gap_between(known, document, shared=shared, now=now)
        if gap is not None:
            self._note_gap(known, gap, document)
        if document.hints.child_sitemaps:
            visited = {visit.url: visit for visit in self.state.gaps.visits(known.feed.feed_id)}
            self.state.gaps.save_visits(child_visits(known.feed.feed_id, document.hints, visited, now))
        outcome = PollOutcome.UNCHANGED if said == known.entry_set_digest else PollOutcome.CHANGED
        seen = _observed(outcome, answer, body_digest=body_digest(answer.body), entry_set_digest=said, document=document, arrived=new)
        return replace(seen, shared=shared, gap=gap is not None)

    def _remember(self, document: FeedDocument, now: datetime) -> tuple[FeedDocument, tuple[FeedEntry, ...]]:
        """Write a document's entries to the ledger; return it with the ids they have there, and those that are new."""
        document, new = remember(self.state.ledger, document, now)
        self.state.decisions.add([_seen(entry, now) for entry in new])
        return document, new

    def _tell(self, known: FeedState, state: FeedState, now: datetime) -> None:
        """Say aloud, and in the feed's history, that its polls have ended or nearly so, or that its server was found out."""
        lied = state.ignore_validators and not known.ignore_validators
        changed = state.status is not known.status and state.status in TOLD
        if not lied and not changed:
            return
        told = TOLD[state.status] if changed else LIES
        why = f"feed {known.feed.feed_id}: {told}" + (f": {state.last_error}" if state.last_error else "")
        log.warning("%s", why)
        decision = Decision(
            at=now, stage=Stage.POLL, url_key=url_key(known.address), verdict=state.status if changed else "distrusted", reason=why
        )
        self.state.decisions.add([decision])

    def _note_gap(self, known: FeedState, gap: Gap, document: FeedDocument) -> None:
        """Write down what passed unseen, and what is to be read to fill it."""
        self.state.gaps.save(gap, first_visits(gap, document, known.address))
        span = f"{gap.since:%Y-%m-%d %H:%M} to {gap.until:%Y-%m-%d %H:%M} UTC"
        told = f"feed {gap.feed_id}: about {gap.missed} entries passed unseen from {span}"
        log.warning("%s", told)
        self.state.decisions.add([Decision(at=gap.found_at, stage=Stage.POLL, url_key=url_key(known.address), verdict="gap", reason=told)])

    @staticmethod
    def _with_rung(known: FeedState, seen: Observation, state: FeedState) -> FeedState:
        """Keep a feed on the rung of the ladder of identity to which it had to come down."""
        if seen.document is None or seen.document.rung <= known.course.rung:
            return state
        log.info("feed %s: its ids are missing or double; its entries are told apart by rung %d", known.feed.feed_id, seen.document.rung)
        return replace(state, course=replace(state.course, rung=seen.document.rung))


TOLD = {
    FeedStatus.GONE: "its server says that it is gone for good; it is polled no more, its entries stay",
    FeedStatus.DORMANT: "it has failed for long; it is polled once in thirty days",
    FeedStatus.BLOCKED: "a wall against bots keeps us out",
}
LIES = "it had new entries under validators that would have brought a 304; from now on it is asked for whole"
REJECTIONS = {"bot-wall": Failure.BOT_WALL, "private-address": Failure.BAD_URL, "bad-url": Failure.BAD_URL, "forbidden": Failure.REFUSED}


def _seen(entry: FeedEntry, at: datetime) -> Decision:
    """The first thing that can be told about an address: which feed listed it, and when."""
    return Decision(
        at=at,
        stage=Stage.POLL,
        url_key=entry.url_key,
        verdict="new",
        reason=f"listed by feed {entry.feed_id}",
        entry_id=entry.entry_id,
        article_id=entry.article_id,
    )


def _refused(answer: FetchedPage) -> Observation:
    outcome = PollOutcome.GONE if answer.status == 410 else PollOutcome.FAILED
    return _observed(outcome, answer, error=f"{answer.final_url} answered {answer.status}")


def _observed(
    outcome: PollOutcome,
    answer: FetchedPage,
    *,
    error: str | None = None,
    failure: Failure | None = None,
    body_digest: Digest | None = None,
    entry_set_digest: Digest | None = None,
    document: FeedDocument | None = None,
    arrived: tuple[FeedEntry, ...] = (),
) -> Observation:
    return Observation(
        outcome=outcome,
        http_status=answer.status,
        headers=answer.headers,
        final_url=answer.final_url if answer.hops else "",
        hops=answer.hops,
        error=error,
        failure=failure,
        body_digest=body_digest,
        entry_set_digest=entry_set_digest,
        document=document,
        new=len(arrived),
        arrived=arrived,
        bytes=len(answer.body),
        seconds=answer.seconds,
    )


def _as_poll(known: FeedState, seen: Observation, at: datetime) -> Poll:
    return Poll(
        feed_id=known.feed.feed_id,
        at=at,
        outcome=seen.outcome,
        http_status=seen.http_status,
        entries=len(seen.document.entries) if seen.document else 0,
        new=seen.new,
        bytes=seen.bytes,
        seconds=seen.seconds,
        bozo=seen.document.bozo if seen.document else None,
        error=seen.error,
    )
