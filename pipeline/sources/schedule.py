"""When to poll a feed next, from what was learned of it and what its publisher asks. Pure: state and observation in, state out.

The interval is half the time between two entries, or half the time an entry stays in the document where that is shorter:
often enough to be early, and never so seldom that an entry passes unseen. Hints of the server are floors below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pipeline.ledger import FeedState, FeedStatus, PollOutcome
from pipeline.sources.digests import body_digest, entry_set_digest
from pipeline.sources.freshness import Headers, cache_seconds, validators_of
from pipeline.sources.hints import WEEKDAYS
from pipeline.types import Digest, FeedDocument, FeedHints, Validators

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DAY: Final = 86_400.0

SHORTEST: Final = 5 * MINUTE
LONGEST: Final = DAY
DORMANT_INTERVAL: Final = 30 * DAY
DORMANT_FAILURES: Final = 30.0
HALF_LIFE_HOURS: Final = 72.0  # of the rate
UNKNOWN_RATE: Final = 0.5  # entries an hour; polls an unknown feed every 60 minutes
WINDOW_RECOVERY: Final = 0.05  # share of the difference by which a window grows back at a poll
QUIET: Final = ((30, 24 * HOUR), (14, 4 * HOUR), (7, HOUR))  # days without anything new → shortest interval
JITTER: Final = 0.1
LATE_AFTER_429: Final = HOUR
UNCONDITIONAL: Final = 0.01  # share of polls that ask for the whole feed, to find out servers whose 304s lie


class Failure(StrEnum):
    """Why a poll failed, as far as it matters for the next one."""

    DNS = "dns"
    PROXY = "proxy"
    CONNECTION = "connection"  # also TLS
    TIMEOUT = "timeout"
    STATUS = "status"  # 404, 408, 5xx
    REFUSED = "refused"  # 400, 401, 403
    RATE_LIMITED = "rate-limited"  # 429, and 503 with Retry-After
    BOT_WALL = "bot-wall"
    BAD_URL = "bad-url"
    UNREADABLE = "unreadable"  # what came is a feed that cannot be parsed
    WEB_PAGE = "web-page"  # what came is no feed
    OTHER = "other"


WEIGHTS: Final = {
    Failure.DNS: 0.25,
    Failure.PROXY: 0.25,
    Failure.CONNECTION: 0.5,
    Failure.TIMEOUT: 0.5,
    Failure.STATUS: 0.5,
    Failure.REFUSED: 1.0,
    Failure.RATE_LIMITED: 0.5,
    Failure.BOT_WALL: 1.0,
    Failure.BAD_URL: 1.0,
    Failure.UNREADABLE: 0.5,
    Failure.WEB_PAGE: 1.0,
    Failure.OTHER: 0.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one poll saw. `document` is there where the body was read; `new` counts its entries not seen before."""

    outcome: PollOutcome
    http_status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    failure: Failure | None = None  # where FAILED; told from the status where left out
    error: str | None = None
    not_before: datetime | None = None  # the host's wish: Retry-After, or the end of its pause
    document: FeedDocument | None = None
    body_digest: Digest | None = None
    entry_set_digest: Digest | None = None
    new: int = 0
    bytes: int = 0
    seconds: float = 0.0


def failure_of(status: int, headers: Headers = ()) -> Failure:
    """Return what a final HTTP status means for the next poll."""
    named = {name.lower(): value.lower() for name, value in headers}
    if status == 403 and named.get("cf-mitigated") == "challenge":
        return Failure.BOT_WALL
    if status == 429 or (status == 503 and "retry-after" in named):
        return Failure.RATE_LIMITED
    return Failure.REFUSED if status in {400, 401, 402, 403, 407, 451} else Failure.STATUS


def validators_to_send(state: FeedState, *, random_unit: float) -> Validators:
    """Return what to send with the next poll: the feed's validators, but none to liars and none at one poll in a hundred."""
    return Validators() if state.ignore_validators or random_unit < UNCONDITIONAL else state.validators


# ── the decision ──────────────────────────────────────────────────────────────────────────────────────────────────


def after_poll(state: FeedState, seen: Observation, *, now: datetime, random_unit: float) -> FeedState:
    """Return a feed's state after a poll: what was learned, and `next_poll_at`. `random_unit` is uniform in [0, 1).

    A DEFERRED poll did not happen: only its time moves.
    """
    if seen.outcome is PollOutcome.DEFERRED:
        wait = timedelta(seconds=SHORTEST if seen.not_before is None else MINUTE) * random_unit
        late = timedelta(seconds=LATE_AFTER_429 * random_unit) if seen.failure is Failure.RATE_LIMITED else timedelta()
        return replace(state, next_poll_at=max(now + timedelta(seconds=MINUTE), seen.not_before or now) + wait + late)
    polled = replace(state, polls=state.polls + 1, last_polled_at=now)
    if seen.outcome is PollOutcome.GONE:
        return replace(polled, status=FeedStatus.GONE, last_error=seen.error, next_poll_at=now + timedelta(seconds=DORMANT_INTERVAL))
    if seen.outcome is PollOutcome.FAILED:
        return _after_failure(polled, seen, now, random_unit)
    return _after_success(polled, seen, now, random_unit)


