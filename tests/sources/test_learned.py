"""What polls teach about a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.ledger import Habits, PollOutcome
from pipeline.sources.learned import REMEMBERED, half_life
from pipeline.sources.schedule import Observation, after_poll, has_validators, validators_to_send
from pipeline.types import Digest, FeedHints, Validators
from tests.sources.polls import ETAG, MIDDLE, NOW, changed, document, failed, minutes, refused, state

BRISK = 3.0  # entries an hour


def test_first_rate_is_what_the_dates_show() -> None:
    """Ten entries of the last ten hours are one an hour, before anything was waited for."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    after = after_poll(fresh, changed(10, document=document(*range(1, 11))), now=NOW, random_unit=MIDDLE)
    assert after.rate_per_hour == pytest.approx(1.0)
    assert after.last_new_at == NOW - timedelta(hours=1)
    assert (after.habits.held, after.window_seconds) == (10, None)


@pytest.mark.parametrize("ages", [(), (1,), (1, 2, 3, 4), (0,) * 20, (-1,) * 20])
def test_no_rate_from_doubtful_dates(ages: tuple[float, ...]) -> None:
    """Too few dates, or dates made at the request, or dates to come, show nothing: the feed is unknown."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    after = after_poll(fresh, changed(len(ages), document=document(*ages)), now=NOW, random_unit=MIDDLE)
    assert (after.rate_per_hour, after.window_seconds) == (None, None)
    assert after.next_poll_at == NOW + timedelta(hours=1)


def test_rate_is_an_average_with_a_half_life_of_three_days() -> None:
    """After three days without anything new the rate of a busy feed is half of what it was, in one poll or in many."""
    before = state(rate_per_hour=BRISK, last_success_at=NOW - timedelta(hours=72))
    quiet = changed(0)
    assert after_poll(before, quiet, now=NOW, random_unit=MIDDLE).rate_per_hour == pytest.approx(BRISK / 2)
    stepwise = replace(before, last_success_at=NOW)
    for hour in range(1, 73):
        stepwise = after_poll(stepwise, quiet, now=NOW + timedelta(hours=hour), random_unit=MIDDLE)
    assert stepwise.rate_per_hour == pytest.approx(BRISK / 2)


def test_rate_finds_the_truth() -> None:
    """Two weeks of three entries an hour are seen as three an hour, from any beginning."""
    known = state(rate_per_hour=None)
    for hour in range(1, 14 * 24):
        known = after_poll(known, changed(3), now=NOW + timedelta(hours=hour), random_unit=MIDDLE)
    assert known.rate_per_hour == pytest.approx(3.0, rel=0.1)


def test_what_was_seen_shortly_is_soon_outweighed() -> None:
    """A document of two hours at night says little against the day that follows; weeks of watching say more."""
    night = Habits(begun_at=NOW - timedelta(hours=26))
    watched = Habits(begun_at=NOW - timedelta(days=30))
    day = changed(48)
    known = state(rate_per_hour=0.5, last_success_at=NOW - timedelta(hours=24), habits=night)
    rates = [after_poll(replace(known, habits=habits), day, now=NOW, random_unit=MIDDLE).rate_per_hour or 0 for habits in (night, watched)]
    assert 1.7 < rates[0] < 2.0
    assert 0.7 < rates[1] < 0.9


def test_a_quiet_night_is_no_sign_of_a_quiet_feed() -> None:
    """Hours in which a feed never publishes count for little, when nothing comes in them."""
    hours = tuple(30.0 if 8 <= hour < 20 else 0.0 for hour in range(24))
    habits = Habits(hours=hours, days=(50.0,) * 7, begun_at=NOW - timedelta(days=30))
    night = NOW.replace(hour=6, minute=0)
    known = state(rate_per_hour=2.0, last_success_at=night - timedelta(hours=9), habits=habits)
    even = after_poll(replace(known, habits=Habits(begun_at=habits.begun_at)), changed(0), now=night, random_unit=MIDDLE)
    knowing = after_poll(known, changed(0), now=night, random_unit=MIDDLE)
    assert even.rate_per_hour == pytest.approx(2 * 2 ** (-9 / 72), rel=0.01)
    assert knowing.rate_per_hour is not None
    assert 1.95 < knowing.rate_per_hour < 2


@pytest.mark.parametrize(("rate", "hours"), [(3.0, 72), (REMEMBERED / 100, 100), (0.001, 21 * 24), (0.0, 21 * 24)])
def test_rare_entries_are_remembered_longer(rate: float, hours: float) -> None:
    """Three days of a busy feed, and as long as it takes for so many entries of a slow one."""
    assert half_life(rate) == pytest.approx(hours)


def test_a_gap_shortens_the_interval_for_some_days() -> None:
    """Half the time that was too long, and with every day without another gap twice that, until it means nothing."""
    known = state(last_success_at=NOW - timedelta(hours=4))
    gap = after_poll(known, changed(9, document=document(), gap=True), now=NOW, random_unit=MIDDLE)
    assert gap.window_seconds == 2 * 3600
    assert minutes(known, changed(9, document=document(), gap=True)) <= 60
    later = after_poll(gap, changed(0), now=NOW + timedelta(days=1), random_unit=MIDDLE)
    assert later.window_seconds == pytest.approx(4 * 3600)
    worse = after_poll(later, changed(9, document=document(), gap=True), now=NOW + timedelta(hours=25), random_unit=MIDDLE)
    assert worse.window_seconds == 1800
    assert (
        after_poll(replace(later, last_success_at=NOW), changed(0), now=NOW + timedelta(days=3), random_unit=MIDDLE).window_seconds is None
    )


def test_a_pinned_entry_does_not_hide_the_rate() -> None:
    """One entry of last year at the top of a feed says nothing about the others, one an hour."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    after = after_poll(fresh, changed(20, document=document(*range(1, 20), 9_000)), now=NOW, random_unit=MIDDLE)
    assert after.rate_per_hour == pytest.approx(1.0)


