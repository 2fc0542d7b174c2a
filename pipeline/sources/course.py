"""Where a feed goes: permanent redirects that last, addresses that hold no feed any more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import Course, FeedState, Moving
from pipeline.types import Hop
from pipeline.urls import url_key

PERMANENT: Final = frozenset({301, 308})
SIGHTINGS: Final = 3
LASTING: Final = timedelta(hours=24)
LOST_AFTER: Final = 5  # 404s in a row
SEEK_AGAIN: Final = timedelta(days=1)
MAX_FORMER: Final = 20
MAX_PROPOSED: Final = 10


def after_redirect(state: FeedState, hops: Sequence[Hop], final_url: str, *, overlaps: bool, now: datetime) -> Course:
    """Return a feed's course after a poll that succeeded at `final_url` by way of these redirects.

    The address is changed for good once a redirect of nothing but 301 and 308 was met at three polls over a day and more,
    each time with a document that shares entries with what is known (`overlaps`). Whatever else is met, a 302 among them,
    begins the count anew: many a temporary redirect has been taken for a move (miniflux#1387).
    """
    course = replace(state.course, lost=0, proposed=())
    if not hops or not overlaps or not all(hop.status in PERMANENT for hop in hops):
        return replace(course, moving=None)
    known = course.moving
    if known is None or known.url != final_url:
        return replace(course, moving=Moving(url=final_url, first_at=now, polls=1))
    met = replace(known, polls=known.polls + 1)
    if met.polls < SIGHTINGS or now - met.first_at < LASTING:
        return replace(course, moving=met)
    return moved(replace(state, course=course), final_url)


def moved(state: FeedState, url: str) -> Course:
    """Return the course of a feed that is asked for at `url` from now on; its address so far goes into its history."""
    former = (*(one for one in state.course.former if one != url), state.address)[-MAX_FORMER:]
    return replace(
        state.course, url=None if url == state.feed.url else url, former=former, moving=None, lost=0, sought_at=None, proposed=()
    )


def after_loss(course: Course) -> Course:
    """Return the course after a poll that found a 404, or a web page, where the feed should be."""
    return replace(course, lost=course.lost + 1, moving=None)


def is_to_be_sought(course: Course, *, web_page: bool, now: datetime) -> bool:
    """Whether the site is to be searched for the feed: after five 404s, or where a web page took its place; once a day."""
    if course.sought_at is not None and now - course.sought_at < SEEK_AGAIN:
        return False
    return course.lost >= LOST_AFTER or (web_page and course.lost > 0)


def same_address(url: str, other: str) -> bool:
    """Whether two addresses mean the same document."""
    return url_key(url) == url_key(other)
