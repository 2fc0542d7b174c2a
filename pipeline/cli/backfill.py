"""`wireroom backfill`: planned, started, watched, held back, given up."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date

import typer

from pipeline.backfill.plan import Cost, DayPlan, cost_of
from pipeline.backfilling import days_of, ingest, page_bytes, survey_days
from pipeline.cli import screen
from pipeline.fetching import INTERRUPTED
from pipeline.ledger import Outcome, Priority
from pipeline.surveying import Surveyed
from pipeline.wiring import BACKFILL, Rooms, open_rooms

app = typer.Typer(help="Fetch what was missed, behind live news.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
SINCE = typer.Option(..., "--from", metavar="DAY", help="First day (YYYY-MM-DD, UTC).")
UNTIL = typer.Option(None, "--to", metavar="DAY", help="Last day; the first one where not given.")
SOURCES = typer.Option([], "--source", metavar="FEED", help="Only the site of this feed id; may be given again.")
DOMAINS = typer.Option([], "--domain", metavar="DOMAIN", help="Only this registered domain; may be given again.")


@app.command()
def plan(since: str = SINCE, until: str = UNTIL, sources: list[str] = SOURCES, domains: list[str] = DOMAINS, as_json: bool = JSON) -> None:
    """Show what there is, what we hold, and what the rest would cost.

    Reads the sitemaps and older feed pages of the sites you follow, and fetches nothing else.
    """
    days = days_of(since, until)
    with open_rooms() as rooms:
        rooms.sync_feeds()
        planned = [_planned(one) for one in _survey(rooms, days, sources, domains, only_plan=True)]
        cost = cost_of(planned, delay_seconds=rooms.settings.host_delay, page_bytes=page_bytes(rooms))
    if as_json:
        screen.print_json({"days": [dataclasses.asdict(one) for one in planned], "cost": dataclasses.asdict(cost)})
        return
    numbers = ("listed", "held", "to fetch")
    rows = [(one.day, one.domain, one.listed, one.held, one.missing) for one in planned]
    screen.table("backfill", ("day", "source", *numbers), rows, right=numbers)
    screen.show(f"\n{_worded(cost)}")


@app.command()
def start(
    since: str = SINCE,
    until: str = UNTIL,
    sources: list[str] = SOURCES,
    domains: list[str] = DOMAINS,
    queue: bool = typer.Option(False, "--queue", help="Only put it into the ledger: Airflow, or `wireroom run`, fetches it."),
    as_json: bool = JSON,
) -> None:
    """Fetch what is missing of these days.

    Here and now, behind live news. Interrupted or killed, it goes on with `wireroom backfill resume`, or where Airflow runs, by itself.
    """
    days = days_of(since, until)
    with open_rooms() as rooms:
        rooms.sync_feeds()
        surveyed = _survey(rooms, days, sources, domains, only_plan=False)
        new = sum(len(one.missing) for one in surveyed)
        outcomes = Counter[str]() if queue else _work(rooms)
    _tell({"new": new, "outcomes": dict(outcomes)}, as_json=as_json)


@app.command()
def status(as_json: bool = JSON) -> None:
    """Show how far backfill is."""
    with open_rooms() as rooms:
        counts = rooms.state.ledger.counts(Priority.BACKFILL)
        held = rooms.state.coverage.held_since(BACKFILL)
        now = rooms.clock()
    done = {str(outcome): count for outcome, count in counts.items() if outcome is not None}
    if as_json:
        screen.print_json({"waiting": counts.get(None, 0), "outcomes": done, "paused_since": held})
        return
    paused = f"; paused {screen.ago(held, now)}" if held else ""
    screen.show(f"backfill: {screen.count_of(counts.get(None, 0), 'entry waits', 'entries wait')} or are under way{paused}")
    screen.table("", ("outcome", "entries"), list(done.items()), right=("entries",))


@app.command()
def pause() -> None:
    """Begin no new batches of backfill; what is under way ends."""
    with open_rooms() as rooms:
        rooms.state.coverage.hold(BACKFILL, rooms.clock())
    screen.note("backfill is paused; `wireroom backfill resume` lets it go on")


@app.command()
def resume(
    queue: bool = typer.Option(False, "--queue", help="Only let it go on: Airflow, or `wireroom run`, fetches it."),
    interrupted: bool = typer.Option(
        False, "--interrupted", help="Ask again for pages that were put aside because two processes were killed as they fetched them."
    ),
    as_json: bool = JSON,
) -> None:
    """Go on with what was paused, interrupted or killed."""
    with open_rooms() as rooms:
        rooms.state.coverage.let_go(BACKFILL)
        if interrupted:
            rooms.state.ledger.take_up(INTERRUPTED, rooms.clock())
        outcomes = Counter[str]() if queue else _work(rooms)
    _tell({"new": 0, "outcomes": dict(outcomes)}, as_json=as_json)


@app.command()
def cancel() -> None:
    """Give up what waits. What was fetched stays; what is under way ends; a pause ends too."""
    with open_rooms() as rooms:
        dropped = rooms.state.ledger.forget_backfill(rooms.clock())
        rooms.state.coverage.let_go(BACKFILL)
    screen.note(f"{screen.count_of(dropped, 'entry', 'entries')} given up")


def _survey(rooms: Rooms, days: Sequence[date], sources: list[str], domains: list[str], *, only_plan: bool) -> list[Surveyed]:
    with screen.progress("asking sitemaps", None) as tick:
        return survey_days(rooms, days, feeds=sources, domains=domains, plan=only_plan, progress=tick)


def _planned(one: Surveyed) -> DayPlan:
    survey = one.survey
    return DayPlan(day=survey.day, domain=survey.domain, listed=survey.listed, held=survey.held, missing=len(one.missing))


def _work(rooms: Rooms) -> Counter[str]:
    """Take batches through the stages until nothing of backfill waits: what a host defers is waited for."""
    outcomes: Counter[str] = Counter()
    with screen.progress("backfill", rooms.state.ledger.counts(Priority.BACKFILL).get(None, 0)) as tick:
        while True:
            batch_ids = list(dict.fromkeys((*rooms.unfinished(), *rooms.announce())))
            for batch_id in batch_ids:
                counts = ingest(rooms, batch_id)
                outcomes.update(counts)
                tick(sum(count for outcome, count in counts.items() if outcome != Outcome.DEFERRED))
            left = rooms.state.ledger.counts(Priority.BACKFILL)
            if not batch_ids and (not left.get(Outcome.DEFERRED) or rooms.state.coverage.held_since(BACKFILL)):
                return outcomes
            if not batch_ids:
                time.sleep(min(60.0, rooms.settings.host_delay + 1.0))


def _worded(cost: Cost) -> str:
    if not cost.pages:
        return "nothing is missing"
    return (
        f"{screen.count_of(cost.pages, 'page')} to fetch: {cost.host_hours:.1f} hours of host budget, done in about "
        f"{screen.duration(cost.hours * 3600)} ({cost.slowest} takes longest), {screen.size_of(cost.disk_bytes)} of archive"
    )


def _tell(done: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        screen.print_json(done)
        return
    outcomes = done["outcomes"]
    assert isinstance(outcomes, dict)
    screen.note(f"{done['new']} new{f'; {screen.listed(outcomes)}' if outcomes else ''}")
