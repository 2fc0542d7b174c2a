"""When to poll a feed next, from what was learned of it and what its publisher asks. Pure: state and observation in, state out.

A feed is due when what is expected to wait there unseen amounts to some entry-minutes (docs/decisions/0010), or half the time
an entry stays in the document where that is shorter: early where much happens, seldom where little does, and never so seldom
that an entry passes unseen. Hints of the server are floors below it, and so is the gap that it refused with a 429.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import FeedState, FeedStatus, Habits, PollOutcome
from pipeline.sources.digests import body_digest, entry_set_digest
from pipeline.sources.freshness import cache_seconds, validators_of
from pipeline.sources.hints import WEEKDAYS
from pipeline.sources.observation import WEIGHTS, Failure, Observation, failure_of
from pipeline.sources.rhythm import DAYS, HOURS, counted, shown, wait_hours
from pipeline.types import FeedDocument, FeedHints, Validators

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DAY: Final = 86_400.0

SHORTEST: Final = 5 * MINUTE
LONGEST: Final = DAY
DORMANT_INTERVAL: Final = 30 * DAY
DORMANT_FAILURES: Final = 30.0
HALF_LIFE_HOURS: Final = 72.0  # of the rate
PATIENCE: Final = 6.5 / 60  # entry-hours that may wait unseen, as expected, before a poll is worth it
SHARPNESS: Final = 2 / 3  # power of the rate by which the interval falls: ½ makes entries wait least, 1 finds as many at each poll
UNKNOWN_RATE: Final = (2 * PATIENCE) ** (0.5 / SHARPNESS)  # entries an hour; polls an unknown feed every 60 minutes
WINDOW_RECOVERY: Final = 0.05  # share of the difference by which a window grows back at a poll
QUIET: Final = ((30, 24 * HOUR), (14, 4 * HOUR), (7, HOUR))  # days without anything new → shortest interval
JITTER: Final = 0.1
LATE_AFTER_429: Final = HOUR
PUSHED_FACTOR: Final = 12.0  # by which a feed is polled more seldom while its push is proven; once a day at the least
UNCONDITIONAL: Final = 0.01  # share of polls that ask for the whole feed, to find out servers whose 304s lie
SUSPICIOUS: Final = 8.0  # entries that a feed should have had since its last one, by its rate; then
UNCONDITIONAL_SUSPECT: Final = 0.1  # is the share
REFUSED_GROWTH: Final = 1.5  # by which a gap that got a 429 was too short, as a first guess
REFUSED_LEAST: Final = 10 * MINUTE
REFUSED_MOST: Final = 6 * HOUR  # whoever was asked that long ago does not mean our pace
REFUSED_DECAY: Final = 0.995  # a success; the host's limit is tried again about once in a hundred polls


def validators_to_send(state: FeedState, *, random_unit: float) -> Validators:
    """Return what to send with the next poll: the feed's validators, but none to liars and none at one poll in a hundred,
    or in ten where a feed has long been quieter than it ought to be.
    """
    share = UNCONDITIONAL_SUSPECT if _overdue_entries(state) > SUSPICIOUS else UNCONDITIONAL
    return Validators() if state.ignore_validators or random_unit < share else state.validators


def _overdue_entries(state: FeedState) -> float:
    """Return how many entries the rate of its last one would have brought since. The rate has been fading all the while."""
    if state.last_new_at is None or state.last_success_at is None or not state.rate_per_hour:
        return 0.0
    hours = max((state.last_success_at - state.last_new_at) / timedelta(hours=1), 0.0)
    return state.rate_per_hour * (math.exp2(min(hours / HALF_LIFE_HOURS, 50.0)) - 1) * HALF_LIFE_HOURS / math.log(2)


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

    A DEFERRED poll did not happen: only its time moves, and from a refusal is learned how close together was too close.
    `patience`, in entry-hours, is what a request is worth: less of it makes more requests and earlier entries. Until
    `pushed_until` entries come by push, which is proven: polls are only the net below it.
    """
    if seen.outcome is PollOutcome.DEFERRED:
        wait = timedelta(seconds=SHORTEST if seen.not_before is None else MINUTE) * random_unit
        late = timedelta(seconds=LATE_AFTER_429 * random_unit) if seen.failure is Failure.RATE_LIMITED else timedelta()
        due = max(now + timedelta(seconds=MINUTE), seen.not_before or now) + wait + late
        return replace(state, next_poll_at=due, habits=_refused(state, seen, now))
    polled = replace(state, polls=state.polls + 1, last_polled_at=now)
    if seen.outcome is PollOutcome.GONE:
        return replace(polled, status=FeedStatus.GONE, last_error=seen.error, next_poll_at=now + timedelta(seconds=DORMANT_INTERVAL))
    if seen.outcome is PollOutcome.FAILED:
        return _after_failure(polled, seen, now, random_unit, patience)
    return _after_success(polled, seen, now, random_unit, patience, pushed_until)


