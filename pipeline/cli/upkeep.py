"""`wireroom status`, `config` and `doctor`: how things stand."""

from __future__ import annotations

import dataclasses

import typer

from pipeline.cli import screen
from pipeline.doctor import examine
from pipeline.settings import PREFIX, load_settings
from pipeline.status import Status, read_status
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


def status(
    batches: int = typer.Option(20, min=1, max=10_000, help="How many of the newest batches to count and show."),
    as_json: bool = JSON,
) -> None:
    """Show feeds, batches, outcomes, speed and lag."""
    with open_rooms() as rooms:
        found = read_status(rooms.state, rooms.clock(), batches=batches)
    if as_json:
        screen.print_json(dataclasses.asdict(found) | {"entries": found.entries})
    else:
        print_status(found)


def print_status(found: Status) -> None:
    """Print everything there is to tell, worst first."""
    now = found.at
    feeds = (
        (
            row.name,
            row.health,
            screen.ago(row.state.last_success_at, now),
            screen.ago(row.state.next_poll_at, now),
            row.state.last_error or "",
        )
        for row in found.feeds
    )
    screen.table("feeds", ("feed", "health", "last success", "next poll", "last error"), feeds)
    batches = (
        (
            row.batch.batch_id,
            row.batch.state,
            row.batch.size,
            f"{row.seconds:.0f} s",
            ", ".join(f"{count} {name}" for name, count in row.outcomes.items()),
        )
        for row in found.batches
    )
    screen.table("\nbatches", ("batch", "state", "entries", "took", "outcomes"), batches, right=("entries", "took"))
    print_stages(found)
    screen.table(
        "\nentries by outcome",
        ("outcome", "entries"),
        [*found.outcomes.items(), ("(waiting)", found.lag.entries_waiting), ("all", found.entries)],
        right=("entries",),
    )
    lag = found.lag
    screen.out.print(
        f"\nlag: {lag.feeds_due} feeds due, {lag.feeds_late} late; {lag.entries_waiting} entries waiting; "
        f"{lag.batches_unfinished} batches unfinished, the oldest for {lag.oldest_unfinished_seconds:.0f} s"
    )


def print_stages(found: Status) -> None:
    """Print entries per second and peak memory of each stage."""
    rows = (
        (
            one.stage,
            one.batches,
            one.entries,
            f"{one.seconds:.1f} s",
            "–" if one.per_second is None else f"{one.per_second:.1f}",
            screen.size_of(one.peak_rss_bytes),
        )
        for one in found.stages
    )
    numbers = ("batches", "entries", "time", "entries/s", "peak memory")
    screen.table("\nstages", ("stage", *numbers), rows, right=numbers)


def config(as_json: bool = JSON) -> None:
    """Show the settings in force, secrets hidden."""
    shown = load_settings().shown()
    if as_json:
        screen.print_json(shown)
    else:
        fields = type(load_settings()).model_fields
        rows = ((PREFIX + name.upper(), value, fields[name].description) for name, value in shown.items())
        screen.table("", ("setting", "value", "what it does"), rows)


def doctor(as_json: bool = JSON) -> None:
    """Check each component and say the remedy for what is wrong. Exit code 1 where something is."""
    with open_rooms() as rooms:
        findings = list(examine(rooms))
    if as_json:
        screen.print_json([dataclasses.asdict(finding) for finding in findings])
    else:
        rows = ((one.component, "ok" if one.well else "WRONG", one.found, one.remedy) for one in findings)
        screen.table("", ("component", "", "found", "remedy"), rows)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
