"""When a feed is polled next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger import FeedStatus, Habits, PollOutcome
from pipeline.sources.schedule import (
    ENOUGH,
    PATIENCE,
    WEIGHTS,
    Failure,
    Observation,
    after_poll,
    interval_seconds,
)
from pipeline.types import FeedHints, Validators
from tests.sources.polls import ETAG, MIDDLE, NOW, changed, document, failed, minutes, state

BRISK = 4 * ENOUGH  # entries an hour that are worth a poll each 15 minutes
SLOW = 2 * PATIENCE / 64  # and each eight hours
HOURLY = 2 * PATIENCE  # and each hour, were it not for the number of them


# ── the interval ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"rate_per_hour": None}, 60),
        ({"rate_per_hour": ENOUGH}, 60),
        ({"rate_per_hour": BRISK}, 15),
        ({"rate_per_hour": 100.0}, 5),
        ({"rate_per_hour": SLOW}, 8 * 60),
        ({"rate_per_hour": 0.0001}, 24 * 60),
        ({"rate_per_hour": 0.0}, 24 * 60),
        ({"rate_per_hour": SLOW, "window_seconds": 7200.0}, 60),
        ({"rate_per_hour": BRISK, "window_seconds": 72_000.0}, 15),
        ({"rate_per_hour": None, "window_seconds": 60.0}, 5),
        ({"rate_per_hour": BRISK, "habits": Habits(held=100)}, 15),
        ({"rate_per_hour": BRISK, "habits": Habits(held=1)}, 15),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=6)}, 15),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=7)}, 60),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=14)}, 240),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=30)}, 1440),
        ({"rate_per_hour": BRISK, "last_new_at": None}, 15),
    ],
)
def test_interval(known: dict[str, object], expected: float) -> None:
    """Until enough entries are expected, or some have waited for some entry-hours; within 5 minutes and a day, slower where all
    is quiet, and sooner where a gap showed that it was too long.
    """
    assert interval_seconds(state(**known), NOW) == pytest.approx(expected * 60)


def test_no_more_than_a_part_of_a_document_may_be_new() -> None:
    """Whoever is patient still comes before the entries of a short feed leave it: a quarter of them new, as expected."""
    short = state(rate_per_hour=8.0, habits=Habits(held=8))
    assert interval_seconds(short, NOW, patience=400 * PATIENCE) == pytest.approx(15 * 60)
    assert interval_seconds(state(rate_per_hour=8.0), NOW, patience=400 * PATIENCE) > 3600
    single = state(rate_per_hour=0.5, habits=Habits(held=1))
    assert interval_seconds(single, NOW, patience=400 * PATIENCE) == pytest.approx(2 * 3600)


@pytest.mark.parametrize("rate", [None, BRISK, SLOW])
def test_patience_is_the_price_of_a_poll(rate: float | None) -> None:
    """A quarter of it means twice the polls, of busy feeds, slow ones and unknown ones."""
    known = state(rate_per_hour=rate)
    assert interval_seconds(known, NOW, patience=PATIENCE / 4) == pytest.approx(interval_seconds(known, NOW) / 2)
    failing = after_poll(known, failed(), now=NOW, random_unit=MIDDLE, patience=PATIENCE / 4)
    assert (failing.next_poll_at - NOW).total_seconds() == pytest.approx(interval_seconds(known, NOW) / 2)


def test_a_feed_is_left_alone_at_night() -> None:
    """A feed of the morning is polled more often then, and hardly in the evening."""
    hours = tuple(40.0 if 6 <= hour < 10 else 0.0 for hour in range(24))
    morning = Habits(hours=hours, days=(1.0,) * 7, begun_at=NOW - timedelta(days=9))
    known = state(habits=morning)
    at = {hour: interval_seconds(known, NOW.replace(hour=hour)) / 60 for hour in (7, 20)}
    assert at[7] < 60
    assert at[20] > 4 * 60
    unproven = state(habits=replace(morning, begun_at=NOW - timedelta(days=1)))
    assert interval_seconds(unproven, NOW.replace(hour=20)) == pytest.approx(interval_seconds(unproven, NOW.replace(hour=7)), rel=0.1)


@pytest.mark.parametrize(
    ("hints", "headers", "expected"),
    [
        ({}, (), 60),  # no validator: at most once an hour
        ({}, ETAG, 15),
        ({"ttl_seconds": 1800}, ETAG, 30),
        ({"ttl_seconds": 60}, ETAG, 15),
        ({"update_seconds": 7200, "ttl_seconds": 60}, ETAG, 120),
        ({"ttl_seconds": 31 * 86_400}, ETAG, 1440),
        ({}, (*ETAG, ("Cache-Control", "max-age=2400")), 40),
        ({}, (*ETAG, ("Cache-Control", "max-age=2400, no-cache")), 15),
        ({}, (*ETAG, ("Cache-Control", "max-age=99999999")), 1440),
    ],
)
def test_server_hints_are_floors(hints: dict[str, int], headers: tuple[tuple[str, str], ...], expected: float) -> None:
    """The greatest of what the server asks for holds the interval up, a day at most; jitter never goes below it."""
    known = state(rate_per_hour=BRISK, last_success_at=NOW - timedelta(minutes=1))
    seen = changed(0, document=document(hints=FeedHints(**hints)), headers=headers)
    assert minutes(known, seen, 0.0) == pytest.approx(expected if expected > 15 else 13.5, rel=0.01)
    assert expected <= minutes(known, seen, 0.999) <= expected * 1.1


@pytest.mark.parametrize(("body_bytes", "expected"), [(0, 60), (1_000, 15), (32_000, 30), (64_000, 60), (9_000_000, 60)])
def test_without_validators_the_size_is_the_floor(body_bytes: int, expected: float) -> None:
    """A feed that has to be sent whole is asked for once an hour; oftener only where it is small, and its server asks for no more."""
    habits = Habits(body_bytes=body_bytes)
    whole = state(rate_per_hour=50.0, validators=Validators(), habits=habits, last_success_at=NOW - timedelta(minutes=1))
    seen = Observation(outcome=PollOutcome.UNCHANGED, http_status=200, new=1)
    assert minutes(whole, seen, 0.0) == pytest.approx(expected)
    assert minutes(replace(whole, hints=FeedHints(ttl_seconds=7_200)), seen, 0.0) == pytest.approx(120)
    assert minutes(whole, replace(seen, headers=ETAG), 0.0) == pytest.approx(4.5)


def test_jitter_is_a_tenth() -> None:
    """Feeds polled together do not stay together."""
    known = state()
    seen = changed(document=document(), new=0)
    values = [minutes(known, seen, unit) for unit in (0.0, 0.5, 0.9999)]
    middle = values[1]
    assert values == pytest.approx([middle * 0.9, middle, middle * 1.1], rel=0.001)


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((), (), datetime(2026, 5, 12, 11, 30, tzinfo=UTC)),
        ((11, 12), (), datetime(2026, 5, 12, 13, 30, tzinfo=UTC)),
        ((), ("tuesday", "wednesday"), datetime(2026, 5, 14, 0, 30, tzinfo=UTC)),
        (tuple(range(24)), (), datetime(2026, 5, 12, 11, 30, tzinfo=UTC)),
        ((23, 0), ("tuesday",), datetime(2026, 5, 13, 1, 30, tzinfo=UTC)),
    ],
)
def test_skipped_hours_and_days(hours: tuple[int, ...], days: tuple[str, ...], expected: datetime) -> None:
    """No poll falls into them, unless there would be none at all."""
    hints = FeedHints(skip_hours=hours, skip_days=days, ttl_seconds=3600)
    after = after_poll(state(rate_per_hour=50.0), changed(50, document=document(hints=hints)), now=NOW, random_unit=0.0)
    assert after.next_poll_at == expected


# ── failures ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("failure", Failure)
def test_failures_have_their_weight(failure: Failure) -> None:
    """Each kind of failure counts for what it is."""
    after = after_poll(state(failures=2.0), failed(failure), now=NOW, random_unit=MIDDLE)
    assert after.failures == 2.0 + WEIGHTS[failure]
    assert (after.last_error, after.polls, after.last_success_at) == ("why", 8, NOW - timedelta(hours=1))


def test_an_observation_that_names_no_failure_is_judged_by_its_status() -> None:
    """And by its headers: a 503 is one thing alone and another with the host's wish."""
    for headers, failure in (((), Failure.STATUS), ((("CF-Mitigated", "Challenge"),), Failure.BOT_WALL)):
        seen = Observation(outcome=PollOutcome.FAILED, http_status=403 if headers else 503, headers=headers)
        assert after_poll(state(), seen, now=NOW, random_unit=MIDDLE).failures == WEIGHTS[failure]


