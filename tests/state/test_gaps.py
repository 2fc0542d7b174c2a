"""Gaps and visits: what their contract leaves open."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ledger import Gap, GapState, Visit, VisitKind
from pipeline.state.store import SqlState
from pipeline.types import FeedId
from tests.state.samples import DAY, HOUR, NOON

GAP = Gap(feed_id=FeedId("kbay"), found_at=NOON, since=NOON - DAY, until=NOON - HOUR, missed=7, source="sitemap")
VISIT = Visit(
    feed_id=FeedId("kbay"), url="https://kbay.example/map.xml", kind=VisitKind.SITEMAP, due_at=NOON, since=NOON - DAY, gap_at=NOON
)


def test_every_field_comes_back(state: SqlState) -> None:
    """Of the gap and of the visits that are to fill it, written together."""
    state.gaps.save(GAP, [VISIT])
    assert state.gaps.gaps() == (GAP,)
    assert state.gaps.visits(FeedId("kbay")) == (VISIT,)
    assert state.gaps.visits(FeedId("other")) == ()


def test_a_gap_is_known_by_its_feed_and_when_it_was_found(state: SqlState) -> None:
    """What is written again takes its place; newest first, of one feed or of all, so many at most."""
    filled = replace(GAP, state=GapState.FILLED, filled=5)
    later = replace(GAP, found_at=NOON + HOUR)
    other = replace(GAP, feed_id=FeedId("other"))
    for one in (GAP, filled, later, other):
        state.gaps.save(one)
    assert state.gaps.gaps() == (later, filled, other)
    assert state.gaps.gaps(FeedId("kbay"), limit=1) == (later,)
    assert state.gaps.gaps(since=NOON + HOUR) == (later,)


def test_due_visits_oldest_first(state: SqlState) -> None:
    """One that is done is not due; an address of any length is one visit of its feed."""
    long = replace(VISIT, url="https://kbay.example/" + "x" * 9000, due_at=NOON - HOUR)
    done = replace(VISIT, url="https://kbay.example/done.xml", due_at=None, visited_at=NOON)
    future = replace(VISIT, url="https://kbay.example/later.xml", due_at=NOON + HOUR)
    state.gaps.save_visits([VISIT, long, done, future])
    assert state.gaps.due_visits(NOON) == (long, VISIT)
    assert state.gaps.due_visits(NOON, limit=1) == (long,)
    state.gaps.save_visits([replace(long, due_at=None)])
    assert state.gaps.due_visits(NOON) == (VISIT,)
