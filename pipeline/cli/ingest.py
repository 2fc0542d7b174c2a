"""`wireroom poll`, `run` and `import`: the way from feed to index without Airflow."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError
from pipeline.ledger import BatchReport, Outcome
from pipeline.stages import STAGES
from pipeline.types import BatchId
from pipeline.wiring import Rooms, open_rooms

import_app = typer.Typer(help="Bring in pages from elsewhere.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
ENDED = tuple(outcome for outcome in Outcome if outcome is not Outcome.PASSED)


def poll(every: bool = typer.Option(False, "--all", help="Poll every feed, due or not."), as_json: bool = JSON) -> None:
    """Poll the feeds that are due and write their new entries to the ledger."""
    with open_rooms() as rooms:
        counts = _poll(rooms, every=every)
    if as_json:
        screen.print_json(counts)
    else:
        screen.note(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no feed is due")


def _poll(rooms: Rooms, *, every: bool) -> dict[str, int]:
    rooms.sync_feeds()
    with screen.progress("polling feeds", None) as tick:
        return rooms.poll(every=every, progress=tick)


def run(
    once: bool = typer.Option(False, "--once", help="Stop when nothing is left to do, instead of going on."),
    every: bool = typer.Option(False, "--all", help="Poll every feed at the start, due or not."),
    as_json: bool = JSON,
) -> None:
    """Poll, fetch, clean, enrich and index: all stages in this process, without Airflow."""
    with open_rooms() as rooms:
        totals = _round(rooms, every=every)
        while not once:
            time.sleep(min(60.0, rooms.settings.host_delay + 5.0))
            totals += _round(rooms, every=False)
    if as_json:
        screen.print_json(dict(totals))
    else:
        screen.note("done: " + (", ".join(f"{count} {name}" for name, count in sorted(totals.items())) or "nothing new"))


def _round(rooms: Rooms, *, every: bool) -> Counter[str]:
    _poll(rooms, every=every)
    totals: Counter[str] = Counter()
    for batch_id in dict.fromkeys((*rooms.unfinished(), *rooms.announce())):
        for report in _ingest(rooms, batch_id):
            totals.update({str(outcome): count for outcome, count in report.counts.items() if outcome is not Outcome.PASSED})
    return totals


def _ingest(rooms: Rooms, batch_id: BatchId) -> list[BatchReport]:
    size = rooms.state.ledger.batch(batch_id).size
    reports = []
    for stage in STAGES:
        with screen.progress(f"{batch_id} {stage:<6}", size) as tick:
            reports.append(rooms.run(stage, batch_id, progress=tick))
    return reports


@import_app.command("pages")
def import_pages(
    folder: Path = typer.Argument(help="Folder of .html or .html.gz pages."),
    urls: Path = typer.Option(
        None, "--urls", help="List of file and URL: JSON, JSON lines or CSV. Default: found in the folder, else each page's canonical link."
    ),
    feeds: Path = typer.Option(None, "--feeds", help="Where to write the feed file. Default: FOLDER's name below WIREROOM_HOME."),
    port: int = typer.Option(8765, help="Port of 127.0.0.1 to serve the pages on."),
    write_only: bool = typer.Option(False, "--write-only", help="Write the feed file and do not serve."),
    serve_only: bool = typer.Option(False, "--serve-only", help="Serve and do not write the feed file."),
) -> None:
    """Serve a folder of pages on 127.0.0.1 as their publishers, with one feed each, and write a feed file for them.

    Run the pipeline over it with WIREROOM_FEEDS set to that file and WIREROOM_LOCAL_NEWSROOM to 127.0.0.1:PORT, or let
    `wireroom up --pages FOLDER` do all of that.
    """
    from pipeline.demo.pages import page_folder_feeds, read_page_folder, run_page_folder
    from pipeline.settings import load_settings
    from pipeline.sources.registry import write_feed_file

    if not folder.is_dir():
        raise ConfigurationError.of("FOLDER", str(folder), "a folder of .html or .html.gz pages")
    pages = read_page_folder(folder, urls)
    target = feeds or load_settings().home / f"{folder.resolve().name}.feeds.toml"
    if not serve_only:
        write_feed_file(target, page_folder_feeds(pages))
        screen.note(f"{len(pages)} pages; feeds written to {target}")
    if not write_only:
        screen.note(f"serving on 127.0.0.1:{port}; use WIREROOM_FEEDS={target} WIREROOM_LOCAL_NEWSROOM=127.0.0.1:{port}. Ctrl-C ends it.")
        run_page_folder(pages, port=port)