@pytest.mark.parametrize(("failures", "expected"), [(0.0, 60), (0.5, 60), (1.5, 120), (9.5, 600), (25.0, 1440), (29.4, 1440)])
def test_backoff_is_linear_up_to_a_day(failures: float, expected: float) -> None:
    """The interval times the failures, never more than a day until the feed is dormant."""
    assert minutes(state(failures=failures), failed()) == pytest.approx(expected)


def test_thirty_failures_make_a_feed_dormant_and_one_success_wakes_it() -> None:
    """Dormant feeds are polled every thirty days, for ever."""
    asleep = after_poll(state(failures=29.5), failed(), now=NOW, random_unit=MIDDLE)
    assert asleep.status is FeedStatus.DORMANT
    assert asleep.next_poll_at == NOW + timedelta(days=30)
    later = asleep.next_poll_at
    assert after_poll(asleep, failed(), now=later, random_unit=MIDDLE).next_poll_at == later + timedelta(days=30)
    awake = after_poll(asleep, changed(1), now=later, random_unit=MIDDLE)
    assert (awake.status, awake.failures, awake.last_error) == (FeedStatus.ACTIVE, 0.0, None)
    assert awake.next_poll_at <= later + timedelta(days=1.1)


def test_gone_is_gone() -> None:
    """410 ends the polls at once and keeps what was learned."""
    after = after_poll(state(), Observation(outcome=PollOutcome.GONE, http_status=410), now=NOW, random_unit=MIDDLE)
    assert (after.status, after.rate_per_hour, after.validators.etag) == (FeedStatus.GONE, ENOUGH, '"0"')


