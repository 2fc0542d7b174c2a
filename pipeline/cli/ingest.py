"""`wireroom poll`, `run` and `import`: the way from feed to index without Airflow."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.ledger import Outcome
from pipeline.stages import STAGES
from pipeline.types import BatchId
from pipeline.wiring import Rooms, open_rooms

import_app = typer.Typer(help="Bring in pages from elsewhere.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
LONGEST_PAUSE_SECONDS = 60.0


def poll(every: bool = typer.Option(False, "--all", help="Poll every feed, due or not."), as_json: bool = JSON) -> None:
    """Poll the due feeds; new entries go to the ledger."""
    with open_rooms() as rooms:
        counts = _poll(rooms, every=every)
        waiting = rooms.state.ledger.counts().get(None, 0)
    if as_json:
        screen.print_json({"feeds": sum(counts.values()), "outcomes": counts, "waiting": waiting})
        return
    polled = f"{screen.count_of(sum(counts.values()), 'feed')} polled: {screen.listed(counts)}" if counts else "no feed is due"
    screen.note(f"{polled}; {screen.count_of(waiting, 'entry waits', 'entries wait')}")


def _poll(rooms: Rooms, *, every: bool) -> dict[str, int]:
    rooms.sync_feeds()
    due = rooms.due_feeds(every=every)
    with screen.progress("polling feeds", len(due)) as tick:
        return rooms.poll(every=every, progress=tick) if due else {}


def run(
    once: bool = typer.Option(False, "--once", help="Stop when nothing is left to do, instead of going on."),
    every: bool = typer.Option(False, "--all", help="Poll every feed at the start, due or not."),
    as_json: bool = JSON,
) -> None:
    """Take what is due through all stages, without Airflow.

    Polls, fetches, cleans, enriches and indexes in this process, and goes on until it is interrupted, or stops with --once.
    """
    totals: Counter[str] = Counter()
    with open_rooms() as rooms:
        try:
            _round(rooms, totals, every=every)
            while not once:
                _pause(rooms)
                _round_or_note(rooms, totals)
        except KeyboardInterrupt:
            _tell(totals, as_json=as_json)
            raise
    _tell(totals, as_json=as_json)


def _tell(totals: Counter[str], *, as_json: bool) -> None:
    ordered = {str(outcome): totals[outcome] for outcome in Outcome if totals[outcome]}
    if as_json:
        screen.print_json(ordered)
    else:
        screen.note(f"{screen.count_of(totals.total(), 'entry', 'entries')}: {screen.listed(ordered)}" if ordered else "nothing new")


def _pause(rooms: Rooms) -> None:
    time.sleep(min(LONGEST_PAUSE_SECONDS, rooms.settings.host_delay + 5.0))


def _round_or_note(rooms: Rooms, totals: Counter[str]) -> None:
    """A passing fault (a lock, a full disk) must not end what is to go on for weeks: the next round tries again."""
    try:
        _round(rooms, totals, every=False)
    except RetryableError as error:
        screen.note(f"{error}; trying again soon")


def _round(rooms: Rooms, totals: Counter[str], *, every: bool) -> None:
    """Poll, and take every batch there is through the stages: each once, those that come of it included."""
    _poll(rooms, every=every)
    rooms.look_again(every_seconds=LONGEST_PAUSE_SECONDS)
    rooms.renew_pushes()
    done: set[BatchId] = set()
    while batch_ids := [one for one in dict.fromkeys((*rooms.unfinished(), *rooms.announce())) if one not in done]:
        for batch_id in batch_ids:
            _ingest(rooms, batch_id, totals)
        done.update(batch_ids)


def _ingest(rooms: Rooms, batch_id: BatchId, totals: Counter[str]) -> None:
    for stage in STAGES:
        waiting = sum(member.outcome is None for member in rooms.state.ledger.batch_entries(batch_id))
        with screen.progress(f"{batch_id} {stage:<6}", waiting) as tick:
            report = rooms.run(stage, batch_id, progress=tick)
        totals.update({str(outcome): count for outcome, count in report.counts.items() if outcome is not Outcome.PASSED})


@import_app.command("pages")
def import_pages(
    folder: Path = typer.Argument(metavar="FOLDER", help="Folder of .html or .html.gz pages."),
    urls: Path = typer.Option(
        None,
        "--urls",
        metavar="FILE",
        help="List of file and URL: JSON, JSON lines or CSV. Default: found in the folder, else each page's canonical link.",
    ),
    feeds: Path = typer.Option(
        None, "--feeds", metavar="FILE", help="Where to write the feed file. Default: FOLDER's name below WIREROOM_HOME."
    ),
    port: int = typer.Option(8765, metavar="PORT", min=1, max=65535, help="Port of 127.0.0.1 to serve the pages on."),
    write_only: bool = typer.Option(False, "--write-only", help="Write the feed file and do not serve."),
    serve_only: bool = typer.Option(False, "--serve-only", help="Serve and do not write the feed file."),
) -> None:
    """Serve a folder of pages as their publishers' feeds.

    Each page is served on 127.0.0.1 under its own URL, with one feed for each publisher, and a feed file is written for
    them. Run the pipeline over it with WIREROOM_FEEDS set to that file and WIREROOM_LOCAL_NEWSROOM to 127.0.0.1:PORT, or
    let `wireroom up --pages FOLDER` do all of that.
    """
    from pipeline.demo.pages import page_folder_feeds, read_page_folder, run_page_folder
    from pipeline.settings import load_settings
    from pipeline.sources.registry import write_feed_file

    if write_only and serve_only:
        raise ConfigurationError("--write-only and --serve-only: got both; allowed: one of them")
    pages = read_page_folder(folder, urls)
    target = feeds or load_settings().home / f"{folder.resolve().name}.feeds.toml"
    if not serve_only:
        write_feed_file(target, page_folder_feeds(pages))
        screen.note(f"{screen.count_of(len(pages), 'page')}; feeds written to {target}")
    if not write_only:
        screen.note(f"serving on 127.0.0.1:{port}; use WIREROOM_FEEDS={target} WIREROOM_LOCAL_NEWSROOM=127.0.0.1:{port}")
        screen.note("Ctrl-C ends it")
        run_page_folder(pages, port=port)
