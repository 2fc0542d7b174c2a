"""What a backfill would find and cost: every source of the past beside what we hold, before anything of it is fetched.

    sitemaps, older feed pages ─ asked ─┐
    archive ─ pages that newer code may read otherwise ─┤
    WARC, WACZ, folders of pages ─ read ─┼─▶ rows by day, domain and source ─▶ cost
    lists of addresses ─ read ───────────┘

Nothing is fetched but robots.txt, sitemaps and older feed pages, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pipeline.backfill.choice import Choice
from pipeline.backfill.found import Missed
from pipeline.backfill.plan import ARCHIVE, DayPlan
from pipeline.backfill.url_lists import read_urls
from pipeline.backfilling import open_reader, open_replayer, survey_days
from pipeline.errors import ConfigurationError
from pipeline.importing import pages_of
from pipeline.replaying import Need, Wanted
from pipeline.surveying import SITEMAP, Offer
from pipeline.tally import Progress, no_progress
from pipeline.urls import article_id, registered_domain, url_key
from pipeline.wiring import Rooms

PORTION: Final = 500  # addresses the ledger is asked for at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is asked for: days, and the sources beside those we follow. What is empty asks for nothing."""

    days: tuple[date, ...]
    feeds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    warcs: tuple[str, ...] = ()  # WARC and WACZ files, folders of these or of saved pages
    lists: tuple[str, ...] = ()  # CSV, JSON lines or addresses


@dataclass(slots=True, kw_only=True)
class _Counts:
    """Offered and held by day and domain."""

    offered: Counter[tuple[date | None, str]] = field(default_factory=Counter)
    held: Counter[tuple[date | None, str]] = field(default_factory=Counter)

    def rows(self, source: str, *, fetched: bool) -> Iterator[DayPlan]:
        for (day, domain), offered in self.offered.items():
            held = self.held[day, domain]
            missing = offered - held
            to_fetch = missing if fetched else 0
            yield DayPlan(day=day, domain=domain, source=source, offered=offered, held=held, to_fetch=to_fetch, to_process=missing)


def plan_backfill(rooms: Rooms, span: Span, choice: Choice, *, progress: Progress = no_progress) -> list[DayPlan]:
    """Return what each source offers of these days, by day, domain and source; a list's addresses without a date come last.

    Raises:
        ConfigurationError: a file is not there, or not of its kind.
    """
    rows = [
        *_listed(rooms, span, progress),
        *_archived(rooms, span),
        *(row for path in span.warcs for row in _brought(rooms, path, choice, progress)),
        *(row for path in span.lists for row in _addressed(rooms, path, choice, progress)),
    ]
    return sorted(rows, key=lambda row: (row.day or date.max, row.domain, row.source))


def _listed(rooms: Rooms, span: Span, progress: Progress) -> Iterator[DayPlan]:
    for one in survey_days(rooms, span.days, feeds=span.feeds, domains=span.domains, plan=True, progress=progress):
        for offer in one.offers or (Offer(kind=SITEMAP, listed=0, held=0),):
            missing = offer.listed - offer.held
            yield DayPlan(
                day=one.survey.day,
                domain=one.survey.domain,
                source=offer.kind,
                offered=offer.listed,
                held=offer.held,
                to_fetch=missing,
                to_process=missing,
            )


def _archived(rooms: Rooms, span: Span) -> Iterator[DayPlan]:
    """Yield what is in our own archive: what is current counts as held."""
    wanted = Wanted(feeds=frozenset(span.feeds), domains=frozenset(span.domains))
    for day in span.days:
        pages = [page for page in rooms.state.ledger.replayable(day) if wanted.takes(page)]
        if not pages:
            continue
        counts, replayer = _Counts(), open_replayer(rooms)
        for page in pages:
            counts.offered[day, page.domain] += 1
            counts.held[day, page.domain] += replayer.need(page) is Need.NOTHING
        yield from counts.rows(ARCHIVE, fetched=False)


def _brought(rooms: Rooms, path: str, choice: Choice, progress: Progress) -> Iterator[DayPlan]:
    """Yield what a file or folder holds of what is wanted, by the day each page was captured on."""
    counts = _Counts()
    places: dict[str, tuple[date | None, str]] = {}
    for one in pages_of([Path(path)], open_reader(rooms, choice)):
        progress(1)
        if not isinstance(one, Missed):
            places.setdefault(one.page.url, (one.page.fetched_at.date(), registered_domain(one.page.url)))
    _count(rooms, places, counts)
    yield from counts.rows(Path(path).name, fetched=False)


def _addressed(rooms: Rooms, path: str, choice: Choice, progress: Progress) -> Iterator[DayPlan]:
    """Yield what a list names of what is wanted, by the day it gives."""
    counts = _Counts()
    places: dict[str, tuple[date | None, str]] = {}
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as lines:
            for one in read_urls(lines, Path(path).name):
                progress(1)
                if not isinstance(one, Missed) and choice.refuse(one.url, one.published) is None:
                    places.setdefault(one.url, (one.published.date() if one.published else None, registered_domain(one.url)))
    except OSError as error:
        raise ConfigurationError.of("--list", path, f"a file that can be read ({error.strerror})") from error
    _count(rooms, places, counts)
    yield from counts.rows(Path(path).name, fetched=True)


def _count(rooms: Rooms, places: Mapping[str, tuple[date | None, str]], counts: _Counts) -> None:
    held = _held(rooms, list(places))
    for url, place in places.items():
        counts.offered[place] += 1
        counts.held[place] += url in held


def _held(rooms: Rooms, urls: Sequence[str]) -> set[str]:
    """Return the addresses that an entry was listed for, under whatever name we know its article by."""
    found: set[str] = set()
    for start in range(0, len(urls), PORTION):
        names = {article_id(url_key(url)): url for url in urls[start : start + PORTION]}
        found.update(names[name] for name in rooms.state.coverage.ways(list(names)))
    return found