def _after_success(state: FeedState, seen: Observation, now: datetime, random_unit: float) -> FeedState:
    learned = replace(
        state,
        status=FeedStatus.ACTIVE,
        failures=0.0,
        last_error=None,
        last_success_at=now,
        last_new_at=_last_new(state, seen, now),
        validators=_validators(state, seen),
        body_digest=seen.body_digest or state.body_digest,
        entry_set_digest=seen.entry_set_digest or state.entry_set_digest,
        rate_per_hour=_rate(state, seen, now),
        window_seconds=_window(state, seen, now),
        hints=seen.document.hints if seen.document else state.hints,
    )
    wanted = interval_seconds(learned, now)
    floor = min(_asked_for(learned.hints, cache_seconds(seen.headers), has_validators(learned)), LONGEST)
    seconds = max(wanted * _jitter(random_unit), floor * (1 + JITTER * random_unit))
    return replace(learned, next_poll_at=_outside_skipped(_not_before(now, seconds, seen), learned.hints))


def _after_failure(state: FeedState, seen: Observation, now: datetime, random_unit: float) -> FeedState:
    failure = seen.failure or (failure_of(seen.http_status, seen.headers) if seen.http_status else Failure.OTHER)
    failures = state.failures + WEIGHTS[failure]
    floor = _asked_for(state.hints, None, has_validators(state))
    seconds = min(max(interval_seconds(state, now), floor) * max(1.0, failures), LONGEST)
    status = FeedStatus.BLOCKED if failure is Failure.BOT_WALL else state.status
    if failures >= DORMANT_FAILURES:
        seconds, status = DORMANT_INTERVAL, FeedStatus.DORMANT
    seconds *= _jitter(random_unit)
    if failure is Failure.RATE_LIMITED:
        seconds += LATE_AFTER_429 * random_unit
    return replace(state, failures=failures, status=status, last_error=seen.error, next_poll_at=_not_before(now, seconds, seen))


# ── what was learned ──────────────────────────────────────────────────────────────────────────────────────────────


def interval_seconds(state: FeedState, now: datetime) -> float:
    """Return how long to wait between two polls by what the feed itself shows, before hints and jitter."""
    rate = UNKNOWN_RATE if state.rate_per_hour is None else state.rate_per_hour
    by_rate = 0.5 / rate * HOUR if rate > 0 else LONGEST
    by_window = state.window_seconds / 2 if state.window_seconds else LONGEST
    interval = min(max(min(by_rate, by_window), SHORTEST), LONGEST)
    quiet_days = (now - state.last_new_at) / timedelta(days=1) if state.last_new_at else 0.0
    return max(interval, next((floor for days, floor in QUIET if quiet_days >= days), 0.0))


def has_validators(state: FeedState) -> bool:
    """Whether the feed can be asked for conditionally."""
    return not state.ignore_validators and bool(state.validators.etag or state.validators.last_modified)


def _rate(state: FeedState, seen: Observation, now: datetime) -> float | None:
    """Return entries an hour: at first as the entries' dates show, then the moving average of what was new."""
    if state.last_success_at is None:
        ages = _ages(seen.document, now)
        return len(ages) / max(ages[-1] / HOUR, 1.0) if ages else None
    hours = (now - state.last_success_at) / timedelta(hours=1)
    if hours <= 0:
        return state.rate_per_hour
    before = UNKNOWN_RATE if state.rate_per_hour is None else state.rate_per_hour
    weight = 1 - math.exp2(-hours / HALF_LIFE_HOURS)
    return before + weight * (seen.new / hours - before)


def _window(state: FeedState, seen: Observation, now: datetime) -> float | None:
    """Return half the shortest stay of an entry in the document that was seen; it grows back slowly.

    The stay is the age of the document's old end, less the oldest tenth, in which pinned entries are.
    """
    ages = _ages(seen.document, now)
    if not ages:
        return state.window_seconds
    stay = 0.5 * max(ages[int(0.9 * (len(ages) - 1))], MINUTE)
    if state.window_seconds is None or stay < state.window_seconds:
        return stay
    return state.window_seconds + WINDOW_RECOVERY * (stay - state.window_seconds)


def _ages(document: FeedDocument | None, now: datetime) -> list[float]:
    """Return the entries' ages in seconds, youngest first; nothing where dates are too few or made up at the request."""
    dated = (entry.published or entry.updated for entry in document.entries) if document else ()
    ages = sorted((now - moment).total_seconds() for moment in dated if moment is not None and moment <= now)
    return ages if len(ages) >= 5 and ages[-1] - ages[0] > MINUTE else []


def _last_new(state: FeedState, seen: Observation, now: datetime) -> datetime | None:
    if not seen.new:
        return state.last_new_at
    ages = _ages(seen.document, now) if state.last_success_at is None else []
    return now - timedelta(seconds=ages[0]) if ages else now


def _validators(state: FeedState, seen: Observation) -> Validators:
    """Replace both after a 200, whatever the body was; after a 304 those that it carries."""
    found = validators_of(seen.headers)
    if seen.outcome is not PollOutcome.NOT_MODIFIED:
        return found
    return Validators(
        etag=found.etag or state.validators.etag,
        last_modified=found.last_modified or state.validators.last_modified,
    )


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def _asked_for(hints: FeedHints, cached: int | None, conditional: bool) -> float:
    asked = max(hints.ttl_seconds or 0, hints.update_seconds or 0, cached or 0, 0 if conditional else HOUR)
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