def _after_success(
    state: FeedState, seen: Observation, now: datetime, random_unit: float, patience: float, pushed_until: datetime | None
) -> FeedState:
    ages = _ages(seen.document, now)
    learned = replace(
        state,
        status=FeedStatus.ACTIVE,
        failures=0.0,
        last_error=None,
        last_success_at=now,
        last_new_at=_last_new(state, seen, now, ages),
        validators=_validators(state, seen),
        ignore_validators=state.ignore_validators or _lied(state, seen),
        body_digest=seen.body_digest or state.body_digest,
        entry_set_digest=seen.entry_set_digest or state.entry_set_digest,
        rate_per_hour=_rate(state, seen, now, ages),
        window_seconds=_window(state, ages, seen, now),
        hints=seen.document.hints if seen.document else state.hints,
        habits=_habits(state, seen, now, ages),
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
    return replace(state, failures=failures, status=status, last_error=seen.error, next_poll_at=_not_before(now, seconds, seen))


# ── what was learned ──────────────────────────────────────────────────────────────────────────────────────────────


def interval_seconds(state: FeedState, now: datetime, *, patience: float = PATIENCE) -> float:
    """Return how long to wait between two polls by what the feed itself shows, before hints and jitter."""
    rate = UNKNOWN_RATE if state.rate_per_hour is None else state.rate_per_hour
    hours, days = shown(state.habits, now)
    by_rate = wait_hours(rate ** (2 * SHARPNESS), hours, days, now, patience=patience, longest=LONGEST / HOUR) * HOUR
    by_window = state.window_seconds / 2 if state.window_seconds else LONGEST
    interval = min(max(min(by_rate, by_window), SHORTEST), LONGEST)
    quiet_days = (now - state.last_new_at) / timedelta(days=1) if state.last_new_at else 0.0
    return max(interval, next((floor for days, floor in QUIET if quiet_days >= days), 0.0))


def _beside_push(interval: float, now: datetime, pushed_until: datetime | None) -> float:
    """Return the interval of a feed whose entries are pushed: twelve times as long, a day at most, and not past push's end."""
    if pushed_until is None:
        return interval
    return max(interval, min(interval * PUSHED_FACTOR, LONGEST, (pushed_until - now).total_seconds()))


def has_validators(state: FeedState) -> bool:
    """Whether the feed can be asked for conditionally."""
    return not state.ignore_validators and bool(state.validators.etag or state.validators.last_modified)


def _rate(state: FeedState, seen: Observation, now: datetime, ages: list[float]) -> float | None:
    """Return entries an hour: at first as the entries' dates show, then the moving average of what was new."""
    if state.last_success_at is None:
        return len(ages) / max(ages[-1] / HOUR, 1.0) if ages else None
    hours = (now - state.last_success_at) / timedelta(hours=1)
    if hours <= 0:
        return state.rate_per_hour
    before = UNKNOWN_RATE if state.rate_per_hour is None else state.rate_per_hour
    weight = 1 - math.exp2(-hours / HALF_LIFE_HOURS)
    return before + weight * (seen.new / hours - before)


def _window(state: FeedState, ages: list[float], seen: Observation, now: datetime) -> float | None:
    """Return half the shortest stay of an entry in the document that was seen; it grows back slowly.

    The stay is the age of the document's old end, less the oldest tenth, in which pinned entries are. Where dates tell
    nothing, a gap tells that it is shorter than the time since the last success.
    """
    if not ages:
        if not seen.gap or state.last_success_at is None:
            return state.window_seconds
        passed = 0.5 * (now - state.last_success_at).total_seconds()
        return min(passed, state.window_seconds or passed)
    stay = 0.5 * max(ages[int(0.9 * (len(ages) - 1))], MINUTE)
    if state.window_seconds is None or stay < state.window_seconds:
        return stay
    return state.window_seconds + WINDOW_RECOVERY * (stay - state.window_seconds)


def _ages(document: FeedDocument | None, now: datetime) -> list[float]:
    """Return the entries' ages in seconds, youngest first; nothing where dates are too few or made up at the request."""
    dated = (entry.published or entry.updated for entry in document.entries) if document else ()
    ages = sorted((now - moment).total_seconds() for moment in dated if moment is not None and moment <= now)
    return ages if len(ages) >= 5 and ages[-1] - ages[0] > MINUTE else []


def _last_new(state: FeedState, seen: Observation, now: datetime, ages: list[float]) -> datetime | None:
    if not seen.new:
        return state.last_new_at
    return now - timedelta(seconds=ages[0]) if ages and state.last_success_at is None else now


def _validators(state: FeedState, seen: Observation) -> Validators:
    """Replace both after a 200, whatever the body was; after a 304 those that it carries."""
    found = validators_of(seen.headers)
    if seen.outcome is not PollOutcome.NOT_MODIFIED:
        return found
    return Validators(
        etag=found.etag or state.validators.etag,
        last_modified=found.last_modified or state.validators.last_modified,
    )


def _lied(state: FeedState, seen: Observation) -> bool:
    """Whether the answer has new entries and yet the validators of the one before: they would have brought a 304."""
    if not seen.new or state.entry_set_digest is None or seen.entry_set_digest in {None, state.entry_set_digest}:
        return False
    known, found = state.validators, validators_of(seen.headers)
    if known.etag or found.etag:  # where there is an ETag, the other is not looked at (RFC 9110, 13.1.3)
        return known.etag == found.etag
    return known.last_modified is not None and known.last_modified == found.last_modified


def _habits(state: FeedState, seen: Observation, now: datetime, ages: list[float]) -> Habits:
    """Count the new entries by hour and weekday; those without a believable date where they were found."""
    known, refused = state.habits, state.habits.refused_seconds * REFUSED_DECAY
    if known.refused_seconds:
        known = replace(known, refused_seconds=refused if refused >= REFUSED_LEAST / 2 else 0.0)
    ages = ages[: seen.new]
    if state.last_success_at is None:
        ages = [age for age in ages[: int(0.9 * len(ages)) + 1] if age < 60 * DAY]  # without pinned entries
    undated = 0 if state.last_success_at is None else seen.new - len(ages)
    moments = [now - timedelta(seconds=age) for age in ages] + [now] * undated
    if not moments:
        return known
    hours = counted(known.hours, (moment.hour for moment in moments), HOURS)
    days = counted(known.days, (moment.weekday() for moment in moments), DAYS)
    return replace(known, hours=hours, days=days, begun_at=known.begun_at or min(moments))


def _refused(state: FeedState, seen: Observation, now: datetime) -> Habits:
    """Learn from a refusal that came soon after a success how close together was too close."""
    if seen.failure is not Failure.RATE_LIMITED or state.last_success_at is None:
        return state.habits
    gap = (now - state.last_success_at).total_seconds()
    if gap >= REFUSED_MOST:
        return state.habits
    least = max(gap * REFUSED_GROWTH, state.habits.refused_seconds, REFUSED_LEAST)
    return replace(state.habits, refused_seconds=min(least, REFUSED_MOST))


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def _asked_for(state: FeedState, cached: int | None) -> float:
    """Return the shortest interval that the publisher leaves us, in seconds; a day at most."""
    hints = state.hints
    unconditional = 0 if has_validators(state) else HOUR
    asked = max(hints.ttl_seconds or 0, hints.update_seconds or 0, cached or 0, unconditional, state.habits.refused_seconds)
    return min(float(asked), LONGEST)


def _jitter(random_unit: float) -> float:
    return 1 - JITTER + 2 * JITTER * random_unit


def _not_before(now: datetime, seconds: float, seen: Observation) -> datetime:
    """Return the time after that many seconds, or what the host asked for where that is later (by a day at most)."""
    asked = min(seen.not_before or now, now + timedelta(seconds=LONGEST))
    return max(now + timedelta(seconds=seconds), asked)


def _outside_skipped(moment: datetime, hints: FeedHints) -> datetime:
    """Move on to the next hour and day on which the publisher wants polls; stay where none would be left."""
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