def test_a_bot_wall_blocks_until_it_opens() -> None:
    """A blocked feed is still polled, ever more seldom."""
    blocked = after_poll(state(), failed(Failure.BOT_WALL), now=NOW, random_unit=MIDDLE)
    assert blocked.status is FeedStatus.BLOCKED
    assert after_poll(blocked, failed(Failure.TIMEOUT), now=NOW, random_unit=MIDDLE).status is FeedStatus.BLOCKED
    assert after_poll(blocked, changed(), now=NOW, random_unit=MIDDLE).status is FeedStatus.ACTIVE


def test_a_hosts_wish_is_kept() -> None:
    """Never before Retry-After, which counts for a day at most; after a 429 up to an hour later still."""
    wish = NOW + timedelta(hours=5)
    assert after_poll(state(), failed(not_before=wish), now=NOW, random_unit=MIDDLE).next_poll_at == wish
    assert minutes(state(), failed(not_before=NOW + timedelta(days=9))) == 1440
    assert minutes(state(), failed(Failure.RATE_LIMITED)) == 60 + 30


def test_a_deferred_poll_did_not_happen() -> None:
    """Only its time moves, to shortly after the host's pause."""
    wish = NOW + timedelta(minutes=20)
    known = state(failures=3.0)
    after = after_poll(known, Observation(outcome=PollOutcome.DEFERRED, not_before=wish), now=NOW, random_unit=MIDDLE)
    assert after == replace(known, next_poll_at=after.next_poll_at)
    assert wish < after.next_poll_at <= wish + timedelta(minutes=1)
    without = after_poll(known, Observation(outcome=PollOutcome.DEFERRED), now=NOW, random_unit=0.0)
    assert without.next_poll_at > NOW


# ── always ────────────────────────────────────────────────────────────────────────────────────────────────────────

OBSERVATIONS = st.builds(
    Observation,
    outcome=st.sampled_from(PollOutcome),
    http_status=st.one_of(st.none(), st.sampled_from([200, 304, 404, 429, 503])),
    headers=st.sampled_from([(), ETAG, (("Cache-Control", "max-age=999999999"),), (("Expires", "0"),)]),
    failure=st.one_of(st.none(), st.sampled_from(Failure)),
    not_before=st.one_of(st.none(), st.integers(-100, 10_000).map(lambda minute: NOW + timedelta(minutes=minute))),
    document=st.one_of(st.none(), st.lists(st.floats(-50, 9_000), max_size=12).map(lambda ages: document(*ages))),
    new=st.integers(0, 5_000),
)


def test_a_refusal_is_half_a_failure() -> None:
    """Who is refused sixty times in a row is left alone for a month; a success forgets it, and what another feed met does not count."""
    known = state()
    refusal = Observation(outcome=PollOutcome.DEFERRED, failure=Failure.RATE_LIMITED, http_status=429, error="429", not_before=NOW)
    for number in range(1, 61):
        known = after_poll(known, refusal, now=NOW, random_unit=0.0)
        assert (known.failures, known.last_error) == (number / 2, "429")
        assert known.status is (FeedStatus.ACTIVE if number < 60 else FeedStatus.DORMANT)
    assert known.next_poll_at == NOW + timedelta(days=30)
    assert after_poll(known, changed(0), now=NOW, random_unit=0.0).failures == 0.0
    assert after_poll(state(), replace(refusal, failure=None, http_status=None), now=NOW, random_unit=0.0).failures == 0.0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(OBSERVATIONS, st.integers(0, 100_000), st.floats(0, 1, exclude_max=True)), max_size=8))
