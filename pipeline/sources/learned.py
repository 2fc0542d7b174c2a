"""What a poll teaches about a feed: its rate, its hours, how much its document holds, what its server says and hides. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import FeedState, Habits, PollOutcome
from pipeline.sources.freshness import validators_of
from pipeline.sources.observation import Failure, Observation
from pipeline.sources.rhythm import DAYS, HOURS, counted, week_of
from pipeline.types import FeedDocument, Validators

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DAY: Final = 86_400.0

HALF_LIFE: Final = 72.0  # hours, of the rate of a busy feed
REMEMBERED: Final = 20.0  # entries: where they are rarer the rate fades more slowly, so that they are what it is made of
HALF_LIFE_MOST: Final = 21 * 24.0
FIRST_SIGHT: Final = 4.0  # hours of watching that the first document is worth at least
UNDATED_RATE: Final = 0.3  # entries an hour of a feed that shows none: between the median feed and the mean one
FEWEST_DATED: Final = 5  # entries of a document whose dates tell anything
PINNED: Final = 0.1  # share of a document, its oldest, that may be pinned there
MADE_WITHIN: Final = timedelta(minutes=1)  # all dates so close together were made at the request
OLDEST_COUNTED: Final = timedelta(days=60)  # at first sight
WINDOW_DOUBLES: Final = 24.0  # hours after which polls may be twice as far apart as a gap has taught
REFUSED_GROWTH: Final = 1.5  # by which a gap that got a 429 was too short, as a first guess
REFUSED_LEAST: Final = 10 * MINUTE
REFUSED_MOST: Final = 6 * HOUR  # whoever was asked that long ago does not mean our pace
REFUSED_DECAY: Final = 0.995  # a success; the host's limit is tried again about once in a hundred polls


def half_life(rate: float) -> float:
    """Return in how many hours what was seen of a feed comes to weigh half: three days, longer where entries are rare."""
    return min(max(HALF_LIFE, REMEMBERED / rate if rate > 0 else HALF_LIFE_MOST), HALF_LIFE_MOST)


def rate_after(state: FeedState, seen: Observation, now: datetime, dates: list[datetime]) -> float | None:
    """Return entries an hour: at first as the entries' dates show, then what came in the time watched, both fading alike.

    An hour watched counts by how busy it is for this feed, so that a quiet night is no sign of a quiet feed; and what was
    watched for two hours is soon outweighed.
    """
    if state.last_success_at is None:
        last = int((1 - PINNED) * (len(dates) - 1))
        return (last + 1) / max((now - dates[last]).total_seconds() / HOUR, 1.0) if dates else None
    hours = (now - state.last_success_at) / timedelta(hours=1)
    if hours <= 0:
        return state.rate_per_hour
    before = UNDATED_RATE if state.rate_per_hour is None else state.rate_per_hour
    half = half_life(before)
    fade, lasting = math.exp2(-hours / half), half / math.log(2)
    known = _watched_hours(state, half, lasting) * fade
    recent = lasting * (1 - fade) / hours  # what the time since weighs, on the mean
    busy = week_of(state.habits, now).busy_hours(state.last_success_at, now)
    return (before * known + recent * seen.new) / (known + recent * busy)


def _watched_hours(state: FeedState, half: float, lasting: float) -> float:
    """Return the hours a feed had been watched by its last success, as far as they still count."""
    if state.habits.begun_at is None or state.last_success_at is None:
        return lasting
    hours = (state.last_success_at - state.habits.begun_at) / timedelta(hours=1)
    return max(lasting * (1 - math.exp2(-max(hours, 0.0) / half)), FIRST_SIGHT)


def window_after(state: FeedState, seen: Observation, now: datetime) -> float | None:
    """Return half the time between two polls that a gap showed to be too long; it grows back, to None, where none follows."""
    known = state.window_seconds
    if seen.gap and state.last_success_at is not None:
        passed = max(0.5 * (now - state.last_success_at).total_seconds(), 1.0)
        return min(passed, known or passed)
    if known is None:
        return None
    hours = (now - state.last_success_at) / timedelta(hours=1) if state.last_success_at else 0.0
    grown = known * math.exp2(min(max(hours, 0.0) / WINDOW_DOUBLES, 50.0))
    return grown if grown < DAY else None


def dates_of(document: FeedDocument | None, now: datetime) -> list[datetime]:
    """Return when the entries were published, newest first; nothing where dates are too few or made up at the request."""
    dated = [entry.published or entry.updated for entry in document.entries] if document else []
    dates = sorted([moment for moment in dated if moment is not None and moment <= now], reverse=True)
    return dates if len(dates) >= FEWEST_DATED and dates[0] - dates[-1] > MADE_WITHIN else []


def last_new_after(state: FeedState, seen: Observation, now: datetime, dates: list[datetime]) -> datetime | None:
    """Return when the feed last had something new, as far as is known."""
    if not seen.new:
        return state.last_new_at
    return dates[0] if dates and state.last_success_at is None else now


def validators_after(state: FeedState, seen: Observation) -> Validators:
    """Replace both after a 200, whatever the body was; after a 304 those that it carries."""
    found = validators_of(seen.headers)
    if seen.outcome is not PollOutcome.NOT_MODIFIED:
        return found
    return Validators(
        etag=found.etag or state.validators.etag,
        last_modified=found.last_modified or state.validators.last_modified,
    )


def has_lied(state: FeedState, seen: Observation) -> bool:
    """Whether the answer has new entries and yet the validators of the one before: they would have brought a 304."""
    if not seen.new or state.entry_set_digest is None or seen.entry_set_digest in {None, state.entry_set_digest}:
        return False
    known, found = state.validators, validators_of(seen.headers)
    if known.etag or found.etag:  # where there is an ETag, the other is not looked at (RFC 9110, 13.1.3)
        return known.etag == found.etag
    return known.last_modified is not None and known.last_modified == found.last_modified


def habits_after(state: FeedState, seen: Observation, now: datetime, dates: list[datetime]) -> Habits:
    """Count the new entries by hour and weekday; those without a believable date where they were found."""
    known, first = state.habits, state.last_success_at is None
    held, sent = (
        (len(seen.document.entries), seen.bytes or known.body_bytes) if seen.document is not None else (known.held, known.body_bytes)
    )
    refused = known.refused_seconds * REFUSED_DECAY if known.refused_seconds * REFUSED_DECAY >= REFUSED_LEAST / 2 else 0.0
    moments = _moments(seen, now, dates, first=first)
    if not moments:
        if first or (held, sent, refused) != (known.held, known.body_bytes, known.refused_seconds):
            return replace(known, held=held, body_bytes=sent, refused_seconds=refused, begun_at=known.begun_at or (now if first else None))
        return known
    return replace(
        known,
        held=held,
        body_bytes=sent,
        refused_seconds=refused,
        hours=counted(known.hours, (moment.hour for moment in moments), HOURS),
        days=counted(known.days, (moment.weekday() for moment in moments), DAYS),
        begun_at=known.begun_at or min(moments),
    )


def _moments(seen: Observation, now: datetime, dates: list[datetime], *, first: bool) -> list[datetime]:
    """Return when the new entries were published; of a first document without those pinned to its end."""
    dates = dates[: seen.new]
    if first:
        return [date for date in dates[: int((1 - PINNED) * len(dates)) + 1] if now - date < OLDEST_COUNTED]
    return dates + [now] * (seen.new - len(dates))


def habits_refused(state: FeedState, seen: Observation, now: datetime) -> Habits:
    """Learn from a refusal that came soon after a success how close together was too close.

    A 503 is about the server's troubles and not about our pace, and of several refusals in a row the first one tells: before
    the others there was a pause.
    """
    if seen.failure is not Failure.RATE_LIMITED or seen.http_status == 503 or state.last_success_at is None:
        return state.habits
    gap = (now - state.last_success_at).total_seconds()
    again = state.habits.refused_at is not None and state.habits.refused_at > state.last_success_at
    if again or gap >= REFUSED_MOST:
        return state.habits
    least = max(gap * REFUSED_GROWTH, state.habits.refused_seconds, REFUSED_LEAST)
    return replace(state.habits, refused_seconds=min(least, REFUSED_MOST), refused_at=now)
