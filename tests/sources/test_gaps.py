"""What passed unseen between two polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.ledger import Course, FeedState, Gap, Visit, VisitKind
from pipeline.sources.gaps import (
    APART,
    FIRST_LOOK,
    MAX_CHILDREN,
    child_visits,
    end_of_archive,
    first_visits,
    gap_between,
    reaches_back,
    shares_entries,
    within,
)
from pipeline.types import Digest, Feed, FeedDocument, FeedHints, FeedId, FeedKind
from tests.sources.test_doubts import NOON, document, entry

HOUR = timedelta(hours=1)
PAPER = FeedId("paper")
KNOWN = FeedState(
    feed=Feed(feed_id=PAPER, url="https://paper.example/rss"),
    next_poll_at=NOON,
    last_success_at=NOON - 6 * HOUR,
    body_digest=Digest("ab"),
    rate_per_hour=4.0,
)


def hourly(*ages: float) -> FeedDocument:
    """A document with entries of these ages in hours."""
    return document(*(entry(f"{age}", published=NOON - age * HOUR) for age in ages))


def gap(state: FeedState, found: FeedDocument, *, shared: bool = False) -> Gap | None:
    return gap_between(state, found, shared=shared, now=NOON)


def test_a_window_that_rolled_over() -> None:
    """From the last success to the oldest entry, four and a half hours; four an hour were usual, and there are two an hour now."""
    assert gap(KNOWN, hourly(0, 0.5, 1, 1.5)) == Gap(
        feed_id=PAPER, found_at=NOON, since=NOON - 6 * HOUR, until=NOON - 1.5 * HOUR, missed=round((4 + 2) / 2 * 4.5)
    )


def test_without_dates_the_rate_alone_tells() -> None:
    """Less what is there."""
    undated = document(entry("a"), entry("b"), entry("c"))
    found = gap(KNOWN, undated)
    assert found is not None
    assert (found.until, found.missed) == (NOON, 6 * 4 - 3)


@pytest.mark.parametrize(
    ("state", "found", "shared"),
    [
        (KNOWN, hourly(0, 1, 2), True),
        (replace(KNOWN, last_success_at=None), hourly(0, 1, 2), False),
        (replace(KNOWN, body_digest=None), hourly(0, 1, 2), False),  # the operator changed something: read anew
        (replace(KNOWN, course=Course(rung=3)), hourly(0, 1, 2), False),  # told apart otherwise, so nothing could be shared
        (KNOWN, hourly(0, 3, 6.5), False),  # reaches back beyond the last success: the ids are new, not the entries
        (replace(KNOWN, rate_per_hour=0.04), document(entry("one", published=NOON - HOUR)), False),  # a feed of one entry
        (KNOWN, document(), False),
    ],
)
def test_no_gap(state: FeedState, found: FeedDocument, shared: bool) -> None:
    """Wherever there is another reason."""
    assert gap(state, found, shared=shared) is None


def test_pinned_entries_are_not_shared() -> None:
    """The oldest tenth of a document may stand there for years."""
    found = hourly(*(number / 10 for number in range(9)), 9_000)
    old = found.entries[-1].entry_id
    assert not shares_entries(found, {old})
    assert shares_entries(found, {old, found.entries[0].entry_id})
    assert shares_entries(document(entry("a"), entry("b")), {entry("b").entry_id})


FOUND = Gap(feed_id=PAPER, found_at=NOON, since=NOON - 6 * HOUR, until=NOON - HOUR, missed=9)


def test_older_pages_of_the_feed_are_the_first_place() -> None:
    """Else the site's own robots.txt is asked where its sitemaps are."""
    paged = replace(hourly(0), hints=FeedHints(next_url="https://paper.example/rss?page=2"))
    (visit,) = first_visits(FOUND, paged, "https://feeds.example/rss")
    assert (visit.kind, visit.url, visit.gap_at, visit.due_at) == (VisitKind.ARCHIVE, "https://paper.example/rss?page=2", NOON, NOON)
    (visit,) = first_visits(FOUND, hourly(0), "https://feeds.example/rss")
    assert (visit.kind, visit.url) == (VisitKind.ROBOTS, "https://paper.example/robots.txt")


def children(**changed: datetime | None) -> FeedHints:
    return FeedHints(child_sitemaps=tuple(f"https://paper.example/{name}.xml" for name in changed), child_changed=tuple(changed.values()))


def test_changed_parts_of_an_index_are_read_a_quarter_of_an_hour_apart() -> None:
    """Not those that were read since, nor those that are planned; what did not say when it changed is read once."""
    hints = children(new=NOON, known=NOON - 2 * HOUR, changed=NOON - HOUR, planned=NOON, old=NOON - 2 * FIRST_LOOK, silent=None)
    read = Visit(feed_id=PAPER, url="https://paper.example/known.xml", kind=VisitKind.SITEMAP, due_at=None, visited_at=NOON - HOUR)
    before = {
        visit.url: visit
        for visit in (
            read,
            replace(read, url="https://paper.example/changed.xml", visited_at=NOON - 3 * HOUR),
            replace(read, url="https://paper.example/planned.xml", due_at=NOON + HOUR, visited_at=None),
        )
    }
    planned = child_visits(PAPER, hints, before, NOON)
    assert [visit.url.rpartition("/")[2] for visit in planned] == ["new.xml", "changed.xml", "silent.xml"]
    assert [visit.due_at for visit in planned] == [NOON, NOON + APART, NOON + 2 * APART]
    assert planned[1].since is not None
    assert planned[1].since < NOON - 3 * HOUR, "with some overlap"


def test_indexes_are_followed_three_deep() -> None:
    """And for one reason only so many of their parts are read."""
    parent = Visit(feed_id=PAPER, url="https://paper.example/i.xml", kind=VisitKind.SITEMAP, due_at=NOON, depth=2, since=NOON - HOUR)
    (visit,) = child_visits(PAPER, children(a=NOON), {}, NOON, parent=replace(parent, gap_at=NOON))
    assert (visit.depth, visit.gap_at) == (3, NOON)
    assert child_visits(PAPER, children(a=NOON), {}, NOON, parent=visit) == ()
    many = children(**{f"n{number}": NOON for number in range(2 * MAX_CHILDREN)})
    assert len(child_visits(PAPER, many, {}, NOON)) == MAX_CHILDREN


def test_only_dated_entries_of_the_time_are_wanted() -> None:
    """What an old page does not date would pass for new."""
    entries = (*hourly(1, 3, 8).entries, entry("undated"))
    assert within(entries, NOON - 6 * HOUR, NOON - 2 * HOUR) == (entries[1],)
    assert within(entries, None, None) == entries[:3]


def test_what_an_archive_says_of_today_is_not_believed() -> None:
    """Up to what is known to be newer; where nothing is, it must be a day old."""
    assert end_of_archive(NOON - HOUR, NOON) == NOON - HOUR
    assert end_of_archive(NOON, NOON) == end_of_archive(NOON + HOUR, NOON) == NOON - timedelta(hours=24)


def test_a_page_reaches_back_by_its_oldest_entry() -> None:
    """Then the one before it need not be asked for."""
    assert reaches_back(hourly(1, 3), NOON - 2 * HOUR)
    assert not reaches_back(hourly(1, 3), NOON - 4 * HOUR)
    assert not reaches_back(FeedDocument(kind=FeedKind.RSS, entries=(entry("undated"),)), NOON)
