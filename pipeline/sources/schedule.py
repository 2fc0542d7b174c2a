"""When to poll a feed next, from what was learned of it and what its publisher asks. Pure: state and observation in, state out.

A feed is due when an entry, or nearly, is expected to wait there unseen, or when those expected have waited some entry-minutes in
all (docs/decisions/0010): busy feeds by the first, slow ones by the second. It is due earlier where a quarter of what its document
holds may be new. Hints of the server are floors below that, and so is the gap that it refused with a 429.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import FeedState, FeedStatus, PollOutcome
from pipeline.sources.digests import body_digest, entry_set_digest
from pipeline.sources.freshness import cache_seconds
from pipeline.sources.hints import WEEKDAYS
from pipeline.sources.learned import (
    DAY,
    HOUR,
    MINUTE,
    dates_of,
    habits_after,
    habits_refused,
    half_life,
    has_lied,
    last_new_after,
    rate_after,
    validators_after,
    window_after,
)
from pipeline.sources.observation import WEIGHTS, Failure, Observation, failure_of
from pipeline.sources.rhythm import wait_hours, week_of
from pipeline.types import FeedHints, Validators

SHORTEST: Final = 5 * MINUTE
LONGEST: Final = DAY
DORMANT_INTERVAL: Final = 30 * DAY
DORMANT_FAILURES: Final = 30.0
PATIENCE: Final = 40 / 60  # entry-hours that may wait unseen, as expected, before a poll is worth it
ENOUGH: Final = 0.75  # entries expected to wait that are worth a poll however short they have waited; goes with the patience's root
FRESH_SHARE: Final = 4  # of a document's entries one part may be new, as expected, so that none passes unseen when more come
UNKNOWN: Final = HOUR  # interval of a feed of which nothing is known
QUIET: Final = ((30, 24 * HOUR), (14, 4 * HOUR), (7, HOUR))  # days without anything new → shortest interval
JITTER: Final = 0.1
BYTES_AN_HOUR: Final = 64_000  # that a feed without validators may cost its publisher: less than an article's page
UNCONDITIONAL_LEAST: Final = 15 * MINUTE
LATE_AFTER_429: Final = HOUR
PUSHED_FACTOR: Final = 12.0  # by which a feed is polled more seldom while its push is proven; once a day at the least
UNCONDITIONAL: Final = 0.01  # share of polls that ask for the whole feed, to find out servers whose 304s lie
SUSPICIOUS: Final = 8.0  # entries that a feed should have had since its last one, by its rate; then
UNCONDITIONAL_SUSPECT: Final = 0.1  # is the share, and more where polls are few:
SUSPECT_EVERY: Final = timedelta(hours=12)  # one in this time


def validators_to_send(state: FeedState, *, random_unit: float) -> Validators:
    """Return what to send with the next poll: the feed's validators, but none to liars and none at one poll in a hundred,
    or in ten where a feed has long been quieter than it ought to be.
    """
    share = UNCONDITIONAL
    if _overdue_entries(state) > SUSPICIOUS and state.last_success_at is not None:
        share = max((state.next_poll_at - state.last_success_at) / SUSPECT_EVERY, UNCONDITIONAL_SUSPECT)
    return Validators() if state.ignore_validators or random_unit < share else state.validators


def _overdue_entries(state: FeedState) -> float:
    """Return how many entries the rate of its last one would have brought since. The rate has been fading all the while."""
    if state.last_new_at is None or state.last_success_at is None or not state.rate_per_hour:
        return 0.0
    hours = max((state.last_success_at - state.last_new_at) / timedelta(hours=1), 0.0)
    half = half_life(state.rate_per_hour)
    return state.rate_per_hour * (math.exp2(min(hours / half, 50.0)) - 1) * half / math.log(2)


# ── the decision ──────────────────────────────────────────────────────────────────────────────────────────────────


def after_poll(
    state: FeedState,
    seen: Observation,
    *,
    now: datetime,
    random_unit: float,
    patience: float = PATIENCE,
    pushed_until: datetime | None = None,
) -> FeedState:
    """Return a feed's state after a poll: what was learned, and `next_poll_at`. `random_unit` is uniform in [0, 1).

    A DEFERRED poll did not happen: only its time moves. Where it was refused (429, 503) that counts as half a failure, and
    from a 429 is learned how close together was too close.
    `patience`, in entry-hours, is what a request is worth: less of it makes more requests and earlier entries. Until
    `pushed_until` entries come by push, which is proven: polls are only the net below it.
    """
    if seen.outcome is PollOutcome.DEFERRED:
        return _after_deferral(state, seen, now, random_unit)
    if seen.outcome is PollOutcome.GONE:
        polled = replace(state, polls=state.polls + 1, last_polled_at=now, status=FeedStatus.GONE, last_error=seen.error)
        return replace(polled, next_poll_at=now + timedelta(seconds=DORMANT_INTERVAL))
    if seen.outcome is PollOutcome.FAILED:
        return _after_failure(state, seen, now, random_unit, patience)
    return _after_success(state, seen, now, random_unit, patience, pushed_until)


def _after_deferral(state: FeedState, seen: Observation, now: datetime, random_unit: float) -> FeedState:
    wait = timedelta(seconds=SHORTEST if seen.not_before is None else MINUTE) * random_unit
    due = max(now + timedelta(seconds=MINUTE), seen.not_before or now) + wait
    if seen.failure is not Failure.RATE_LIMITED:  # the host is paused for another's sake, or has a queue
        return replace(state, next_poll_at=due)
    due += timedelta(seconds=LATE_AFTER_429 * random_unit)
    failures, status = state.failures + WEIGHTS[Failure.RATE_LIMITED], state.status
    if failures >= DORMANT_FAILURES:
        status, due = FeedStatus.DORMANT, max(due, now + timedelta(seconds=DORMANT_INTERVAL))
    habits = habits_refused(state, seen, now)
    return replace(state, failures=failures, status=status, last_error=seen.error, next_poll_at=due, habits=habits)


def _after_success(
    state: FeedState, seen: Observation, now: datetime, random_unit: float, patience: float, pushed_until: datetime | None
) -> FeedState:
    dates = dates_of(seen.document, now)
    learned = replace(
        state,
        polls=state.polls + 1,
        last_polled_at=now,
        status=FeedStatus.ACTIVE,
        failures=0.0,
        last_error=None,
        last_success_at=now,
        last_new_at=last_new_after(state, seen, now, dates),
        validators=validators_after(state, seen),
        ignore_validators=state.ignore_validators or has_lied(state, seen),
        body_digest=seen.body_digest or state.body_digest,
        entry_set_digest=seen.entry_set_digest or state.entry_set_digest,
        rate_per_hour=rate_after(state, seen, now, dates),
        window_seconds=window_after(state, seen, now),
        hints=seen.document.hints if seen.document else state.hints,
        habits=habits_after(state, seen, now, dates),
    )
    wanted = _beside_push(interval_seconds(learned, now, patience=patience) * _jitter(random_unit), now, pushed_until)
    floor = _asked_for(learned, cache_seconds(seen.headers))
    seconds = max(wanted, floor * (1 + JITTER * random_unit))
    return replace(learned, next_poll_at=_outside_skipped(_not_before(now, seconds, seen), learned.hints))


def _after_failure(state: FeedState, seen: Observation, now: datetime, random_unit: float, patience: float) -> FeedState:
    failure = seen.failure or (failure_of(seen.http_status, seen.headers) if seen.http_status else Failure.OTHER)
    failures = state.failures + WEIGHTS[failure]
    floor = _asked_for(state, None)
    seconds = min(max(interval_seconds(state, now, patience=patience), floor) * max(1.0, failures), LONGEST)
    status = FeedStatus.BLOCKED if failure is Failure.BOT_WALL else state.status
    if failures >= DORMANT_FAILURES:
        seconds, status = DORMANT_INTERVAL, FeedStatus.DORMANT
    seconds *= _jitter(random_unit)
    if failure is Failure.RATE_LIMITED:
        seconds += LATE_AFTER_429 * random_unit
    due = _not_before(now, seconds, seen)
    polls = state.polls + 1
    return replace(state, polls=polls, last_polled_at=now, failures=failures, status=status, last_error=seen.error, next_poll_at=due)


# ── what was learned ──────────────────────────────────────────────────────────────────────────────────────────────


def interval_seconds(state: FeedState, now: datetime, *, patience: float = PATIENCE) -> float:
    """Return how long to wait between two polls by what the feed itself shows, before hints and jitter."""
    by_gap = state.window_seconds / 2 if state.window_seconds else LONGEST
    interval = min(max(min(_by_rate(state, now, patience), by_gap), SHORTEST), LONGEST)
    quiet_days = (now - state.last_new_at) / timedelta(days=1) if state.last_new_at else 0.0
    return max(interval, next((floor for days, floor in QUIET if quiet_days >= days), 0.0))


def _by_rate(state: FeedState, now: datetime, patience: float) -> float:
    """Return when enough is expected to wait: some entry-hours, or a share of what the document holds."""
    rate = state.rate_per_hour
    if rate is None:
        return UNKNOWN * math.sqrt(patience / PATIENCE)
    if rate <= 0:
        return LONGEST
    most = ENOUGH * math.sqrt(patience / PATIENCE)
    if state.habits.held:
        most = min(most, max(state.habits.held / FRESH_SHARE, 1.0))
    return wait_hours(rate, week_of(state.habits, now), now, patience=patience, longest=LONGEST / HOUR, most=most) * HOUR


def _beside_push(interval: float, now: datetime, pushed_until: datetime | None) -> float:
    """Return the interval of a feed whose entries are pushed: twelve times as long, a day at most, and not past push's end."""
    if pushed_until is None:
        return interval
    return max(interval, min(interval * PUSHED_FACTOR, LONGEST, (pushed_until - now).total_seconds()))


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def has_validators(state: FeedState) -> bool:
    """Whether the feed can be asked for conditionally."""
    return not state.ignore_validators and bool(state.validators.etag or state.validators.last_modified)


