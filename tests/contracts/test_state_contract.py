"""What every state store promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest

from pipeline.errors import HostBusyError, QuarantineError, RetryableError
from pipeline.ledger import (
    BatchReport,
    BatchState,
    Course,
    FeedState,
    FeedStatus,
    Gap,
    GapState,
    Habits,
    HostTemper,
    Lag,
    Moving,
    Outcome,
    PollOutcome,
    Priority,
    Stage,
    Visit,
    VisitKind,
)
from pipeline.ports import StateStore
from pipeline.standing import Sighting
from pipeline.types import BatchId, Digest, EntryId, FeedEntry, FeedHints, FeedId, UrlKey, Validators
from tests.state.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    ended,
    make_article_state,
    make_decision,
    make_entry,
    make_feed,
    make_pointer,
    make_poll,
    make_sighting,
)


def _batched(state: StateStore, *entries: FeedEntry) -> BatchId:
    state.ledger.add_entries(entries, NOON)
    (batch,) = state.ledger.make_batches(NOON, size=100)
    return batch.batch_id


class TestFeeds:
    def test_sync_counts_what_it_did(self, state: StateStore) -> None:
        """Added, changed, removed and unchanged are told apart, and new feeds are due at once."""
        kbay, meridian = make_feed("kbay"), make_feed("meridian")
        assert state.feeds.sync([kbay, meridian], NOON) == {"added": 2, "changed": 0, "removed": 0, "unchanged": 0}
        renamed = replace(kbay, title="KBAY 6")
        assert state.feeds.sync([renamed, make_feed("mayak")], NOON) == {"added": 1, "changed": 1, "removed": 1, "unchanged": 0}
        assert state.feeds.sync([renamed, make_feed("mayak")], NOON) == {"added": 0, "changed": 0, "removed": 0, "unchanged": 2}
        assert set(state.feeds.due(NOON)) == {"kbay", "mayak"}

    def test_all_fields_of_a_state_are_kept(self, state: StateStore) -> None:
        """What is saved is what is got."""
        state.feeds.sync([make_feed(language="en", tags=("local", "tv"))], NOON)
        full = FeedState(
            feed=make_feed(language="en", tags=("local", "tv")),
            status=FeedStatus.DORMANT,
            next_poll_at=NOON + HOUR,
            validators=Validators(etag='W/"ä"', last_modified="yesterday"),
            ignore_validators=True,
            body_digest=Digest("01" * 32),
            entry_set_digest=Digest("fe" * 32),
            failures=0.75,
            polls=7,
            last_polled_at=NOON,
            last_success_at=NOON - HOUR,
            last_new_at=NOON - DAY,
            last_error="timeout",
            rate_per_hour=1.5,
            window_seconds=7200.0,
            hints=FeedHints(ttl_seconds=60, skip_hours=(1, 2), skip_days=("sunday",), hub="https://hub.example/"),
            habits=Habits(hours=(0.5,) * 24, days=(1.0, 2.0), begun_at=NOON - DAY, refused_seconds=600.0),
            course=Course(
                url="https://kbay.example/new", moving=Moving(url="https://kbay.example/third", first_at=NOON, polls=2), lost=1, rung=3
            ),
        )
        state.feeds.save(full, make_poll())
        assert state.feeds.get(FeedId("kbay")) == full
        assert state.feeds.all() == (full,)
        assert state.feeds.get(FeedId("nobody")) is None

    def test_a_merged_feed_is_polled_again_when_the_other_leaves(self, state: StateStore) -> None:
        """Until then only the other one is."""
        kbay, other = make_feed("kbay"), make_feed("other")
        state.feeds.sync([kbay, other], NOON)
        merged = FeedState(feed=kbay, status=FeedStatus.MERGED, next_poll_at=NOON, course=Course(merged_into=FeedId("other")))
        state.feeds.save(merged, make_poll())
        assert list(state.feeds.due(NOON)) == ["other"]
        state.feeds.sync([kbay, other], NOON)
        assert list(state.feeds.due(NOON)) == ["other"]
        state.feeds.sync([kbay], NOON + HOUR)
        assert list(state.feeds.due(NOON + HOUR)) == ["kbay"]

    def test_a_feed_is_due_until_it_was_polled(self, state: StateStore) -> None:
        """Longest overdue first; neither gone nor removed feeds; no more than the limit."""
        feeds = [make_feed(name) for name in ("a", "b", "c", "gone")]
        state.feeds.sync(feeds, NOON)
        for number, feed in enumerate(feeds):
            status = FeedStatus.GONE if feed.feed_id == "gone" else FeedStatus.BLOCKED
            state.feeds.save(FeedState(feed=feed, status=status, next_poll_at=NOON - number * MINUTE), make_poll(feed.feed_id))
        assert list(state.feeds.due(NOON)) == ["c", "b", "a"]
        assert list(state.feeds.due(NOON - MINUTE)) == ["c", "b"]
        assert list(state.feeds.due(NOON, limit=1)) == ["c"]

    def test_shards_part_the_feeds_by_domain(self, state: StateStore) -> None:
        """Every feed is in one shard, and all feeds of a registered domain are in the same."""
        hosts = [make_feed(f"f{number}", url=f"https://www.site{number % 20}.example/{number}") for number in range(60)]
        state.feeds.sync(hosts, NOON)
        shards = [state.feeds.due(NOON, shard=shard, shards=4) for shard in range(4)]
        assert sum(map(len, shards)) == 60
        domains = [{int(feed_id[1:]) % 20 for feed_id in shard} for shard in shards]
        assert sum(map(len, domains)) == 20
        assert sum(map(bool, domains)) > 1

    def test_a_removed_feed_returns_with_its_state(self, state: StateStore) -> None:
        """Taken out of the file it rests; put back it goes on where it was."""
        state.feeds.sync([make_feed()], NOON)
        learned = FeedState(feed=make_feed(), next_poll_at=NOON, validators=Validators(etag="x"), polls=3)
        state.feeds.save(learned, make_poll())
        state.feeds.sync([], NOON)
        assert state.feeds.due(NOON) == ()
        assert [found.status for found in state.feeds.all()] == [FeedStatus.REMOVED]
        assert state.feeds.sync([make_feed()], NOON)["added"] == 1
        assert state.feeds.due(NOON) == (learned.feed.feed_id,)
        assert state.feeds.all() == (learned,)

    def test_a_changed_feed_is_read_anew(self, state: StateStore) -> None:
        """What the old address or name answered is forgotten; another address also clears its failures."""
        state.feeds.sync([make_feed()], NOON)
        learned = FeedState(
            feed=make_feed(),
            status=FeedStatus.GONE,
            next_poll_at=NOON + DAY,
            validators=Validators(etag="x"),
            body_digest=Digest("01" * 32),
            failures=3.0,
        )
        state.feeds.save(learned, make_poll())
        state.feeds.sync([make_feed(title="Other")], NOON)
        forgotten = replace(learned, feed=make_feed(title="Other"), validators=Validators(), body_digest=None)
        assert state.feeds.all() == (forgotten,)
        moved = make_feed(title="Other", url="https://kbay.example/new")
        state.feeds.sync([moved], NOON)
        assert state.feeds.due(NOON) == (moved.feed_id,)
        assert state.feeds.all() == (FeedState(feed=moved, next_poll_at=NOON),)

    def test_a_poll_does_not_undo_the_feed_file(self, state: StateStore) -> None:
        """A poll that began before the file changed leaves no mark on the feed, but is remembered."""
        state.feeds.sync([make_feed("kbay"), make_feed("mayak")], NOON)
        stale = [FeedState(feed=make_feed(name), next_poll_at=NOON + DAY, polls=1) for name in ("kbay", "mayak")]
        state.feeds.sync([make_feed("kbay", url="https://kbay.example/new")], NOON)
        for late in stale:
            state.feeds.save(late, make_poll(late.feed.feed_id))
        assert [(found.polls, found.status) for found in state.feeds.all()] == [(0, FeedStatus.ACTIVE), (0, FeedStatus.REMOVED)]
        assert len(state.feeds.polls()) == 2

    def test_polls_newest_first(self, state: StateStore) -> None:
        """By feed, since a time, no more than asked for, each as it was."""
        state.feeds.sync([make_feed("kbay"), make_feed("mayak")], NOON)
        made = [make_poll("kbay", NOON), make_poll("mayak", NOON + HOUR, PollOutcome.FAILED), make_poll("kbay", NOON + 2 * HOUR)]
        for poll in made:
            state.feeds.save(FeedState(feed=make_feed(poll.feed_id), next_poll_at=NOON), poll)
        assert state.feeds.polls() == tuple(reversed(made))
        assert state.feeds.polls(FeedId("kbay")) == (made[2], made[0])
        assert state.feeds.polls(since=NOON + HOUR, limit=1) == (made[2],)

    def test_summary(self, state: StateStore) -> None:
        """Status counts, what is due and how long, who fails, who was never polled."""
        state.feeds.sync([make_feed("a"), make_feed("b"), make_feed("c")], NOON)
        failed = FeedState(feed=make_feed("a"), next_poll_at=NOON + DAY, failures=0.5, last_polled_at=NOON)
        state.feeds.save(failed, make_poll("a"))
        state.feeds.sync([make_feed("a"), make_feed("b")], NOON)
        found = state.feeds.summary(NOON + MINUTE)
        assert dict(found.counts) == {FeedStatus.ACTIVE: 2, FeedStatus.REMOVED: 1}
        assert (found.due, found.overdue_seconds, found.failing, found.never_polled) == (1, 60.0, 1, 1)


class TestEntries:
    def test_only_new_entries_come_back(self, state: StateStore) -> None:
        """In the order given; known ones, and repeats within one call, do not."""
        first, second = make_entry(1), make_entry(2)
        assert state.ledger.add_entries([second, first, second], NOON) == (second, first)
        assert state.ledger.add_entries([first, make_entry(3), second], NOON) == (make_entry(3),)
        assert state.ledger.add_entries([], NOON) == ()
        assert state.ledger.counts() == {None: 3}

    def test_a_known_entry_is_left_where_it_is(self, state: StateStore) -> None:
        """Seen again in its feed it neither waits again nor loses its outcome."""
        batch_id = _batched(state, make_entry(1), make_entry(2))
        state.ledger.save_outcomes(batch_id, [ended(make_entry(1), Outcome.REJECTED)], NOON)
        assert state.ledger.add_entries([make_entry(1), make_entry(2)], NOON + MINUTE, priority=Priority.BACKFILL) == ()
        assert state.ledger.make_batches(NOON + DAY, size=10) == ()
        assert state.ledger.counts() == {Outcome.REJECTED: 1, None: 1}

    def test_many_entries_at_once(self, state: StateStore) -> None:
        """More than fit into one statement."""
        many = [make_entry(number) for number in range(1201)]
        assert state.ledger.add_entries(many, NOON) == tuple(many)
        assert state.ledger.add_entries(many, NOON) == ()

    def test_an_entry_of_a_known_article_is_a_duplicate(self, state: StateStore) -> None:
        """It is linked, ended and explained, and never joins a batch."""
        article = make_article_state()
        entry = make_entry(1)
        state.articles.save(article, [entry.url_key])
        assert state.ledger.add_entries([entry, make_entry(2)], NOON) == (make_entry(2),)
        assert state.ledger.counts() == {Outcome.DUPLICATE: 1, None: 1}
        (batch,) = state.ledger.make_batches(NOON, size=10)
        assert batch.size == 1
        (decision,) = state.decisions.about(entry.url_key)
        assert (decision.verdict, decision.stage, decision.article_id, decision.entry_id) == (
            "duplicate",
            "poll",
            article.article_id,
            entry.entry_id,
        )

    def test_an_entry_is_kept_whole(self, state: StateStore) -> None:
        """Every field of what the feed said comes back with the batch; times are UTC whatever zone they came in."""
        zone = timezone(timedelta(hours=9))
        entry = replace(
            make_entry(1),
            guid="guid-1",
            title="記事 “quoted”",
            summary="A\nB",
            published=NOON.astimezone(zone),
            tags=("a", "b"),
            language="ja",
        )
        (member,) = state.ledger.batch_entries(_batched(state, entry))
        assert member.entry == entry
        assert (member.first_seen_at, member.attempts, member.failures) == (NOON, 0, 0)
        assert (member.pointer, member.outcome, member.ended_in) == (None, None, None)

    def test_listed_are_the_known_ones(self, state: StateStore) -> None:
        """As they were written, whatever became of them."""
        state.ledger.add_entries([make_entry(1), make_entry(2)], NOON)
        wanted = [make_entry(number).entry_id for number in (1, 3)]
        assert dict(state.ledger.listed(wanted)) == {make_entry(1).entry_id: make_entry(1)}
        articles = [make_entry(number).article_id for number in (2, 3)]
        assert state.ledger.expected(articles) == {make_entry(2).article_id}

    def test_a_known_entry_under_a_new_address(self, state: StateStore) -> None:
        """The new address is an alias of its article; the page there is fetched once more, the old capture left behind."""
        batch = _batched(state, make_entry(1))
        moved = replace(make_entry(1, url="https://kbay.example/new"), entry_id=make_entry(1).entry_id)
        assert state.ledger.readdress([moved], NOON) == (), "it is under way"
        state.ledger.save_capture(batch, moved.entry_id, make_pointer(), NOON)
        article = make_article_state(article_id=make_entry(1).article_id, url_key=make_entry(1).url_key)
        state.articles.save(article, [])
        state.ledger.save_outcomes(batch, [ended(make_entry(1), Outcome.INDEXED, article_id=article.article_id)], NOON)
        assert state.ledger.readdress([moved, make_entry(9)], NOON) == (moved,)
        assert state.articles.resolve(moved.url_key) == article.article_id
        assert [one.verdict for one in state.decisions.about(moved.url_key)] == ["alias"]
        (again,) = state.ledger.make_batches(NOON, size=10)
        (member,) = state.ledger.batch_entries(again.batch_id)
        assert (member.entry.url, member.pointer) == (moved.url, None)

    def test_what_was_rejected_may_be_offered_again(self, state: StateStore) -> None:
        """After six hours, as it is listed then, and with a word about it; three times at most."""
        known, renamed = make_entry(1), replace(make_entry(1), title="Now with a story")
        state.ledger.add_entries([known, make_entry(2), make_entry(3)], NOON)
        now, offered = NOON, list[int]()
        for _ in range(5):
            for batch in state.ledger.make_batches(now, size=10):
                for member in state.ledger.batch_entries(batch.batch_id):
                    outcome = Outcome.REJECTED if member.entry.entry_id == known.entry_id else Outcome.INDEXED
                    state.ledger.save_outcomes(batch.batch_id, [ended(member.entry, outcome)], now)
            assert state.ledger.offer_again([renamed], now + timedelta(hours=5)) == ()
            now += timedelta(hours=6)
            offered.append(len(state.ledger.offer_again([renamed, make_entry(2), make_entry(9)], now)))
            assert state.ledger.offer_again([renamed], now + timedelta(days=1)) == (), "it waits already"
        assert offered == [1, 1, 1, 0, 0]
        assert state.ledger.listed([known.entry_id])[known.entry_id].title == "Now with a story"
        assert {one.verdict for one in state.decisions.about(known.url_key)} == {"again"}

    def test_an_offer_of_what_waits_changes_nothing(self, state: StateStore) -> None:
        """It is on its way as it is."""
        state.ledger.add_entries([make_entry(1)], NOON)
        assert state.ledger.offer_again([make_entry(1)], NOON + timedelta(days=1)) == ()
        _batched(state)
        assert state.ledger.offer_again([make_entry(1)], NOON + timedelta(days=1)) == ()

    def test_an_address_that_always_changes_is_followed_three_times(self, state: StateStore) -> None:
        """Some feeds write a number of the request into every link."""
        state.ledger.add_entries([make_entry(1)], NOON)
        looked = 0
        for number in range(6):
            for batch in state.ledger.make_batches(NOON, size=10):
                state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.INDEXED)], NOON)
            moved = replace(make_entry(1, url=f"https://kbay.example/{number}"), entry_id=make_entry(1).entry_id)
            looked += len(state.ledger.readdress([moved], NOON))
        assert looked == 3


class TestBatches:
    def test_every_waiting_entry_joins_one_batch(self, state: StateStore) -> None:
        """Of at most the size, no more batches than the limit, and nothing twice."""
        state.ledger.add_entries([make_entry(number) for number in range(25)], NOON)
        first = state.ledger.make_batches(NOON, size=10, limit=2)
        second = state.ledger.make_batches(NOON, size=10, limit=2)
        assert [batch.size for batch in first + second] == [10, 10, 5]
        assert state.ledger.make_batches(NOON, size=10) == ()
        joined = [member.entry.entry_id for batch in first + second for member in state.ledger.batch_entries(batch.batch_id)]
        assert sorted(joined) == sorted(make_entry(number).entry_id for number in range(25))

    def test_live_goes_before_backfill_and_old_before_new(self, state: StateStore) -> None:
        """And a batch is of one priority."""
        state.ledger.add_entries([make_entry(1)], NOON - DAY, priority=Priority.BACKFILL)
        state.ledger.add_entries([make_entry(2)], NOON)
        state.ledger.add_entries([make_entry(3)], NOON - HOUR)
        made = state.ledger.make_batches(NOON, size=1)
        assert [batch.priority for batch in made] == [Priority.LIVE, Priority.LIVE, Priority.BACKFILL]
        members = [state.ledger.batch_entries(batch.batch_id)[0].entry for batch in made]
        assert members == [make_entry(3), make_entry(2), make_entry(1)]

    def test_the_limit_is_for_both(self, state: StateStore) -> None:
        """What live news leaves of it is for the past."""
        state.ledger.add_entries([make_entry(number) for number in range(2)], NOON)
        state.ledger.add_entries([make_entry(number) for number in range(2, 9)], NOON, priority=Priority.BACKFILL)
        made = state.ledger.make_batches(NOON, size=1, limit=5)
        assert [batch.priority for batch in made] == [Priority.LIVE] * 2 + [Priority.BACKFILL] * 3

    def test_hosts_take_turns(self, state: StateStore) -> None:
        """A host with many entries does not fill a batch while others wait."""
        state.ledger.add_entries([make_entry(number, domain="www.big.example") for number in range(20)], NOON - HOUR)
        state.ledger.add_entries([make_entry(number, domain=f"small{number}.example") for number in range(5)], NOON)
        first, *_ = state.ledger.make_batches(NOON, size=6)
        domains = {member.entry.url.split("/")[2] for member in state.ledger.batch_entries(first.batch_id)}
        assert len(domains) == 6

    def test_a_new_batch(self, state: StateStore) -> None:
        """Its id sorts by time; it is open and not announced; it can be asked for."""
        state.ledger.add_entries([make_entry(1)], NOON)
        (batch,) = state.ledger.make_batches(NOON, size=10)
        stamp, _, tail = batch.batch_id.partition("-")
        assert (stamp, len(tail), int(tail, 16) >= 0) == ("20261118T120000", 8, True)
        assert (batch.created_at, batch.size, batch.state, batch.announced_at, batch.announcements) == (NOON, 1, BatchState.OPEN, None, 0)
        assert state.ledger.batch(batch.batch_id) == batch
        assert state.ledger.batches() == (batch,)

    def test_batches_newest_first(self, state: StateStore) -> None:
        """No more than the limit."""
        made = []
        for number in range(3):
            state.ledger.add_entries([make_entry(number)], NOON)
            made += state.ledger.make_batches(NOON + number * MINUTE, size=1)
        assert state.ledger.batches(limit=2) == (made[2], made[1])

    def test_a_batch_nobody_wrote(self, state: StateStore) -> None:
        """Is quarantined, wherever it is named; it has no entries."""
        nobody = BatchId("20200101T000000-00000000")
        with pytest.raises(QuarantineError, match=nobody):
            state.ledger.batch(nobody)
        with pytest.raises(QuarantineError, match=nobody):
            state.ledger.finish(nobody, NOON)
        assert state.ledger.batch_entries(nobody) == ()
        state.ledger.touch(nobody, NOON)

    def test_unfinished_until_a_sign_of_life(self, state: StateStore) -> None:
        """Announcement, touch, capture and outcomes each count; a finished batch is never unfinished."""
        entry = make_entry(1)
        batch_id = _batched(state, entry)

        def silent(at: timedelta) -> bool:
            return bool(state.ledger.unfinished(NOON + at, older_than_seconds=3600))

        assert (silent(59 * MINUTE), silent(61 * MINUTE)) == (False, True)
        state.ledger.mark_announced([batch_id], NOON + HOUR)
        assert (silent(119 * MINUTE), silent(121 * MINUTE)) == (False, True)
        assert state.ledger.batch(batch_id).announced_at == NOON + HOUR
        assert state.ledger.batch(batch_id).announcements == 1
        assert state.ledger.batch(batch_id).state is BatchState.OPEN
        state.ledger.touch(batch_id, NOON + 2 * HOUR)
        state.ledger.touch(batch_id, NOON)  # a late message makes nobody older
        assert (silent(179 * MINUTE), silent(181 * MINUTE)) == (False, True)
        assert state.ledger.batch(batch_id).state is BatchState.RUNNING
        state.ledger.save_capture(batch_id, entry.entry_id, make_pointer(), NOON + 3 * HOUR)
        assert silent(239 * MINUTE) is False
        state.ledger.save_outcomes(batch_id, [ended(entry, Outcome.INDEXED)], NOON + 4 * HOUR)
        assert (silent(299 * MINUTE), silent(301 * MINUTE)) == (False, True)
        state.ledger.finish(batch_id, NOON + 5 * HOUR)
        assert silent(10 * DAY) is False

    def test_a_capture_is_kept_with_its_entry(self, state: StateStore) -> None:
        """Where the page lies is found again; an entry of another batch is refused."""
        batch_id = _batched(state, make_entry(1), make_entry(2))
        state.ledger.save_capture(batch_id, make_entry(2).entry_id, make_pointer(7), NOON)
        found = {member.entry.entry_id: member.pointer for member in state.ledger.batch_entries(batch_id)}
        assert found == {make_entry(1).entry_id: None, make_entry(2).entry_id: make_pointer(7)}
        with pytest.raises(QuarantineError, match=make_entry(3).entry_id):
            state.ledger.save_capture(batch_id, make_entry(3).entry_id, make_pointer(7), NOON)


class TestOutcomes:
    def test_passing_a_stage_ends_nothing(self, state: StateStore) -> None:
        """The entry is still on its way."""
        batch_id = _batched(state, make_entry(1))
        state.ledger.save_outcomes(batch_id, [ended(make_entry(1), Outcome.PASSED)], NOON)
        (member,) = state.ledger.batch_entries(batch_id)
        assert (member.outcome, member.ended_in) == (None, None)
        assert state.ledger.counts() == {None: 1}
        with pytest.raises(RetryableError, match=batch_id):
            state.ledger.finish(batch_id, NOON)

    def test_the_same_twice_is_the_same_as_once(self, state: StateStore) -> None:
        """Outcomes and the closing of a batch."""
        entries = [make_entry(number) for number in range(3)]
        batch_id = _batched(state, *entries)
        outcomes = [ended(entries[0], Outcome.INDEXED), ended(entries[1], Outcome.REJECTED), ended(entries[2], Outcome.FAILED)]
        for minutes in (1, 2):
            state.ledger.save_outcomes(batch_id, outcomes, NOON + minutes * MINUTE)
            counts = state.ledger.finish(batch_id, NOON + minutes * HOUR)
            assert counts == {Outcome.INDEXED: 1, Outcome.REJECTED: 1, Outcome.FAILED: 1}
        assert state.ledger.batch(batch_id).finished_at == NOON + HOUR
        assert state.ledger.batch(batch_id).state is BatchState.FINISHED
        assert [member.ended_in for member in state.ledger.batch_entries(batch_id)] == [Stage.CLEAN] * 3
        assert state.ledger.counts() == {Outcome.INDEXED: 1, Outcome.REJECTED: 1, Outcome.FAILED: 1}

    @pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DEFERRED])
    def test_what_did_not_work_joins_a_new_batch_in_time(self, state: StateStore, outcome: Outcome) -> None:
        """Not before its time; then with its page, its attempts and its failures; the old batch keeps its word."""
        batch_id = _batched(state, make_entry(1))
        state.ledger.save_capture(batch_id, make_entry(1).entry_id, make_pointer(), NOON)
        state.ledger.save_outcomes(batch_id, [ended(make_entry(1), outcome, retry_at=NOON + HOUR)], NOON)
        assert state.ledger.make_batches(NOON + 59 * MINUTE, size=10) == ()
        (second,) = state.ledger.make_batches(NOON + HOUR, size=10)
        (member,) = state.ledger.batch_entries(second.batch_id)
        assert (member.attempts, member.failures, member.outcome) == (1, int(outcome is Outcome.FAILED), None)
        assert (member.pointer, member.first_seen_at) == (make_pointer(), NOON)
        assert state.ledger.counts() == {None: 1}
        assert state.ledger.finish(batch_id, NOON + HOUR) == {outcome: 1}

    def test_failures_add_up(self, state: StateStore) -> None:
        """A busy host is no failure."""
        batch_id = _batched(state, make_entry(1))
        for outcome in (Outcome.FAILED, Outcome.DEFERRED, Outcome.FAILED):
            state.ledger.save_outcomes(batch_id, [ended(make_entry(1), outcome, retry_at=NOON)], NOON)
            (batch,) = state.ledger.make_batches(NOON, size=10)
            batch_id = batch.batch_id
        (member,) = state.ledger.batch_entries(batch_id)
        assert (member.attempts, member.failures) == (3, 2)

    def test_without_a_time_the_retry_is_due_at_once(self, state: StateStore) -> None:
        """A lost entry would be worse."""
        batch_id = _batched(state, make_entry(1))
        state.ledger.save_outcomes(batch_id, [ended(make_entry(1), Outcome.FAILED)], NOON)
        assert len(state.ledger.make_batches(NOON, size=10)) == 1

    @pytest.mark.parametrize("final", sorted(set(Outcome) - {Outcome.PASSED, Outcome.FAILED, Outcome.DEFERRED}))
    def test_a_final_outcome_stands(self, state: StateStore, final: Outcome) -> None:
        """A failure of an older batch, or a repeat of a stage, does not wake an entry that has ended."""
        entry = make_entry(1)
        first = _batched(state, entry)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.FAILED, retry_at=NOON)], NOON)
        (second,) = state.ledger.make_batches(NOON, size=10)
        state.ledger.save_outcomes(second.batch_id, [ended(entry, final)], NOON)
        for batch_id in (first, second.batch_id):
            state.ledger.save_outcomes(batch_id, [ended(entry, Outcome.FAILED, retry_at=NOON)], NOON)
        assert state.ledger.counts() == {final: 1}
        assert state.ledger.make_batches(NOON + DAY, size=10) == ()
        assert state.ledger.finish(second.batch_id, NOON) == {final: 1}
        assert state.ledger.finish(first, NOON) == {Outcome.FAILED: 1}

    def test_a_batch_that_was_left_cannot_make_an_entry_wait(self, state: StateStore) -> None:
        """Its late failure must not put the entry into a third batch while the second works on it."""
        entry = make_entry(1)
        first = _batched(state, entry)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.DEFERRED, retry_at=NOON)], NOON)
        state.ledger.make_batches(NOON, size=10)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.FAILED, retry_at=NOON)], NOON)
        assert state.ledger.make_batches(NOON + DAY, size=10) == ()
        assert state.ledger.counts() == {None: 1}

    def test_a_batch_that_was_left_can_end_an_entry(self, state: StateStore) -> None:
        """Its late success counts, until the newer batch has its own final word."""
        entry = make_entry(1)
        first = _batched(state, entry)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.FAILED, retry_at=NOON)], NOON)
        (second,) = state.ledger.make_batches(NOON, size=10)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.REJECTED)], NOON)
        assert state.ledger.counts() == {Outcome.REJECTED: 1}
        state.ledger.save_outcomes(second.batch_id, [ended(entry, Outcome.INDEXED)], NOON)
        state.ledger.save_outcomes(first, [ended(entry, Outcome.QUARANTINED)], NOON)
        assert state.ledger.counts() == {Outcome.INDEXED: 1}

    @pytest.mark.parametrize("second_word", [Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.PASSED])
    def test_indexed_stays_indexed(self, state: StateStore, second_word: Outcome) -> None:
        """A stage that runs again finds its own work, and does not hide it."""
        batch_id = _batched(state, make_entry(1))
        for outcome in (Outcome.INDEXED, second_word):
            state.ledger.save_outcomes(batch_id, [ended(make_entry(1), outcome, stage=Stage.INDEX)], NOON)
        assert state.ledger.counts() == {Outcome.INDEXED: 1}
        assert state.ledger.finish(batch_id, NOON) == {Outcome.INDEXED: 1}

    def test_a_stranger_spoils_nothing(self, state: StateStore) -> None:
        """An outcome for an entry of another batch is refused, and nothing beside it is written."""
        batch_id = _batched(state, make_entry(1))
        stranger = replace(ended(make_entry(1), Outcome.INDEXED), entry_id=EntryId("f" * 32))
        with pytest.raises(QuarantineError, match="f" * 32):
            state.ledger.save_outcomes(batch_id, [ended(make_entry(1), Outcome.INDEXED), stranger], NOON)
        assert state.ledger.counts() == {None: 1}
        state.ledger.save_outcomes(batch_id, [], NOON)


class TestSums:
    def test_reports(self, state: StateStore) -> None:
        """One for each batch and stage, the last word kept, in time order."""
        counts = {Outcome.PASSED: 2, Outcome.REJECTED: 1}
        report = BatchReport(
            batch_id=BatchId("b1"), stage=Stage.FETCH, inputs=3, counts=counts, started_at=NOON, seconds=1.5, peak_rss_bytes=100
        )
        later = replace(report, stage=Stage.CLEAN, started_at=NOON + MINUTE, peak_rss_bytes=5_000_000_000)
        other = replace(report, batch_id=BatchId("b2"), started_at=NOON + HOUR, peak_rss_bytes=50)
        for one in (other, later, replace(report, seconds=9.0), report):
            state.ledger.save_report(one)
        assert state.ledger.reports() == (report, later, other)
        assert state.ledger.reports(BatchId("b1")) == (report, later)

    def test_outcomes_by_reason(self, state: StateStore) -> None:
        """Counted by what stands before the colon, the most frequent first."""
        entries = [make_entry(number) for number in range(4)]
        batch_id = _batched(state, *entries)
        reasons = ["gone: 410 from a", "gone: 410 from b", "robots: /news", ""]
        outcomes = [ended(entry, Outcome.REJECTED, reason=reason) for entry, reason in zip(entries, reasons, strict=True)]
        state.ledger.save_outcomes(batch_id, outcomes, NOON)
        found = state.ledger.outcomes_by_reason()
        assert found == {(Outcome.REJECTED, "gone"): 2, (Outcome.REJECTED, "robots"): 1, (Outcome.REJECTED, ""): 1}
        assert list(state.ledger.outcomes_by_reason(limit=1)) == [(Outcome.REJECTED, "gone")]

    def test_lag(self, state: StateStore) -> None:
        """What waits, what will, what is under way, and for how long."""
        assert state.ledger.lag(NOON) == Lag(waiting=0, waiting_seconds=0.0, later=0, open_batches=0, open_seconds=0.0)
        entries = [make_entry(number) for number in range(3)]
        batch_id = _batched(state, *entries)
        retry = [ended(entry, Outcome.DEFERRED, retry_at=NOON + at * HOUR) for entry, at in zip(entries, (1, 2, 9), strict=True)]
        state.ledger.save_outcomes(batch_id, retry, NOON)
        assert state.ledger.lag(NOON + 3 * HOUR) == Lag(waiting=2, waiting_seconds=7200.0, later=1, open_batches=1, open_seconds=3 * 3600.0)
        state.ledger.finish(batch_id, NOON)
        assert state.ledger.lag(NOON + 3 * HOUR).open_batches == 0

    def test_prune(self, state: StateStore) -> None:
        """Old polls and decisions go, the rest stays."""
        state.feeds.sync([make_feed()], NOON)
        for at in (NOON - DAY, NOON):
            state.feeds.save(FeedState(feed=make_feed(), next_poll_at=NOON), make_poll(at=at))
            state.decisions.add([make_decision(at=at, reason=str(at))])
        assert state.prune(NOON) == {"polls": 1, "decisions": 1}
        assert [poll.at for poll in state.feeds.polls()] == [NOON]
        assert [made.at for made in state.decisions.about(make_decision().url_key)] == [NOON]
        assert state.prune(NOON) == {"polls": 0, "decisions": 0}


class TestHosts:
    def test_slots_are_apart(self, state: StateStore) -> None:
        """Whoever asks gets the next one; other domains are not concerned."""
        taken = [state.hosts.reserve("a.example", NOON, delay_seconds=5, patience_seconds=60) for _ in range(3)]
        assert taken == [NOON, NOON + 5 * SECOND, NOON + 10 * SECOND]
        assert state.hosts.reserve("b.example", NOON, delay_seconds=5, patience_seconds=60) == NOON
        assert state.hosts.reserve("a.example", NOON + HOUR, delay_seconds=5, patience_seconds=60) == NOON + HOUR

    def test_the_longer_delay_counts(self, state: StateStore) -> None:
        """Between a short and a long one, in either order."""
        assert state.hosts.reserve("a.example", NOON, delay_seconds=2, patience_seconds=60) == NOON
        assert state.hosts.reserve("a.example", NOON, delay_seconds=5, patience_seconds=60) == NOON + 5 * SECOND
        assert state.hosts.reserve("a.example", NOON, delay_seconds=2, patience_seconds=60) == NOON + 10 * SECOND

    def test_impatience_takes_nothing(self, state: StateStore) -> None:
        """The caller learns when the slot would be, and the next caller gets that slot."""
        state.hosts.reserve("a.example", NOON, delay_seconds=30, patience_seconds=0)
        with pytest.raises(HostBusyError, match=r"a\.example") as caught:
            state.hosts.reserve("a.example", NOON, delay_seconds=30, patience_seconds=29)
        assert caught.value.until == NOON + 30 * SECOND
        assert state.hosts.reserve("a.example", NOON, delay_seconds=30, patience_seconds=30) == NOON + 30 * SECOND

    def test_a_pause_is_kept_by_all(self, state: StateStore) -> None:
        """Nothing before its end; a shorter one does not cut it; the reason is told."""
        state.hosts.pause("a.example", NOON + HOUR, "429 with Retry-After")
        state.hosts.pause("a.example", NOON + MINUTE, "503")
        with pytest.raises(HostBusyError, match="429 with Retry-After") as caught:
            state.hosts.reserve("a.example", NOON, delay_seconds=5, patience_seconds=120)
        assert caught.value.until == NOON + HOUR
        assert state.hosts.reserve("a.example", NOON + 59 * MINUTE, delay_seconds=5, patience_seconds=120) == NOON + HOUR
        assert state.hosts.reserve("a.example", NOON + 2 * HOUR, delay_seconds=5, patience_seconds=0) == NOON + 2 * HOUR

    def test_robots_are_cached_by_origin(self, state: StateStore) -> None:
        """The latest replaces; bytes come back as they were."""
        assert state.hosts.robots("https://a.example:8443") is None
        state.hosts.save_robots("https://a.example:8443", NOON, 503, b"")
        state.hosts.save_robots("https://a.example:8443", NOON + HOUR, 200, b"User-agent: *\r\n\xff\x00")
        assert state.hosts.robots("https://a.example:8443") == (NOON + HOUR, 200, b"User-agent: *\r\n\xff\x00")
        assert state.hosts.robots("https://a.example") is None

    def test_a_temper_is_kept_and_spaces_the_slots(self, state: StateStore) -> None:
        """Every caller meets the pace the host wants, half of it an hour later; pauses and slots stay as they were."""
        state.hosts.pause("a.example", NOON, "429")
        temper = HostTemper(refusals=2, refused_at=NOON, limited_at=NOON, pace_seconds=60.0, paced_at=NOON)
        assert state.hosts.temper("a.example") == HostTemper()
        state.hosts.save_temper("a.example", temper)
        assert state.hosts.temper("a.example") == temper
        taken = [state.hosts.reserve("a.example", NOON, delay_seconds=5, patience_seconds=90) for _ in range(2)]
        assert taken == [NOON, NOON + 60 * SECOND]
        later = [state.hosts.reserve("a.example", NOON + HOUR, delay_seconds=5, patience_seconds=90) for _ in range(2)]
        assert later == [NOON + HOUR, NOON + HOUR + 30 * SECOND]


class TestGaps:
    def test_a_gap_and_its_visits(self, state: StateStore) -> None:
        """Written together, found by feed and by time; the same gap again replaces what was known of it."""
        gap = Gap(feed_id=FeedId("kbay"), found_at=NOON, since=NOON - HOUR, until=NOON - MINUTE, missed=7)
        visit = Visit(feed_id=FeedId("kbay"), url="https://kbay.example/news.xml", kind=VisitKind.SITEMAP, due_at=NOON, gap_at=NOON)
        state.gaps.save(gap, [visit])
        state.gaps.save(replace(gap, found_at=NOON - DAY))
        filled = replace(gap, filled=6, state=GapState.FILLED, source="sitemap")
        state.gaps.save(filled)
        assert state.gaps.gaps(FeedId("kbay")) == (filled, replace(gap, found_at=NOON - DAY))
        assert state.gaps.gaps(since=NOON - HOUR) == (filled,)
        assert state.gaps.gaps(FeedId("mayak")) == ()
        assert state.gaps.visits(FeedId("kbay")) == (visit,)

    def test_due_visits(self, state: StateStore) -> None:
        """The longest due first; done ones stay, so that nothing is read twice, and are due no more."""
        first = Visit(feed_id=FeedId("kbay"), url="https://kbay.example/1.xml", kind=VisitKind.ARCHIVE, due_at=NOON, since=NOON - DAY)
        later, mine = replace(first, url="https://kbay.example/2.xml", due_at=NOON + HOUR), replace(first, feed_id=FeedId("mayak"))
        state.gaps.save_visits([later, first, replace(mine, due_at=NOON - HOUR)])
        assert [visit.due_at for visit in state.gaps.due_visits(NOON)] == [NOON - HOUR, NOON]
        assert len(state.gaps.due_visits(NOON, limit=1)) == 1
        done = replace(first, due_at=None, visited_at=NOON)
        state.gaps.save_visits([done])
        assert [visit.feed_id for visit in state.gaps.due_visits(NOON)] == ["mayak"]
        assert set(state.gaps.visits(FeedId("kbay"))) == {done, later}


class TestArticles:
    def test_claims_of_one_address(self, state: StateStore) -> None:
        """Different titles count, within the time asked for."""
        key, titles = UrlKey("https://kbay.example/news"), [Digest(f"{number:064x}") for number in range(3)]
        counts = [state.articles.claim(key, title, NOON, within_seconds=86_400) for title in (titles[0], titles[0], titles[1])]
        assert counts == [1, 1, 2]
        assert state.articles.claim(UrlKey("https://kbay.example/other"), titles[2], NOON, within_seconds=86_400) == 1
        assert state.articles.claim(key, titles[2], NOON + 2 * DAY, within_seconds=86_400) == 1

    def test_pages_that_say_the_same_meet_once(self, state: StateStore) -> None:
        """The first one has the article; what was decided stands, whatever a page says later."""
        first, second, third = (make_sighting(name) for name in ("first", "second", "third"))
        meet = partial(state.articles.meet, within_seconds=86_400)
        assert meet(first, _alike, known=False) is None
        assert meet(second, _alike, known=False) == first
        assert meet(replace(third, at=NOON + HOUR), lambda one, _: one.url == second.url, known=False) == first  # by way of the second
        assert meet(replace(second, text_digest=Digest("00" * 32)), _never, known=False) == first
        assert meet(first, _alike, known=False) is None
        assert meet(replace(make_sighting("known"), at=NOON), _alike, known=True) is None

    @pytest.mark.parametrize(
        "changes", [{"site": "other.example"}, {"title_digest": Digest("00" * 32)}, {"at": NOON + timedelta(hours=25)}]
    )
    def test_who_does_not_meet(self, state: StateStore, changes: dict[str, Any]) -> None:
        """Pages of another site, another title or another time."""
        state.articles.meet(make_sighting("first"), _alike, known=False, within_seconds=86_400)
        other = replace(make_sighting("other"), **changes)
        assert state.articles.meet(other, _alike, known=False, within_seconds=86_400) is None

    @pytest.mark.parametrize("saved_first", [True, False])
    def test_what_met_becomes_an_alias(self, state: StateStore, saved_first: bool) -> None:
        """As soon as the article is saved, before or after."""
        article, twin = make_article_state("first", indexed_at=NOON), make_sighting("twin")
        if saved_first:
            state.articles.save(article, [])
        for seen in (make_sighting("first"), twin):
            state.articles.meet(seen, _alike, known=False, within_seconds=86_400)
        assert state.articles.resolve(twin.url_key) is None
        state.articles.save(article, [])
        assert state.articles.resolve(twin.url_key) == article.article_id

    def test_sightings_are_forgotten(self, state: StateStore) -> None:
        """With whatever else is old."""
        state.articles.meet(make_sighting("first"), _alike, known=False, within_seconds=86_400)
        state.prune(NOON + HOUR)
        assert state.articles.meet(make_sighting("second"), _alike, known=False, within_seconds=86_400) is None

    def test_an_article_and_its_keys(self, state: StateStore) -> None:
        """It comes back whole, and by each of its keys."""
        article = make_article_state(validators=Validators(etag="x"), indexed_at=NOON)
        amp = UrlKey("https://kbay.example/amp/story")
        state.articles.save(article, [amp, article.url_key, amp])
        assert state.articles.get(article.article_id) == article
        assert state.articles.resolve(amp) == state.articles.resolve(article.url_key) == article.article_id
        assert state.articles.resolve(UrlKey("https://kbay.example/other")) is None
        assert state.articles.get(make_article_state("other").article_id) is None

    def test_the_newer_check_stands(self, state: StateStore) -> None:
        """An older one changes nothing, but its keys are kept; the same one again may correct itself."""
        newer, older = make_article_state(title="new", checked_at=NOON), make_article_state(title="old", checked_at=NOON - HOUR)
        state.articles.save(newer, [])
        state.articles.save(older, [UrlKey("https://kbay.example/print")])
        assert state.articles.get(newer.article_id) == newer
        assert state.articles.resolve(UrlKey("https://kbay.example/print")) == newer.article_id
        again = replace(newer, title="newer", revision=2)
        state.articles.save(again, [])
        assert state.articles.get(newer.article_id) == again

    def test_a_key_belongs_to_who_was_first_but_the_own_key_to_itself(self, state: StateStore) -> None:
        """A page that claims another's address does not take it away."""
        first, second = make_article_state("first"), make_article_state("second")
        shared = UrlKey("https://kbay.example/shared")
        state.articles.save(first, [shared, second.url_key])
        assert state.articles.resolve(second.url_key) == first.article_id
        state.articles.save(second, [shared, first.url_key])
        assert state.articles.resolve(shared) == first.article_id
        assert state.articles.resolve(first.url_key) == first.article_id
        assert state.articles.resolve(second.url_key) == second.article_id


