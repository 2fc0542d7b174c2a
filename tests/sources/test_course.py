"""Where a feed goes: only a redirect that lasts changes its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ledger import Course, FeedState, Moving
from pipeline.sources.course import MAX_FORMER, after_loss, after_redirect, is_to_be_sought, moved, same_address
from pipeline.types import Feed, FeedId, Hop

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
OLD, NEW = "https://paper.example/rss", "https://feeds.paper.example/all"
STATE = FeedState(feed=Feed(feed_id=FeedId("paper"), url=OLD), next_poll_at=NOON)


def polled(*polls: tuple[float, tuple[int, ...], bool], state: FeedState = STATE, target: str = NEW) -> Course:
    """The course after polls at these hours, met with these statuses, their documents overlapping or not."""
    for hours, statuses, overlaps in polls:
        hops = [Hop(url=OLD, status=status) for status in statuses]
        course = after_redirect(state, hops, target if hops else "", overlaps=overlaps, now=NOON + timedelta(hours=hours))
        state = replace(state, course=course)
    return state.course


@pytest.mark.parametrize("status", [301, 308])
def test_three_sightings_over_a_day_move_a_feed(status: int) -> None:
    """The old address stays in its history."""
    sighting = ((status,), True)
    assert polled((0, *sighting), (12, *sighting)) == Course(moving=Moving(url=NEW, first_at=NOON, polls=2))
    assert polled((0, *sighting), (12, *sighting), (24, *sighting)) == Course(url=NEW, former=(OLD,))


def test_sightings_within_a_day_are_too_few() -> None:
    """However many: an outage has ended by then."""
    assert polled(*((hour, (301,), True) for hour in range(23))).url is None


def test_two_sightings_are_too_few() -> None:
    """However far apart: a feed that is polled once a day was perhaps met twice in one outage."""
    assert polled((0, (301,), True), (48, (301,), True)).url is None


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_never_moves(status: int) -> None:
    """Nor does one that is temporary on part of its way."""
    assert polled(*((hour, (status,), True) for hour in (0, 12, 24, 48))) == Course()
    assert polled(*((hour, (301, status), True) for hour in (0, 12, 24, 48))) == Course()


@pytest.mark.parametrize("between", [((), True), ((302,), True), ((301,), False)])
def test_whatever_else_is_met_begins_the_count_anew(between: tuple[tuple[int, ...], bool]) -> None:
    """No redirect, a temporary one, a document of other entries."""
    assert polled((0, (301,), True), (12, *between), (24, (301,), True), (30, (301,), True)).url is None


def test_another_target_begins_the_count_anew() -> None:
    """Three sightings are of one place."""
    first = polled((0, (301,), True), (12, (301,), True))
    then = polled((24, (301,), True), state=replace(STATE, course=first), target="https://elsewhere.example/rss")
    assert then.moving == Moving(url="https://elsewhere.example/rss", first_at=NOON + timedelta(hours=24), polls=1)


def test_the_way_back_is_the_operators_address() -> None:
    """And the history holds each address once, not without end."""
    there = moved(STATE, NEW)
    back = moved(replace(STATE, course=there), OLD)
    assert (back.url, back.former) == (None, (NEW,))
    state = STATE
    for number in range(MAX_FORMER + 5):
        state = replace(state, course=moved(state, f"{NEW}/{number}"))
    assert len(state.course.former) == MAX_FORMER
    assert state.course.former[-1] == f"{NEW}/{MAX_FORMER + 3}"


def test_five_404s_or_one_web_page_start_a_search_once_a_day() -> None:
    """A feed that was polled well begins anew."""
    course = Course()
    for expected in (False, False, False, False, True):
        course = after_loss(course)
        assert is_to_be_sought(course, web_page=False, now=NOON) is expected
    assert is_to_be_sought(after_loss(Course()), web_page=True, now=NOON)
    sought = replace(course, sought_at=NOON)
    assert [is_to_be_sought(sought, web_page=True, now=NOON + timedelta(hours=hours)) for hours in (1, 23, 24)] == [False, False, True]
    assert polled((0, (), True), state=replace(STATE, course=replace(course, proposed=(NEW,)))) == Course()


def test_addresses_are_the_same_by_their_keys() -> None:
    """http and https, a slash at the end."""
    assert same_address("http://paper.example/rss/", OLD)
    assert not same_address(NEW, OLD)
