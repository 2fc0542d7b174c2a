"""`wireroom feeds …`: whom we follow."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError, WireroomError
from pipeline.settings import load_settings
from pipeline.sources import read_feed
from pipeline.sources.registry import add_feed, feed_id_for, read_feed_file, read_opml, remove_feed, write_opml
from pipeline.types import Feed, FeedId, FetchedPage, Validators
from pipeline.urls import fetchable
from pipeline.wiring import Rooms, open_rooms

app = typer.Typer(help="List, add, remove, check, import and export the feeds we follow.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


@app.command("list")
def list_feeds(as_json: bool = JSON) -> None:
    """List the feeds of the feed file with what is known of each."""
    with open_rooms() as rooms:
        rooms.sync_feeds()
        states, now = rooms.state.feeds.all(), rooms.clock()
    if as_json:
        screen.print_json(
            [{"feed_id": one.feed.feed_id, "url": one.feed.url, "title": one.feed.title, "status": one.status} for one in states]
        )
        return
    rows = (
        (
            one.feed.feed_id,
            one.feed.publisher or one.feed.title,
            one.feed.language,
            one.status,
            screen.ago(one.last_success_at, now),
            one.feed.url,
        )
        for one in states
    )
    screen.table(f"{len(states)} feeds of {rooms.settings.feed_file}", ("feed", "publisher", "lang", "status", "last success", "url"), rows)


@app.command()
def add(
    url: str = typer.Argument(help="Address of the feed."),
    feed_id: str = typer.Option("", "--id", help="Its name here; made from the address where left out."),
    title: str = typer.Option("", help="Title; taken from the feed where left out."),
    publisher: str = typer.Option("", help="Publisher's name."),
    language: str = typer.Option("", help="BCP 47 hint, as en or pt-BR."),
    check: bool = typer.Option(True, help="Fetch it once before it is added."),
) -> None:
    """Add a feed to the feed file, after one look at it."""
    with open_rooms() as rooms:
        path = rooms.settings.feed_file
        known = read_feed_file(path) if path.exists() else ()
        address = fetchable(url)
        if address is None:
            raise ConfigurationError.of("URL", url, "an absolute http or https address of at most 2,048 characters")
        name = FeedId(feed_id) if feed_id else feed_id_for(address, title, {feed.feed_id for feed in known})
        feed = Feed(feed_id=name, url=address, title=title, publisher=publisher, language=language or None)
        if check:
            found = _look_at(rooms, feed)
            screen.note(f"{found[0]} entries; {found[1] or 'no title'}")
            feed = Feed(feed_id=name, url=address, title=title or found[1], publisher=publisher or found[1], language=language or None)
        add_feed(path, feed)
        rooms.sync_feeds()
    print(name)


@app.command()
def remove(feed_id: str = typer.Argument(help="Name of the feed, as `feeds list` shows it.")) -> None:
    """Stop following a feed. Its articles stay."""
    with open_rooms() as rooms:
        remove_feed(rooms.settings.feed_file, FeedId(feed_id))
        rooms.sync_feeds()
    screen.note(f"{feed_id} is no longer followed; its articles stay searchable")


@app.command()
def check(feed_ids: list[str] = typer.Argument(None, help="Which feeds; all where left out.")) -> None:
    """Fetch feeds once, write nothing, and say what each gives. Exit code 1 where one fails."""
    with open_rooms() as rooms:
        feeds = read_feed_file(rooms.settings.feed_file)
        unknown = set(feed_ids or ()) - {feed.feed_id for feed in feeds}
        if unknown:
            raise ConfigurationError.of("FEED_ID", sorted(unknown)[0], f"a feed of {rooms.settings.feed_file}; see `wireroom feeds list`")
        chosen = [feed for feed in feeds if not feed_ids or feed.feed_id in feed_ids]
        rows, failed = [], 0
        with screen.progress("checking feeds", len(chosen)) as tick:
            for feed in chosen:
                try:
                    count, title = _look_at(rooms, feed)
                    rows.append((feed.feed_id, "ok", count, title))
                except WireroomError as error:
                    failed += 1
                    rows.append((feed.feed_id, "failed", 0, str(error)))
                tick(1)
    screen.table("", ("feed", "result", "entries", "title or reason"), rows, right=("entries",))
    if failed:
        raise typer.Exit(1)


def _look_at(rooms: Rooms, feed: Feed) -> tuple[int, str]:
    async def look() -> object:
        fetcher = rooms.open_fetcher()
        try:
            return await fetcher.fetch_feed(feed.url, Validators())
        finally:
            await fetcher.close()

    answer = asyncio.run(look())
    if not isinstance(answer, FetchedPage):
        raise ConfigurationError(f"{feed.url} gives no feed: {getattr(answer, 'reason', answer)} {getattr(answer, 'detail', '')}".strip())
    if answer.status != 200:
        raise ConfigurationError(f"{feed.url} answered {answer.status}; give the address of a feed that can be read")
    document = read_feed(feed, answer.body, base_url=answer.final_url)
    return len(document.entries), document.title


@app.command("import")
def import_feeds(path: Path = typer.Argument(help="A feed file (.toml) or an OPML file.")) -> None:
    """Add the feeds of another feed file or of an OPML file; addresses we follow already are left alone."""
    target = load_settings().feed_file
    known = {feed.url for feed in read_feed_file(target)} if target.exists() else set()
    offered = read_feed_file(path) if path.suffix == ".toml" else read_opml(_read(path))
    fresh = [feed for feed in offered if feed.url not in known]
    with screen.progress("adding feeds", len(fresh)) as tick:
        for feed in fresh:
            add_feed(target, feed)
            tick(1)
    screen.note(f"{len(fresh)} feeds added to {target}, {len(offered) - len(fresh)} were there already")


@app.command("export")
def export_feeds(path: Path | None = typer.Argument(None, help="Where to; standard output where left out.")) -> None:
    """Write the feeds we follow as OPML 2.0."""
    text = write_opml(read_feed_file(load_settings().feed_file))
    if path is None:
        sys.stdout.buffer.write(text)
    else:
        path.write_bytes(text)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError.of("PATH", str(path), f"a readable file ({error.strerror})") from error