def test_whatever_happens(polls: list[tuple[Observation, int, float]]) -> None:
    """After any history the next poll is ahead and within 33 days, and what is learned stays within reason."""
    known, now = state(last_success_at=None, rate_per_hour=None), NOW
    for seen, seconds, unit in polls:
        now += timedelta(seconds=seconds)
        known = after_poll(known, seen, now=now, random_unit=unit)
        asked = seen.not_before if seen.outcome is PollOutcome.DEFERRED and seen.not_before else now
        assert now + timedelta(minutes=1) <= known.next_poll_at <= max(asked, now + timedelta(days=33)) + timedelta(hours=2)
        assert known.rate_per_hour is None or known.rate_per_hour >= 0
        assert known.window_seconds is None or known.window_seconds > 0


def publisher(seconds_apart: float) -> Callable[[datetime], list[float]]:
    """A feed of the last twenty entries, one each so many seconds: the ages of its entries in hours."""

    def ages(now: datetime) -> Iterator[float]:
        newest = (now - NOW).total_seconds() % seconds_apart
        yield from ((newest + number * seconds_apart) / 3600 for number in range(20))

    return lambda now: list(ages(now))


@pytest.mark.parametrize(("seconds_apart", "most_polls"), [(120, 580), (600, 440), (3600, 110), (6 * 3600, 50)])
def test_a_steady_feed_is_followed_without_a_gap(seconds_apart: float, most_polls: int) -> None:
    """Over two days no entry leaves the document unseen, and the polls are those that some entry-minutes each come to."""
    feed = publisher(seconds_apart)
    known, now, polls, seen_until = state(last_success_at=None, rate_per_hour=None, last_new_at=None), NOW, 0, NOW - timedelta(days=9)
    while now < NOW + timedelta(days=2):
        ages = feed(now)
        assert now - timedelta(hours=ages[-1]) <= seen_until or polls == 0
        fresh = [age for age in ages if now - timedelta(hours=age) > seen_until]
        known = after_poll(known, changed(len(fresh), document=document(*ages, now=now)), now=now, random_unit=MIDDLE)
        seen_until, now, polls = now, known.next_poll_at, polls + 1
    assert polls <= most_polls


# ── beside push ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_proven_push_makes_polls_twelve_times_as_rare() -> None:
    """And no rarer than one a day: the safety net."""
    for rate, hours in ((100.0, 1.0), (BRISK, 3.0), (ENOUGH, 12.0), (0.01, 24.0)):
        known = state(rate_per_hour=rate, last_success_at=NOW)
        alone = (after_poll(known, changed(), now=NOW, random_unit=MIDDLE).next_poll_at - NOW) / timedelta(hours=1)
        pushed = after_poll(known, changed(), now=NOW, random_unit=MIDDLE, pushed_until=NOW + timedelta(days=9)).next_poll_at - NOW
        assert pushed / timedelta(hours=1) == pytest.approx(min(12 * alone, 24.0))
        assert pushed / timedelta(hours=1) == pytest.approx(hours, rel=0.05)


def test_no_chance_makes_the_safety_net_wider() -> None:
    """Whatever the jitter says, a day is a day."""
    late = after_poll(state(rate_per_hour=0.01), changed(), now=NOW, random_unit=1.0, pushed_until=NOW + timedelta(days=9))
    assert late.next_poll_at - NOW <= timedelta(days=1, hours=2.4)
    quiet = after_poll(state(), changed(), now=NOW, random_unit=1.0, pushed_until=NOW + timedelta(days=9))
    assert quiet.next_poll_at - NOW <= timedelta(days=1)


def test_polls_come_back_when_push_ends() -> None:
    """Not hours after its lease, and not earlier than without push."""
    known = state(rate_per_hour=BRISK, last_success_at=NOW)
    alone = after_poll(known, changed(), now=NOW, random_unit=MIDDLE).next_poll_at
    assert after_poll(known, changed(), now=NOW, random_unit=MIDDLE, pushed_until=NOW + timedelta(hours=1)).next_poll_at == NOW + timedelta(
        hours=1
    )
    assert after_poll(known, changed(), now=NOW, random_unit=MIDDLE, pushed_until=NOW + timedelta(seconds=1)).next_poll_at == alone


def test_a_failure_is_no_reason_to_rely_on_push() -> None:
    """A feed that cannot be polled is tried again as if there were none."""
    known = state(rate_per_hour=BRISK)
    alone = after_poll(known, failed(Failure.TIMEOUT), now=NOW, random_unit=MIDDLE)
    assert after_poll(known, failed(Failure.TIMEOUT), now=NOW, random_unit=MIDDLE, pushed_until=NOW + timedelta(days=9)) == alone