def test_what_a_document_holds_is_kept() -> None:
    """Its entries and its bytes, until the next one."""
    after = after_poll(state(), changed(2, document=document(1, 2, 3), bytes=5_000), now=NOW, random_unit=MIDDLE)
    assert (after.habits.held, after.habits.body_bytes) == (3, 5_000)
    again = after_poll(after, Observation(outcome=PollOutcome.NOT_MODIFIED), now=NOW, random_unit=MIDDLE)
    assert (again.habits.held, again.habits.body_bytes) == (3, 5_000)


def test_validators_are_replaced_after_every_200() -> None:
    """Also where the body was the same, and also by nothing."""
    known = state(validators=Validators(etag='"0"', last_modified="then"))
    for outcome in (PollOutcome.CHANGED, PollOutcome.UNCHANGED):
        seen = changed(outcome=outcome, headers=(("ETag", '"1"'),))
        assert after_poll(known, seen, now=NOW, random_unit=MIDDLE).validators == Validators(etag='"1"')
        assert after_poll(known, replace(seen, headers=()), now=NOW, random_unit=MIDDLE).validators == Validators()


def test_validators_of_a_304_are_added() -> None:
    """A 304 replaces what it carries and keeps the rest."""
    known = state(validators=Validators(etag='"0"', last_modified="then"))
    seen = Observation(outcome=PollOutcome.NOT_MODIFIED, http_status=304, headers=(("ETag", '"1"'),))
    after = after_poll(known, seen, now=NOW, random_unit=MIDDLE)
    assert after.validators == Validators(etag='"1"', last_modified="then")
    assert (after.last_success_at, after.failures, after.polls) == (NOW, 0.0, 8)


def test_digests_and_hints_stay_until_replaced() -> None:
    """A 304 brings no document: what was learned from the last one stays."""
    known = state(body_digest=Digest("b"), entry_set_digest=Digest("e"), hints=FeedHints(ttl_seconds=60))
    after = after_poll(known, Observation(outcome=PollOutcome.NOT_MODIFIED), now=NOW, random_unit=MIDDLE)
    assert (after.body_digest, after.entry_set_digest, after.hints) == ("b", "e", FeedHints(ttl_seconds=60))
    seen = changed(document=document(), body_digest=Digest("B"), entry_set_digest=Digest("E"))
    after = after_poll(known, seen, now=NOW, random_unit=MIDDLE)
    assert (after.body_digest, after.entry_set_digest, after.hints) == ("B", "E", FeedHints())


def test_one_poll_in_a_hundred_is_unconditional() -> None:
    """So that a server whose 304s lie is found out; to a known liar no validators are sent."""
    known = state()
    assert validators_to_send(known, random_unit=0.5) == known.validators
    assert validators_to_send(known, random_unit=0.009) == Validators()
    assert validators_to_send(state(ignore_validators=True), random_unit=0.5) == Validators()
    assert not has_validators(state(ignore_validators=True))


def test_a_feed_that_is_too_quiet_is_asked_for_everything_more_often() -> None:
    """Ten entries a day and none for two days: perhaps its 304s lie."""
    quiet = state(rate_per_hour=0.4, last_new_at=NOW - timedelta(hours=49))
    assert validators_to_send(quiet, random_unit=0.09) == Validators()
    assert validators_to_send(quiet, random_unit=0.11) == quiet.validators
    assert validators_to_send(replace(quiet, last_new_at=NOW - timedelta(hours=9)), random_unit=0.09) == quiet.validators
    assert validators_to_send(replace(quiet, last_new_at=None), random_unit=0.09) == quiet.validators
    seldom = replace(quiet, last_success_at=NOW - timedelta(hours=12))  # polled so seldom that each time is worth it
    assert validators_to_send(seldom, random_unit=0.99) == Validators()