def unconditional_floor(body_bytes: int) -> float:
    """Return the shortest interval of a feed that has to be sent whole each time: an hour, less only where that takes few bytes."""
    return min(max(HOUR * body_bytes / BYTES_AN_HOUR, UNCONDITIONAL_LEAST), HOUR) if body_bytes else HOUR


def _asked_for(state: FeedState, cached: int | None) -> float:
    """Return the shortest interval that the publisher leaves us, in seconds; a day at most."""
    hints = state.hints
    unconditional = 0 if has_validators(state) else unconditional_floor(state.habits.body_bytes)
    asked = max(hints.ttl_seconds or 0, hints.update_seconds or 0, cached or 0, unconditional, state.habits.refused_seconds)
    return min(float(asked), LONGEST)


def _jitter(random_unit: float) -> float:
    return 1 - JITTER + 2 * JITTER * random_unit


def _not_before(now: datetime, seconds: float, seen: Observation) -> datetime:
    """Return the time after that many seconds, or what the host asked for where that is later (by a day at most)."""
    due = now + timedelta(seconds=seconds)
    return max(due, min(seen.not_before, now + timedelta(seconds=LONGEST))) if seen.not_before else due


def _outside_skipped(moment: datetime, hints: FeedHints) -> datetime:
    """Move on to the next hour and day on which the publisher wants polls; stay where none would be left."""
    if not hints.skip_hours and not hints.skip_days:
        return moment
    for hours in range(24 * 7):
        later = moment + timedelta(hours=hours)
        if later.hour not in hints.skip_hours and WEEKDAYS[later.weekday()] not in hints.skip_days:
            return later
    return moment


__all__ = [
    "PATIENCE",
    "WEIGHTS",
    "Failure",
    "Observation",
    "after_poll",
    "body_digest",
    "entry_set_digest",
    "failure_of",
    "has_validators",
    "interval_seconds",
    "validators_to_send",
]
