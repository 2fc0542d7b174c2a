"""What every coverage ledger promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.coverage import Looks, Survey, Way, way_of
from pipeline.ledger import Batch, BatchState, Priority
from pipeline.ports import StateStore
from pipeline.types import FeedId
from tests.state.samples import DAY, NOON, make_article_state, make_entry

SURVEY = Survey(domain="kbay.example", day=NOON.date(), listed=5, seen=4, both=3, held=3, documents=2, at=NOON)


def test_ways_by_the_name_of_the_feed() -> None:
    """Surveys and imports name theirs; everything else is a feed."""
    assert [way_of(FeedId(name)) for name in ("kbay", "sitemap:a.example", "import-ccnews")] == [Way.FEED, Way.SITEMAP, Way.IMPORT]


class TestCoverage:
    def test_ways_are_those_of_every_entry(self, state: StateStore) -> None:
        """Of one address by several; unknown articles are left out; an alias counts for its article."""
        one, two = make_entry(1), replace(make_entry(1, feed="sitemap:kbay.example"))
        state.ledger.add_entries([one, two, make_entry(2, feed="import-warc")], NOON)
        article = replace(make_article_state(), article_id=one.article_id, url_key=one.url_key)
        state.articles.save(article, [make_entry(4).url_key])
        ids = [make_entry(number).article_id for number in (1, 2, 3, 4)]
        expected = {ids[0]: {Way.FEED, Way.SITEMAP}, ids[1]: {Way.IMPORT}, ids[3]: {Way.FEED, Way.SITEMAP}}
        assert state.coverage.ways(ids) == expected
        assert state.coverage.ways([]) == {}

    def test_an_article_counts_once_however_it_came(self, state: StateStore) -> None:
        """Delivered by a hub, met by a poll, listed by a second feed: one article, and each way is known of it."""
        state.ledger.add_entries([make_entry(1), make_entry(2)], NOON, way=Way.PUSH)
        state.ledger.add_entries([make_entry(1)], NOON + timedelta(minutes=1))
        state.ledger.add_entries([make_entry(1, feed="kbay-sport")], NOON + timedelta(minutes=2))
        both, pushed = frozenset({Way.FEED, Way.PUSH}), frozenset({Way.PUSH})
        assert state.coverage.seen(NOON, NOON + DAY) == {("kbay.example", NOON.date(), ways): 1 for ways in (both, pushed)}
        ids = [make_entry(number).article_id for number in (1, 2)]
        assert state.coverage.ways(ids) == {ids[0]: both, ids[1]: pushed}

    def test_seen_by_day_domain_and_way(self, state: StateStore) -> None:
        """By UTC days; the end is not included."""
        state.ledger.add_entries([make_entry(1), make_entry(2)], NOON)
        state.ledger.add_entries([make_entry(3, domain="www.other.example")], NOON + DAY)
        start = NOON - DAY
        fed = frozenset({Way.FEED})
        assert state.coverage.seen(start, NOON + DAY) == {("kbay.example", NOON.date(), fed): 2}
        assert state.coverage.seen(start, NOON + 2 * DAY)[("other.example", (NOON + DAY).date(), fed)] == 1
        assert state.coverage.seen(NOON + timedelta(seconds=1), NOON + DAY) == {}

    def test_the_latest_survey_stays(self, state: StateStore) -> None:
        """One for each domain and day."""
        state.coverage.save(SURVEY)
        later = replace(SURVEY, listed=9, at=NOON + DAY, looks=Looks(feed=1, all=3))
        other = replace(SURVEY, domain="a.example")
        state.coverage.save(later)
        state.coverage.save(other)
        state.coverage.save(replace(SURVEY, day=(NOON + DAY).date()))
        assert state.coverage.surveys(NOON.date(), NOON.date()) == (other, later)

    def test_holds(self, state: StateStore) -> None:
        """The first stays until it is let go."""
        assert state.coverage.held_since("backfill") is None
        state.coverage.hold("backfill", NOON)
        state.coverage.hold("backfill", NOON + DAY)
        assert state.coverage.held_since("backfill") == NOON
        assert state.coverage.let_go("backfill")
        assert not state.coverage.let_go("backfill")
        assert state.coverage.held_since("backfill") is None


class TestRoomForLiveNews:
    def test_backfill_is_laid_out_bit_by_bit(self, state: StateStore) -> None:
        """So many unfinished batches of it, whatever waits; live news is not counted and not held."""
        state.ledger.add_entries([make_entry(number) for number in range(6)], NOON, priority=Priority.BACKFILL)
        state.ledger.add_entries([make_entry(9)], NOON)
        made = state.ledger.make_batches(NOON, size=2, backfill=1)
        assert [batch.priority for batch in made] == [Priority.LIVE, Priority.BACKFILL]
        assert state.ledger.make_batches(NOON, size=2, backfill=1) == ()
        assert len(state.ledger.make_batches(NOON, size=2, backfill=2)) == 1
        assert all(batch.state is not BatchState.FINISHED for batch in _all(state))
        assert state.ledger.make_batches(NOON, size=2, backfill=0) == ()


def _all(state: StateStore) -> tuple[Batch, ...]:
    return state.ledger.batches()
