"""The coverage ledger, read: how much there was of each source and day, how much of it we have, and what went quiet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipeline.backfill.estimate import LONG, SHORT, Estimate, alarm, by_three, chapman
from pipeline.coverage import Looks, Survey, Way, Ways
from pipeline.index.query import Between, SearchRequest
from pipeline.ports import ArticleIndex, StateStore

LANGUAGES: Final = 200  # more than anybody follows
_LIVE: Final = frozenset({Way.FEED, Way.PUSH})
BEFORE: Final = timedelta(days=LONG + SHORT)  # what a day is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One domain's day. `missing` is what the latest survey listed and the ledger lacked then; None: never surveyed."""

    domain: str
    day: date
    by_feed: int  # articles first seen that day; one that came by several ways counts for each
    by_push: int
    by_sitemap: int
    by_import: int
    listed: int | None = None
    missing: int | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What went quiet as of the last complete day: a source (`silent` or `dropped`), or a language (`vanished` or `dropped`)."""

    subject: str  # source, language
    name: str  # registered domain, or language tag
    word: str
    day: date
    usual: float  # entries a day over the fortnight before
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is known of a span of days, by day and domain, and the alarms at its end."""

    days: tuple[Covered, ...]
    alarms: tuple[Alarm, ...]


def read_coverage(state: StateStore, first: date, last: date, *, index: ArticleIndex | None = None) -> Coverage:
    """Return the coverage of the days from first to last, both included and complete; with an index, alarms of languages too."""
    seen = _seen(state, first, last)
    surveys = {(one.domain, one.day): one for one in state.coverage.surveys(first, last)}
    wanted = sorted({key for key in (*seen, *surveys) if first <= key[1] <= last}, key=lambda key: (key[1], key[0]))
    days = tuple(_covered(*key, seen.get(key, {}), surveys.get(key)) for key in wanted)
    alarms = [*_alarms(_daily(seen), last, "source"), *(_alarms(_spoken(index, last), last, "language") if index is not None else ())]
    return Coverage(days=days, alarms=tuple(alarms))


def _seen(state: StateStore, first: date, last: date) -> dict[tuple[str, date], Mapping[Ways, int]]:
    start, end = _midnight(first) - BEFORE, _midnight(last) + timedelta(days=1)
    found: dict[tuple[str, date], dict[Ways, int]] = defaultdict(dict)
    for (domain, day, ways), count in state.coverage.seen(start, end).items():
        found[domain, day][ways] = count
    return dict(found)


def _covered(domain: str, day: date, seen: Mapping[Ways, int], survey: Survey | None) -> Covered:
    by = {way: sum(count for ways, count in seen.items() if way in ways) for way in Way}
    return Covered(
        domain=domain,
        day=day,
        by_feed=by[Way.FEED],
        by_push=by[Way.PUSH],
        by_sitemap=by[Way.SITEMAP],
        by_import=by[Way.IMPORT],
        listed=survey.listed if survey else None,
        missing=survey.listed - survey.held if survey else None,
        estimate=_estimate(survey) if survey else None,
    )


def _estimate(survey: Survey) -> Estimate | None:
    known = survey.held + max(survey.seen - survey.both, 0)
    if survey.looks != Looks():
        return by_three(survey.looks, known=known)
    return chapman(survey.seen, survey.listed, min(survey.both, survey.listed, survey.seen), known=known)


def _daily(seen: Mapping[tuple[str, date], Mapping[Ways, int]]) -> dict[tuple[str, date], int]:
    """Return what polls and hubs brought; what a survey found is what they missed."""
    return {key: sum(count for ways, count in by.items() if ways & _LIVE) for key, by in seen.items()}


def _spoken(index: ArticleIndex, last: date) -> dict[tuple[str, date], int]:
    """Return how many articles the index has of each language and day."""
    found: dict[tuple[str, date], int] = {}
    for day in _span(last):
        request = SearchRequest(query=Between(field="@timestamp", start=_midnight(day), end=_midnight(day + timedelta(days=1))), size=1)
        page = index.search(replace(request, facets=("language",), facet_size=LANGUAGES))
        found |= {(facet.value, day): facet.count for facet in page.facets["language"] if facet.value != "und"}
    return found


def _alarms(counts: Mapping[tuple[str, date], int], last: date, subject: str) -> list[Alarm]:
    found = []
    for name in sorted({name for name, _ in counts}):
        daily = [counts.get((name, day), 0) for day in _span(last)]
        known = next((number for number, count in enumerate(daily) if count), len(daily))  # what is new has no before
        if word := alarm(daily[known:]):
            before, said = daily[known:-1], "vanished" if (subject, word) == ("language", "silent") else word
            found.append(Alarm(subject=subject, name=name, word=said, day=last, usual=sum(before) / len(before), last=daily[-1]))
    return found


def _span(last: date) -> list[date]:
    return [last - BEFORE + timedelta(days=number) for number in range(1, BEFORE.days + 1)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
