"""`wireroom rebuild`: what can be made anew out of what is kept."""

from __future__ import annotations

import typer

from pipeline.backfilling import archived_days, rebuild_state
from pipeline.cli import screen
from pipeline.recovering import LOST
from pipeline.wiring import open_rooms

app = typer.Typer(help="Make anew what was lost, out of the archive.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


@app.command()
def state(as_json: bool = JSON) -> None:
    """Fill an empty ledger from the archive and the feed file.

    Feeds, entries, articles, revisions and aliases come back by the same stages as ever, without a network. What does not
    come back is told at the end.
    """
    with open_rooms() as rooms, screen.progress("days of the archive", len(archived_days(rooms))) as tick:
        counts = rebuild_state(rooms, progress=tick)
    if as_json:
        screen.print_json({"rebuilt": counts, "lost": LOST})
        return
    screen.note(screen.listed(counts) or "the archive is empty")
    screen.note("not rebuilt, because the archive does not hold it:")
    for one in LOST:
        screen.note(f"- {one}")
