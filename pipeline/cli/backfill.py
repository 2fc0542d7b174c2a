"""`wireroom backfill`: planned, started, watched, held back, given up."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from pathlib import Path

import typer

from pipeline.backfill.plan import Cost, DayPlan, cost_of
from pipeline.backfilling import days_of, import_urls, page_bytes, spelled_choice
from pipeline.catching_up import CatchUp, begin, left_over, waits, work
from pipeline.cli import screen
from pipeline.fetching import INTERRUPTED
from pipeline.handover import change_all, hand_over, open_airflow, standing
from pipeline.ledger import Priority
from pipeline.planning import Span, plan_backfill
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.wiring import BACKFILL, Rooms, open_rooms

app = typer.Typer(help="Fetch what was missed, behind live news.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
SINCE = typer.Option(..., "--from", metavar="DAY", help="First day (YYYY-MM-DD, UTC).")
UNTIL = typer.Option(None, "--to", metavar="DAY", help="Last day; the first one where not given.")
SOURCES = typer.Option([], "--source", metavar="FEED", help="Only the site of this feed id; may be given again.")
DOMAINS = typer.Option([], "--domain", metavar="DOMAIN", help="Only this registered domain; may be given again.")
WARCS = typer.Option(
    [],
    "--warc",
    metavar="PATH",
    help="Also these WARC or WACZ files, folders of them or of saved pages; may be given again.",
)
LISTS = typer.Option([], "--list", metavar="FILE", help="Also these lists of addresses (CSV, JSON lines, one a line); may be given again.")
HERE = typer.Option(False, "--here", help="Run it here with a progress bar, even where Airflow runs.")
PORT = typer.Option(8080, envvar="AIRFLOW_PORT", min=1, max=65_535, hidden=True, help="Airflow's port.")


@app.command()
def plan(
    since: str = SINCE,
    until: str = UNTIL,
    sources: list[str] = SOURCES,
    domains: list[str] = DOMAINS,
    warcs: list[str] = WARCS,
    lists: list[str] = LISTS,
    as_json: bool = JSON,
) -> None:
    """Show what each source offers, what we hold, and what is left.

    Per day and site, with what the rest would cost.

    Sources are the archive, the sitemaps and older feed pages of the sites you follow, and the files you name. Nothing is
    fetched but robots.txt, sitemaps and older feed pages; nothing is written.
    """
    span = _span(since, until, sources, domains, warcs, lists)
    with open_rooms() as rooms:
        rooms.sync_feeds()
        choice = spelled_choice(span.domains, [], since, until or since)
        with screen.progress("asking sitemaps, reading files", None) as tick:
            planned = plan_backfill(rooms, span, choice, progress=tick)
        cost = cost_of(planned, delay_seconds=rooms.settings.host_delay, page_bytes=page_bytes(rooms))
    if as_json:
        screen.print_json({"days": [dataclasses.asdict(one) for one in planned], "cost": dataclasses.asdict(cost)})
        return
    numbers = ("offered", "held", "to fetch", "to process")
    screen.table("backfill", ("day", "site", "source", *numbers), map(_row, planned), right=numbers)
    screen.show(f"\n{_worded(cost)}")


@app.command()
def start(
    since: str = SINCE,
    until: str = UNTIL,
    sources: list[str] = SOURCES,
    domains: list[str] = DOMAINS,
    warcs: list[str] = WARCS,
    lists: list[str] = LISTS,
    here: bool = HERE,
    queue: bool = typer.Option(False, "--queue", help="Here, but only put addresses into the ledger: `wireroom run` fetches them."),
    port: int = PORT,
    as_json: bool = JSON,
) -> None:
    """Bring what the plan shows, by Airflow or here.

    By Airflow where it runs (its own backfills, to be seen in its page), else here and now.

    Always behind live news. Interrupted or killed here, it goes on with `wireroom backfill resume`; Airflow goes on by itself.
    """
    span = _span(since, until, sources, domains, warcs, lists)
    with open_rooms() as rooms:
        rooms.sync_feeds()
        airflow = None if here or queue else open_airflow(rooms.settings, port)
        if airflow is not None:
            _tell_handed(rooms, airflow, span, as_json=as_json)
            return
        _run(rooms, begin(rooms, span), queue=queue, as_json=as_json)


@app.command()
def status(port: int = PORT, as_json: bool = JSON) -> None:
    """Show how far backfill is."""
    with open_rooms() as rooms:
        counts = rooms.state.ledger.counts(Priority.BACKFILL)
        held, now = rooms.state.coverage.held_since(BACKFILL), rooms.clock()
        left, airflow = left_over(rooms), open_airflow(rooms.settings, port)
        given = list(standing(airflow)) if airflow is not None else []
    done = {str(outcome): count for outcome, count in counts.items() if outcome is not None}
    steps = len(left.steps) if left else 0
    if as_json:
        handed = [dataclasses.asdict(one) for one in given]
        screen.print_json({"waiting": counts.get(None, 0), "outcomes": done, "paused_since": held, "steps_left": steps, "airflow": handed})
        return
    paused = f"; paused {screen.ago(held, now)}" if held else ""
    planned = f"; {screen.count_of(steps, 'step')} of the plan left (wireroom backfill resume)" if steps else ""
    screen.show(f"backfill: {screen.count_of(counts.get(None, 0), 'entry waits', 'entries wait')} or are under way{paused}{planned}")
    screen.table("", ("outcome", "entries"), list(done.items()), right=("entries",))
    rows = [(one.number, one.dag_id, one.first, one.last, "paused" if one.paused else screen.listed(one.runs)) for one in given]
    screen.table("\nAirflow's", ("backfill", "DAG", "from", "to", "days"), rows)


@app.command()
def pause(port: int = PORT) -> None:
    """Begin no new batches of backfill; what is under way ends.

    Here and in Airflow.
    """
    with open_rooms() as rooms:
        rooms.state.coverage.hold(BACKFILL, rooms.clock())
        _change(rooms, port, "pause")
    screen.note("backfill is paused; `wireroom backfill resume` lets it go on")


@app.command()
def resume(
    queue: bool = typer.Option(False, "--queue", help="Only let it go on: Airflow, or `wireroom run`, fetches it."),
    interrupted: bool = typer.Option(
        False, "--interrupted", help="Ask again for pages that were put aside because two processes were killed as they fetched them."
    ),
    port: int = PORT,
    as_json: bool = JSON,
) -> None:
    """Go on with what was paused, interrupted or killed.

    Exactly where it was.
    """
    with open_rooms() as rooms:
        rooms.state.coverage.let_go(BACKFILL)
        if interrupted:
            rooms.state.ledger.take_up(INTERRUPTED, rooms.clock())
        _change(rooms, port, "unpause")
        _run(rooms, left_over(rooms), queue=queue, as_json=as_json)


@app.command()
def cancel(port: int = PORT) -> None:
    """Give up what waits, here and in Airflow.

    What was fetched stays; what is under way ends; a pause ends too.
    """
    with open_rooms() as rooms:
        if (left := left_over(rooms)) is not None:
            left.forget()
        cancelled = _change(rooms, port, "cancel")
        dropped = rooms.state.ledger.forget_backfill(rooms.clock())
        rooms.state.coverage.let_go(BACKFILL)
    given = f"; {screen.count_of(cancelled, 'backfill')} of Airflow's cancelled" if cancelled else ""
    screen.note(f"{screen.count_of(dropped, 'entry', 'entries')} given up{given}")


# ── what the commands share ───────────────────────────────────────────────────────────────────────────────────────


def _span(since: str, until: str | None, sources: list[str], domains: list[str], warcs: list[str], lists: list[str]) -> Span:
    return Span(
        days=tuple(days_of(since, until)),
        feeds=tuple(sources),
        domains=tuple(domain.lower() for domain in domains),
        warcs=tuple(warcs),
        lists=tuple(lists),
    )


def _row(one: DayPlan) -> tuple[object, ...]:
    return one.day or "–", one.domain, one.source, one.offered, one.held, one.to_fetch, one.to_process


def _tell_handed(rooms: Rooms, airflow: AirflowApi, span: Span, *, as_json: bool) -> None:
    """Give the plan to Airflow, lists to the ledger, and say so."""
    choice = spelled_choice(span.domains, [], str(span.days[0]), str(span.days[-1]))
    new = sum(import_urls(rooms, path, choice).found.get("taken", 0) for path in map(Path, span.lists))
    handed = hand_over(airflow, span, list(rooms.state.ledger.captured_days()), sleep=time.sleep)
    if as_json:
        screen.print_json({"new": new, "airflow": handed})
        return
    for dag_id, number in handed.items():
        screen.note(f"Airflow's {dag_id}: {number}")
    screen.note(f"{screen.count_of(new, 'address', 'addresses')} of lists to be fetched; `wireroom backfill status` shows how far it is")


def _run(rooms: Rooms, left: CatchUp | None, *, queue: bool, as_json: bool) -> None:
    """Do what is left of a plan, then take what waits through the stages: what a host defers is waited for."""
    outcomes: Counter[str] = Counter()
    if left is not None:
        with screen.progress("days and files", len(left.steps)) as tick:
            left.run(rooms, progress=tick)
        outcomes.update(left.outcomes)
    if not queue:
        with screen.progress("pages", rooms.state.ledger.counts(Priority.BACKFILL).get(None, 0)) as tick:
            outcomes.update(work(rooms, progress=tick))
            while waits(rooms):
                time.sleep(min(60.0, rooms.settings.host_delay + 1.0))
                outcomes.update(work(rooms, progress=tick))
    new = left.new if left is not None else 0
    if as_json:
        screen.print_json({"new": new, "outcomes": dict(outcomes)})
        return
    screen.note(f"{new} new{f'; {screen.listed(outcomes)}' if outcomes else ''}")


def _change(rooms: Rooms, port: int, verb: str) -> int:
    airflow = open_airflow(rooms.settings, port)
    return change_all(airflow, verb, sleep=time.sleep) if airflow is not None else 0


def _worded(cost: Cost) -> str:
    if not cost.processed:
        return "nothing is missing"
    processed = f"{screen.count_of(cost.processed, 'page')} to process, {screen.size_of(cost.disk_bytes)} of archive"
    if not cost.pages:
        return f"nothing to fetch; {processed}"
    return (
        f"{screen.count_of(cost.pages, 'page')} to fetch: {cost.host_hours:.1f} hours of host budget, done in about "
        f"{screen.duration(cost.hours * 3600)} ({cost.slowest} takes longest); {processed}"
    )
