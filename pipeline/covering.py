"""The coverage ledger, read: how much there was of each source and day, how much of it we have, and what went quiet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipeline.backfill.estimate import LONG, SHORT, Estimate, alarm, chapman
from pipeline.coverage import Survey, Way, way_of
from pipeline.ports import StateStore

BEFORE: Final = timedelta(days=LONG + SHORT)  # what a day is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One domain's day. `missing` is what the latest survey listed and the ledger lacked then; None: never surveyed."""

    domain: str
    day: date
    by_feed: int  # entries first seen that day
    by_sitemap: int
    by_import: int
    listed: int | None = None
    missing: int | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A source that went quiet: `silent` or `dropped`, as of the last complete day."""

    source: str
    word: str
    day: date
    usual: float  # entries a day over the fortnight before
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is known of a span of days, by day and domain, and the alarms at its end."""

    days: tuple[Covered, ...]
    alarms: tuple[Alarm, ...]


def read_coverage(state: StateStore, first: date, last: date) -> Coverage:
    """Return the coverage of the days from first to last, both included and complete."""
    seen = _seen(state, first, last)
    surveys = {(one.domain, one.day): one for one in state.coverage.surveys(first, last)}
    wanted = sorted({key for key in (*seen, *surveys) if first <= key[1] <= last}, key=lambda key: (key[1], key[0]))
    days = tuple(_covered(*key, seen.get(key, {}), surveys.get(key)) for key in wanted)
    return Coverage(days=days, alarms=tuple(_alarms(seen, last)))


def _seen(state: StateStore, first: date, last: date) -> dict[tuple[str, date], Mapping[Way, int]]:
    start, end = _midnight(first) - BEFORE, _midnight(last) + timedelta(days=1)
    found: dict[tuple[str, date], dict[Way, int]] = defaultdict(lambda: dict.fromkeys(Way, 0))
    for (domain, day, feed_id), count in state.coverage.seen(start, end).items():
        found[domain, day][way_of(feed_id)] += count
    return dict(found)


def _covered(domain: str, day: date, seen: Mapping[Way, int], survey: Survey | None) -> Covered:
    return Covered(
        domain=domain,
        day=day,
        by_feed=seen.get(Way.FEED, 0),
        by_sitemap=seen.get(Way.SITEMAP, 0),
        by_import=seen.get(Way.IMPORT, 0),
        listed=survey.listed if survey else None,
        missing=survey.listed - survey.held if survey else None,
        estimate=_estimate(survey) if survey else None,
    )


def _estimate(survey: Survey) -> Estimate | None:
    known = survey.held + max(survey.seen - survey.both, 0)
    return chapman(survey.seen, survey.listed, min(survey.both, survey.listed, survey.seen), known=known)


def _alarms(seen: Mapping[tuple[str, date], Mapping[Way, int]], last: date) -> list[Alarm]:
    found = []
    span = [last - BEFORE + timedelta(days=number) for number in range(1, BEFORE.days + 1)]
    for domain in sorted({domain for domain, _ in seen}):
        daily = [seen.get((domain, day), {}).get(Way.FEED, 0) for day in span]
        known = next((number for number, count in enumerate(daily) if count), len(daily))  # a new source has no before
        if word := alarm(daily[known:]):
            before = daily[known:-1]
            found.append(Alarm(source=domain, word=word, day=last, usual=sum(before) / len(before), last=daily[-1]))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
