"""When a feed is polled next."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger import FeedState, FeedStatus, Habits, PollOutcome
from pipeline.sources.schedule import (
    PATIENCE,
    SHARPNESS,
    UNKNOWN_RATE,
    WEIGHTS,
    Failure,
    Observation,
    after_poll,
    has_validators,
    interval_seconds,
    validators_to_send,
)
from pipeline.types import ArticleId, Digest, EntryId, Feed, FeedDocument, FeedEntry, FeedHints, FeedId, FeedKind, UrlKey, Validators

NOW = datetime(2026, 5, 12, 10, 30, tzinfo=UTC)  # a Tuesday
ETAG = (("ETag", '"1"'),)
MIDDLE = 0.5  # of the jitter: none


def state(**more: object) -> FeedState:
    """A feed with validators that succeeded an hour ago, unless told otherwise."""
    known: dict[str, object] = {
        "feed": Feed(feed_id=FeedId("paper"), url="https://paper.example/feed"),
        "next_poll_at": NOW,
        "validators": Validators(etag='"0"'),
        "last_success_at": NOW - timedelta(hours=1),
        "last_new_at": NOW,
        "rate_per_hour": UNKNOWN_RATE,
        "polls": 7,
    }
    return FeedState(**{**known, **more})  # type: ignore[arg-type]


def document(*ages_in_hours: float, hints: FeedHints | None = None, now: datetime = NOW) -> FeedDocument:
    """A document whose entries were published so long ago."""
    entries = tuple(
        FeedEntry(
            entry_id=EntryId(str(age)),
            feed_id=FeedId("paper"),
            url="https://paper.example/",
            url_key=UrlKey("k"),
            article_id=ArticleId("a"),
            published=now - timedelta(hours=age),
        )
        for age in ages_in_hours
    )
    return FeedDocument(kind=FeedKind.RSS, entries=entries, hints=hints or FeedHints())


def changed(new: int = 0, **more: object) -> Observation:
    """A poll that brought something."""
    known: dict[str, object] = {"outcome": PollOutcome.CHANGED, "http_status": 200, "headers": ETAG, "new": new}
    return Observation(**{**known, **more})  # type: ignore[arg-type]


def failed(failure: Failure = Failure.OTHER, **more: object) -> Observation:
    return Observation(outcome=PollOutcome.FAILED, failure=failure, error="why", **more)  # type: ignore[arg-type]


STEADY = 60 * math.sqrt(2 * PATIENCE)  # minutes between two polls of a feed of one entry an hour
BRISK = (STEADY / 15) ** (1 / SHARPNESS)  # entries an hour that are worth a poll each 15 minutes


def minutes(known: FeedState, seen: Observation, random_unit: float = MIDDLE) -> float:
    """The minutes until the next poll."""
    return (after_poll(known, seen, now=NOW, random_unit=random_unit).next_poll_at - NOW) / timedelta(minutes=1)


# ── the interval ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"rate_per_hour": None}, 60),
        ({"rate_per_hour": 1.0}, STEADY),
        ({"rate_per_hour": BRISK}, 15),
        ({"rate_per_hour": 100.0}, 5),
        ({"rate_per_hour": 0.0625}, STEADY * 16**SHARPNESS),
        ({"rate_per_hour": 0.0001}, 24 * 60),
        ({"rate_per_hour": 0.0}, 24 * 60),
        ({"rate_per_hour": 0.1, "window_seconds": 7200.0}, 60),
        ({"rate_per_hour": BRISK, "window_seconds": 72_000.0}, 15),
        ({"rate_per_hour": None, "window_seconds": 60.0}, 5),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=6)}, 15),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=7)}, 60),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=14)}, 240),
        ({"rate_per_hour": BRISK, "last_new_at": NOW - timedelta(days=30)}, 1440),
        ({"rate_per_hour": BRISK, "last_new_at": None}, 15),
    ],
)
def test_interval(known: dict[str, object], expected: float) -> None:
    """Until some entry-minutes have passed unseen or half an entry's stay, within 5 minutes and a day, slower where all is quiet."""
    assert interval_seconds(state(**known), NOW) == pytest.approx(expected * 60)


def test_patience_is_the_price_of_a_poll() -> None:
    """A quarter of it means twice the polls."""
    assert interval_seconds(state(), NOW, patience=PATIENCE / 4) == pytest.approx(30 * 60)
    seen = changed(document=document())
    later, sooner = (
        after_poll(state(), seen, now=NOW, random_unit=MIDDLE, patience=patience).next_poll_at for patience in (PATIENCE, PATIENCE / 4)
    )
    assert (later - NOW) / (sooner - NOW) == pytest.approx(2, rel=0.01)
    failing = after_poll(state(), failed(), now=NOW, random_unit=MIDDLE, patience=PATIENCE / 4)
    assert failing.next_poll_at == NOW + timedelta(minutes=30)


