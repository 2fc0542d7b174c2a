"""The coverage ledger, read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.backfill.estimate import by_three
from pipeline.coverage import Looks, Survey, Way
from pipeline.covering import Covered, read_coverage
from pipeline.types import ArticleId, EntryId
from tests.fakes_index import InMemoryIndex
from tests.fakes_state import MemoryState
from tests.index.documents import document
from tests.state.samples import make_entry

LAST = date(2026, 11, 17)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def entries(state: MemoryState, day: date, count: int, *, feed: str = "kbay", domain: str = "kbay.example", way: Way | None = None) -> None:
    """So many entries first seen on a day."""
    made = [make_entry(number, domain=domain, feed=feed) for number in range(count)]
    unique = [
        replace(
            one,
            entry_id=EntryId(f"{one.entry_id[:20]}{day:%Y%m%d}{number:04d}"),
            article_id=ArticleId(f"{one.article_id[:20]}{day:%Y%m%d}{number:04d}"),
        )
        for number, one in enumerate(made)
    ]
    state.ledger.add_entries(unique, at(day), way=way)


def test_a_day_by_the_ways_it_came() -> None:
    """Feeds, sitemaps and imports apart; what a survey told beside them, with the estimate by capture and recapture."""
    state = MemoryState()
    entries(state, LAST, 4)
    entries(state, LAST, 2, feed="sitemap:kbay.example")
    entries(state, LAST - timedelta(days=1), 1, feed="import-warc", domain="far.example")
    state.coverage.save(Survey(domain="kbay.example", day=LAST, listed=5, seen=4, both=3, held=3, documents=1, at=at(LAST)))
    early, late = read_coverage(state, LAST - timedelta(days=1), LAST).days
    assert early == Covered(domain="far.example", day=LAST - timedelta(days=1), by_feed=0, by_push=0, by_sitemap=0, by_import=1)
    assert (late.by_feed, late.by_sitemap, late.listed, late.missing) == (4, 2, 5, 2)
    assert late.estimate is not None
    assert late.estimate.total == pytest.approx(5 * 6 / 4 - 1)
    assert late.estimate.recall == pytest.approx(4 / 6.5)


def test_a_day_that_was_only_surveyed() -> None:
    """Nothing of it is held: all of it is missing, and there is nothing to estimate from."""
    state = MemoryState()
    state.coverage.save(Survey(domain="kbay.example", day=LAST, listed=5, seen=0, both=0, held=0, documents=1, at=at(LAST)))
    (day,) = read_coverage(state, LAST, LAST).days
    assert (day.listed, day.missing, day.estimate) == (5, 5, None)


def test_alarms_for_what_went_quiet() -> None:
    """A source that gave ten a day and gives nothing; not one that is new, nor one that only a survey brought."""
    state = MemoryState()
    for back in range(1, 16):
        entries(state, LAST - timedelta(days=back), 10)
        entries(state, LAST - timedelta(days=back), 10, domain="fine.example")
        entries(state, LAST - timedelta(days=back), 10, domain="map.example", feed="sitemap:map.example")
    entries(state, LAST, 9, domain="fine.example")
    entries(state, LAST - timedelta(days=1), 50, domain="new.example")
    (alarm,) = read_coverage(state, LAST, LAST).alarms
    assert (alarm.subject, alarm.name, alarm.word, alarm.last, alarm.day) == ("source", "kbay.example", "silent", 0, LAST)
    assert alarm.usual == pytest.approx(10)


def test_what_hubs_delivered_has_a_number_of_its_own() -> None:
    """An article that a poll met too counts for both; it is no silence where hubs deliver and polls are few."""
    state = MemoryState()
    for back in range(16):
        day = LAST - timedelta(days=back)
        entries(state, day, 6, way=Way.PUSH)
        entries(state, day, 2)
    coverage = read_coverage(state, LAST, LAST)
    assert [(day.by_feed, day.by_push) for day in coverage.days] == [(2, 6)]
    assert coverage.alarms == ()


def test_three_looks_where_a_survey_counted_them() -> None:
    """The estimate is that of feed, hub and sitemap together."""
    state = MemoryState()
    looks = Looks(feed=2, push=1, sitemap=5, feed_push=3, feed_sitemap=4, push_sitemap=2, all=20)
    state.coverage.save(
        Survey(domain="kbay.example", day=LAST, listed=31, seen=32, both=26, held=26, documents=1, at=at(LAST), looks=looks)
    )
    (day,) = read_coverage(state, LAST, LAST).days
    assert day.estimate == by_three(looks, known=32)
    assert day.estimate is not None


def test_a_language_that_vanished() -> None:
    """Articles in it were searchable every day, and yesterday none; one that goes on is no alarm, nor what nobody could tell."""
    state, index = MemoryState(), InMemoryIndex()
    for back in range(17):
        day = LAST - timedelta(days=back)
        counts = {"en": 5, "uk": 4 if back else 0, "und": 9 if back else 0}
        index.upsert(
            document(f"{day}{language}{number}", language=language, **{"@timestamp": f"{day}T09:00:00Z"})
            for language, count in counts.items()
            for number in range(count)
        )
    index.refresh()
    (alarm,) = read_coverage(state, LAST, LAST, index=index).alarms
    assert (alarm.subject, alarm.name, alarm.word, alarm.last) == ("language", "uk", "vanished", 0)
    assert read_coverage(state, LAST - timedelta(days=1), LAST - timedelta(days=1), index=index).alarms == ()
