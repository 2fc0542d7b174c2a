"""`wireroom coverage`: what was seen, what was missed, what went quiet."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import typer

from pipeline.backfilling import days_of
from pipeline.cli import screen
from pipeline.covering import Covered, read_coverage
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
DAYS = 7  # that are shown where none are asked for


def coverage(
    since: str = typer.Option(None, "--from", metavar="DAY", help="First day (YYYY-MM-DD, UTC); a week ago where not given."),
    until: str = typer.Option(None, "--to", metavar="DAY", help="Last day; yesterday where not given, the last complete one."),
    as_json: bool = JSON,
) -> None:
    """Show what was seen of each source and day, and what was missed.

    Seen by feeds, by hubs, in sitemaps, by imports; with the sources and languages that went quiet.

    An estimate of how much there was needs a survey of the day: the DAG sitemap_day makes one every day.
    """
    with open_rooms() as rooms:
        yesterday = rooms.clock().date() - timedelta(days=1)
        last = until or yesterday.isoformat()
        first = since or (days_of(last, None)[0] - timedelta(days=DAYS - 1)).isoformat()
        span = days_of(first, last)
        found = read_coverage(rooms.state, span[0], span[-1], index=rooms.index)
    if as_json:
        screen.print_json(dataclasses.asdict(found))
        return
    numbers = ("feed", "push", "sitemap", "import", "listed", "missing", "estimate", "recall")
    screen.table(f"coverage, {span[0]} to {span[-1]}", ("day", "source", *numbers), map(_row, found.days), right=numbers)
    rows = [(one.name, one.word, f"{one.usual:.0f} a day", one.last, one.day) for one in found.alarms]
    screen.table("\nalarms", ("source or language", "what", "usual", "last", "day"), rows, right=("last",))


def _row(one: Covered) -> tuple[object, ...]:
    estimate = one.estimate
    between = f"{estimate.total:.0f} ({estimate.low:.0f}-{estimate.high:.0f})" if estimate else "–"
    recall = f"{estimate.recall:.0%}" if estimate else "–"
    listed, missing = ("–" if count is None else count for count in (one.listed, one.missing))
    return one.day, one.domain, one.by_feed, one.by_push, one.by_sitemap, one.by_import, listed, missing, between, recall