def test_a_feed_is_left_alone_at_night() -> None:
    """A feed of the morning is polled more often then, and hardly in the evening."""
    morning = Habits(hours=tuple(40.0 if 6 <= hour < 10 else 0.0 for hour in range(24)), begun_at=NOW - timedelta(days=9))
    known = state(habits=morning)
    at = {hour: interval_seconds(known, NOW.replace(hour=hour)) / 60 for hour in (7, 20)}
    assert at[7] < 40
    assert at[20] > 2 * 60
    unproven = state(habits=replace(morning, begun_at=NOW - timedelta(days=1)))
    assert interval_seconds(unproven, NOW.replace(hour=20)) == interval_seconds(state(), NOW)


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


# ── what is learned ───────────────────────────────────────────────────────────────────────────────────────────────


def test_first_rate_is_what_the_dates_show() -> None:
    """Ten entries of the last ten hours are one an hour, before anything was waited for."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    after = after_poll(fresh, changed(10, document=document(*range(1, 11))), now=NOW, random_unit=MIDDLE)
    assert after.rate_per_hour == pytest.approx(1.0)
    assert after.last_new_at == NOW - timedelta(hours=1)
    assert after.window_seconds == pytest.approx(0.5 * 9 * 3600)


@pytest.mark.parametrize("ages", [(), (1,), (1, 2, 3, 4), (0,) * 20, (-1,) * 20])
def test_no_rate_from_doubtful_dates(ages: tuple[float, ...]) -> None:
    """Too few dates, or dates made at the request, or dates to come, show nothing: the feed is unknown."""
    fresh = state(rate_per_hour=None, last_success_at=None, last_new_at=None)
    after = after_poll(fresh, changed(len(ages), document=document(*ages)), now=NOW, random_unit=MIDDLE)
    assert (after.rate_per_hour, after.window_seconds) == (None, None)
    assert after.next_poll_at == NOW + timedelta(hours=1)


def test_rate_is_an_average_with_a_half_life_of_three_days() -> None:
    """After three days without anything new the rate is half of what it was, in one poll or in many."""
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
    assert known.rate_per_hour == pytest.approx(3.0, rel=0.05)


def test_window_shrinks_at_once_and_grows_slowly() -> None:
    """A short stay is believed at once, so that no entry is missed; a long one only by and by."""
    ages = [float(age) for age in range(10)]
    known = state(window_seconds=36_000.0)
    short = after_poll(known, changed(0, document=document(*(age / 10 for age in ages))), now=NOW, random_unit=MIDDLE)
    assert short.window_seconds == pytest.approx(0.5 * 0.8 * 3600)
    longer = after_poll(short, changed(0, document=document(*ages)), now=NOW, random_unit=MIDDLE)
    assert short.window_seconds is not None
    assert longer.window_seconds == pytest.approx(short.window_seconds + 0.05 * (0.5 * 8 * 3600 - short.window_seconds))
    assert after_poll(known, changed(0), now=NOW, random_unit=MIDDLE).window_seconds == 36_000.0


def test_a_pinned_entry_does_not_widen_the_window() -> None:
    """One entry of last year at the top of a feed says nothing about how long the others stay."""
    ages = [*(float(age) for age in range(19)), 9_000.0]
    known = after_poll(state(window_seconds=None), changed(0, document=document(*ages)), now=NOW, random_unit=MIDDLE)
    assert known.window_seconds == pytest.approx(0.5 * 17 * 3600)


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
    assert after_poll(fresh, changed(3, document=document()), now=NOW, random_unit=MIDDLE).habits == Habits()
    not_modified = Observation(outcome=PollOutcome.NOT_MODIFIED)
    assert after_poll(state(habits=first), not_modified, now=NOW, random_unit=MIDDLE).habits == first


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
    assert (after.status, after.rate_per_hour, after.validators.etag) == (FeedStatus.GONE, UNKNOWN_RATE, '"0"')


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


def refused(**more: object) -> Observation:
    return Observation(outcome=PollOutcome.DEFERRED, failure=Failure.RATE_LIMITED, not_before=NOW, **more)  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("last_success_at", "seconds"),
    [(None, 0), (NOW - timedelta(hours=7), 0), (NOW - timedelta(hours=5), 6 * 3600), (NOW - timedelta(seconds=3), 600)],
)
def test_a_refusal_is_believed_within_reason(last_success_at: datetime | None, seconds: float) -> None:
    """Between ten minutes and six hours; one that came later is not about our pace."""
    after = after_poll(state(last_success_at=last_success_at), refused(), now=NOW, random_unit=MIDDLE)
    assert after.habits.refused_seconds == seconds


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


@pytest.mark.parametrize(("seconds_apart", "most_polls"), [(120, 580), (600, 420), (3600, 110), (6 * 3600, 50)])
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
    for rate, hours in ((100.0, 1.0), (BRISK, 3.0), (UNKNOWN_RATE, 12.0), (0.01, 24.0)):
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