def _alike(_one: Sighting, _other: Sighting) -> bool:
    return True


def _never(_one: Sighting, _other: Sighting) -> bool:
    return False


class TestDecisions:
    def test_a_decision_comes_back_whole(self, state: StateStore) -> None:
        """With every id it names."""
        full = make_decision(
            entry_id=make_entry(1).entry_id, article_id=make_article_state().article_id, batch_id=BatchId("20261118T120000-00000001")
        )
        state.decisions.add([full])
        assert state.decisions.about(full.url_key) == (full,)
        assert state.decisions.about(UrlKey("https://nobody.example/")) == ()

    def test_the_same_again_is_said_once(self, state: StateStore) -> None:
        """A stage that runs twice decides the same; another batch or reason is another decision."""
        made = make_decision()
        state.decisions.add([made, made])
        state.decisions.add([replace(made, at=NOON + HOUR)])
        assert state.decisions.about(made.url_key) == (made,)
        state.decisions.add([replace(made, batch_id=BatchId("b")), replace(made, reason="other"), replace(made, verdict="rejected")])
        assert len(state.decisions.about(made.url_key)) == 4

    def test_through_aliases_and_the_article(self, state: StateStore) -> None:
        """Asked by any key, the whole story is told in time order, and nobody else's."""
        article, amp = make_article_state(), UrlKey("https://kbay.example/amp/story")
        state.articles.save(article, [amp])
        by_amp = make_decision(url_key=amp, at=NOON + 2 * MINUTE)
        by_key = make_decision(at=NOON + 3 * MINUTE)
        by_article = make_decision("feed-link", article_id=article.article_id, at=NOON + MINUTE)
        stranger = make_decision("stranger")
        state.decisions.add([by_amp, by_key, by_article, stranger])
        for key in (amp, article.url_key):
            assert state.decisions.about(key) == (by_article, by_amp, by_key)
        assert state.decisions.about(stranger.url_key) == (stranger,)

    def test_before_the_article_is_known(self, state: StateStore) -> None:
        """What was decided about its id is found by its key."""
        made = make_decision("feed-link", article_id=make_article_state().article_id)
        state.decisions.add([made])
        assert state.decisions.about(make_article_state().url_key) == (made,)

    def test_the_latest_of_many(self, state: StateStore) -> None:
        """Past the limit the oldest are left out; the order stays."""
        made = [make_decision(at=NOON + number * SECOND, reason=str(number)) for number in range(9)]
        state.decisions.add(made)
        assert state.decisions.about(made[0].url_key, limit=3) == tuple(made[6:])