@pytest.mark.parametrize(
    ("known", "headers", "new", "entries", "lied"),
    [
        (Validators(etag='"1"'), ETAG, 1, "new", True),
        (Validators(etag='"1"', last_modified="a"), (*ETAG, ("Last-Modified", "b")), 1, "new", True),
        (Validators(last_modified="a"), (("Last-Modified", "a"),), 1, "new", True),
        (Validators(etag='"0"'), ETAG, 1, "new", False),
        (Validators(etag='"0"', last_modified="a"), (*ETAG, ("Last-Modified", "a")), 1, "new", False),
        (Validators(etag='"1"'), (("Last-Modified", "a"),), 1, "new", False),
        (Validators(), (), 1, "new", False),
        (Validators(etag='"1"'), ETAG, 0, "new", False),
        (Validators(etag='"1"'), ETAG, 1, "old", False),
        (Validators(etag='"1"'), ETAG, 1, None, False),
    ],
)
def test_liars_are_found_out(known: Validators, headers: tuple[tuple[str, str], ...], new: int, entries: str | None, lied: bool) -> None:
    """New entries under the validators of the old ones: a conditional request would have been answered with a 304."""
    before = state(validators=known, entry_set_digest=Digest("old"))
    seen = changed(new, document=document(), headers=headers, entry_set_digest=Digest(entries) if entries else None)
    after = after_poll(before, seen, now=NOW, random_unit=MIDDLE)
    assert after.ignore_validators is lied
    if lied:
        assert minutes(replace(before, rate_per_hour=50.0), seen) >= 60
        assert after_poll(after, changed(0), now=NOW, random_unit=MIDDLE).ignore_validators
    assert not after_poll(replace(before, entry_set_digest=None), seen, now=NOW, random_unit=MIDDLE).ignore_validators


def test_habits_are_counted() -> None:
    """The hour and weekday of every new entry; of those without a date, of the poll that found them."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    first = after_poll(fresh, changed(6, document=document(1, 2, 3, 4, 26, 9_000)), now=NOW, random_unit=MIDDLE).habits
    assert {hour: count for hour, count in enumerate(first.hours) if count} == {9: 1, 8: 2, 7: 1, 6: 1}
    assert first.days == (1, 4, 0, 0, 0, 0, 0)
    assert first.begun_at == NOW - timedelta(hours=26)  # the one of last year is pinned
    second = after_poll(state(habits=first), changed(2, document=document(0.1, 5, 6, 7, 8)), now=NOW, random_unit=MIDDLE).habits
    assert (second.hours[10], second.hours[5]) == (1, 1)
    assert (sum(second.hours), second.begun_at) == (7, first.begun_at)
    undated = after_poll(state(), changed(3, document=document()), now=NOW, random_unit=MIDDLE).habits
    assert (undated.hours[10], sum(undated.hours)) == (3, 3)
    assert after_poll(fresh, changed(3, document=document()), now=NOW, random_unit=MIDDLE).habits == Habits(begun_at=NOW)
    not_modified = Observation(outcome=PollOutcome.NOT_MODIFIED)
    assert after_poll(state(habits=first), not_modified, now=NOW, random_unit=MIDDLE).habits == first


def test_the_gap_that_was_refused_is_not_tried_again() -> None:
    """A 429 after 20 minutes: half an hour from then on, and slowly less with every success."""
    busy = state(rate_per_hour=50.0, last_success_at=NOW - timedelta(minutes=20))
    known = after_poll(busy, refused(), now=NOW, random_unit=MIDDLE)
    assert known.habits.refused_seconds == 30 * 60
    assert minutes(known, changed(20, document=document())) == pytest.approx(30 * 0.995 * 1.05, rel=0.001)
    assert minutes(known, failed()) >= 30
    again = after_poll(replace(known, last_success_at=NOW - timedelta(minutes=10)), refused(), now=NOW, random_unit=MIDDLE)
    assert again.habits.refused_seconds == 30 * 60
    known = replace(known, last_success_at=NOW)
    for _ in range(400):
        known = after_poll(known, changed(0), now=NOW, random_unit=MIDDLE)
    assert known.habits.refused_seconds == 0


def test_an_outage_is_no_refusal_of_our_pace() -> None:
    """A 503 teaches nothing about how close is too close, and of refusals in a row only the first does: then there was a pause."""
    busy = state(rate_per_hour=50.0, last_success_at=NOW - timedelta(minutes=20))
    assert after_poll(busy, refused(http_status=503), now=NOW, random_unit=MIDDLE).habits == busy.habits
    once = after_poll(busy, refused(http_status=429), now=NOW, random_unit=MIDDLE)
    twice = after_poll(once, refused(http_status=429), now=NOW + timedelta(hours=3), random_unit=MIDDLE)
    assert twice.habits == once.habits
    served = replace(twice, last_success_at=NOW + timedelta(hours=4))
    thrice = after_poll(served, refused(http_status=429), now=NOW + timedelta(hours=5), random_unit=MIDDLE)
    assert thrice.habits.refused_seconds == 90 * 60


@pytest.mark.parametrize(
    ("last_success_at", "seconds"),
    [(None, 0), (NOW - timedelta(hours=7), 0), (NOW - timedelta(hours=5), 6 * 3600), (NOW - timedelta(seconds=3), 600)],
)
def test_a_refusal_is_believed_within_reason(last_success_at: datetime | None, seconds: float) -> None:
    """Between ten minutes and six hours; one that came later is not about our pace."""
    after = after_poll(state(last_success_at=last_success_at), refused(), now=NOW, random_unit=MIDDLE)
    assert after.habits.refused_seconds == seconds
