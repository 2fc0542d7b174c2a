"""`wireroom feeds …`: whom we follow."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError, RetryableError, WireroomError
from pipeline.ledger import FeedStatus
from pipeline.ports import Fetcher
from pipeline.scouting import Find, find_feeds
from pipeline.settings import PREFIX, STANDALONE_ENV, load_settings, origins
from pipeline.sources import read_feed
from pipeline.sources.feed_fields import feed_of, table_of
from pipeline.sources.registry import add_feed, add_feeds, feed_id_for, read_feed_file, read_opml, remove_feed, write_opml
from pipeline.status import FeedRow, feed_rows
from pipeline.tally import Progress
from pipeline.types import Feed, FeedDocument, FeedId, FetchedPage, Validators
from pipeline.urls import MAX_URL, fetchable, url_key
from pipeline.wiring import Rooms, open_rooms

app = typer.Typer(help="List, add, remove, check, import and export the feeds we follow.", no_args_is_help=True)
SEVERAL = 3
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


def _check_own_file() -> None:
    """Refuse to edit the feed file that `wireroom up` writes for the demo: it is written anew at each start."""
    if origins()["feeds"] == STANDALONE_ENV:
        path = load_settings().feed_file
        raise ConfigurationError.of(
            PREFIX + "FEEDS", str(path), "a file of yours: this is the demo's; stop `wireroom up`, or set WIREROOM_FEEDS in the environment"
        )


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command("list")
def list_feeds(as_json: bool = JSON) -> None:
    """List the feeds of the feed file, worst first."""
    with open_rooms() as rooms:
        rooms.sync_feeds()
        now = rooms.clock()
        rows = [
            row
            for row in feed_rows(rooms.state.feeds.all(), now, rooms.state.pushes.subscriptions())
            if row.state.status is not FeedStatus.REMOVED
        ]
    if as_json:
        screen.print_json([_as_json(row) for row in rows])
        return
    shown = 6 if screen.is_wide() else 5
    columns = ("feed", "publisher", "lang", "health", "last success", "url")
    screen.table(
        f"{screen.count_of(len(rows), 'feed')} of {rooms.settings.feed_file}", columns[:shown], [_as_row(row, now)[:shown] for row in rows]
    )


def _as_row(row: FeedRow, now: datetime) -> tuple[object, ...]:
    feed = row.state.feed
    return feed.feed_id, feed.publisher or feed.title, feed.language, row.health, screen.ago(row.state.last_success_at, now), feed.url


def _as_json(row: FeedRow) -> dict[str, object]:
    state = row.state
    known = {name: getattr(state, name) for name in ("status", "next_poll_at", "last_polled_at", "last_success_at", "last_new_at")}
    fields = {name: getattr(state.feed, name) for name in Feed.__dataclass_fields__}
    return fields | known | {"health": row.health, "last_error": state.last_error, "push": row.push}


@app.command()
def add(
    url: str = typer.Argument(metavar="URL", help="Address of the feed, or of its site."),
    feed_id: str = typer.Option("", "--id", metavar="ID", help="Its name here; made from title or address where left out."),
    title: str = typer.Option("", metavar="TEXT", help="Title; the feed's own where left out."),
    publisher: str = typer.Option("", metavar="TEXT", help="Publisher; the feed's title where left out."),
    language: str = typer.Option("", metavar="TAG", help="BCP 47 hint, as en or pt-BR."),
    check: bool = typer.Option(True, help="Fetch it once before it is added; a site's address is searched for feeds."),
    pick: int = typer.Option(0, metavar="N", min=0, help="Which one, where the site has several."),
    as_json: bool = JSON,
) -> None:
    """Add a feed to the feed file, after one look at it.

    Of a site the feeds are looked for: in its pages, at the usual places, in its robots.txt. Where it has several, they are
    listed and none is added (exit code 3): add one of them by its address, or with --pick.
    """
    _check_own_file()
    with open_rooms() as rooms:
        path = rooms.settings.feed_file
        known = _known(path)
        feed = _new_feed(url, known, feed_id=feed_id, title=title, publisher=publisher, language=language)
        if check:
            chosen = _choice(_unfollowed(_found(rooms, feed), known, url), pick, as_json)
            screen.note(_described(chosen, feed))
            named = title or chosen.document.title
            taken = {one.feed_id for one in known}
            if url_key(chosen.url) != url_key(feed.url) and chosen.found_in != "itself":  # checked again: it may be followed
                site, feed = feed.url, _new_feed(chosen.url, known, feed_id=feed_id, title=title, publisher=publisher, language=language)
                feed = replace(feed, site=site)
            name = feed.feed_id if feed_id else feed_id_for(feed.url, named, taken)
            feed = replace(feed, feed_id=name, title=named, publisher=publisher or chosen.document.title)
        add_feed(path, feed)
        rooms.sync_feeds()
    if as_json:
        screen.print_json({"added": table_of(feed), "choices": []})
    else:
        print(feed.feed_id)


def _found(rooms: Rooms, feed: Feed) -> tuple[Find, ...]:
    """Return the feeds that are at an address, or on the site whose page is there; at least one."""

    async def search() -> tuple[Find, ...]:
        fetcher = rooms.open_fetcher()
        try:
            return await find_feeds(fetcher, rooms.state.hosts, feed)
        finally:
            await fetcher.close()

    try:
        return asyncio.run(search())
    except RetryableError as error:
        raise RetryableError(f"{error}; try again later, or add it unseen: --no-check") from error
    except WireroomError as error:
        raise ConfigurationError(f"URL: {error}; give the address of a feed that can be read, or add it unseen: --no-check") from error


def _unfollowed(found: Sequence[Find], known: Iterable[Feed], url: str) -> list[Find]:
    """Return the feeds of a site that are not followed yet."""
    owners = {url_key(feed.url): feed.feed_id for feed in known}
    fresh = [one for one in found if one.found_in == "itself" or url_key(one.url) not in owners]
    if not fresh:
        names = ", ".join(owners[url_key(one.url)] for one in found)
        raise ConfigurationError.of("URL", url, f"a site with a feed that is not followed yet; those found there are {names}")
    return fresh


def _choice(found: Sequence[Find], pick: int, as_json: bool) -> Find:
    """Return the feed to add; list them and leave where there are several and none was picked."""
    if pick > len(found):
        raise ConfigurationError.of("--pick", pick, f"a number up to {len(found)}: so many feeds were found")
    if pick or len(found) == 1:
        return found[max(pick, 1) - 1]
    if as_json:
        screen.print_json({"added": None, "choices": [_choice_json(one) for one in found]})
    else:
        rows = [(number, one.url, one.document.title, one.document.kind, one.entries, one.found_in) for number, one in enumerate(found, 1)]
        columns = ("", "url", "title", "kind", "entries", "found in")
        screen.table(f"{screen.count_of(len(found), 'feed')} found", columns, rows, right=("", "entries"))
        screen.note("none was added: add one by its url, or by its number with --pick N")
    raise typer.Exit(SEVERAL)


def _choice_json(one: Find) -> dict[str, object]:
    document = one.document
    return {"url": one.url, "title": document.title, "kind": document.kind, "entries": one.entries, "found_in": one.found_in}


def _described(one: Find, feed: Feed) -> str:
    told = f"{screen.count_of(one.entries, 'entry', 'entries')}; {one.document.title or 'no title'}"
    return told if one.found_in == "itself" else f"found {one.url} ({one.found_in} of {feed.url}): {told}"


def _known(path: Path) -> tuple[Feed, ...]:
    return read_feed_file(path) if path.exists() else ()


def _new_feed(url: str, known: Iterable[Feed], *, feed_id: str, title: str, publisher: str, language: str) -> Feed:
    """Return the feed as typed, checked field by field before anything is fetched."""
    address = fetchable(url)
    if address is None:
        raise ConfigurationError.of("URL", url, f"an absolute http or https address of at most {MAX_URL:,} characters")
    owner = next((feed.feed_id for feed in known if url_key(feed.url) == url_key(address)), None)
    if owner is not None:
        raise ConfigurationError.of("URL", url, f"an address that is not followed yet; it is that of {owner}")
    taken = {feed.feed_id for feed in known}
    if feed_id in taken:
        raise ConfigurationError.of("--id", feed_id, "an id that no other feed has")
    name = FeedId(feed_id) if feed_id else feed_id_for(address, title, taken)
    return feed_of(
        table_of(Feed(feed_id=name, url=address, title=title, publisher=publisher, language=language or None)), "the feed to add"
    )


@app.command()
def remove(feed_id: str = typer.Argument(metavar="ID", help="Name of the feed, as `feeds list` shows it.")) -> None:
    """Stop following a feed; its articles stay."""
    _check_own_file()
    with open_rooms() as rooms:
        remove_feed(rooms.settings.feed_file, FeedId(feed_id))
        rooms.sync_feeds()
    screen.note(f"{feed_id} is no longer followed; its articles stay searchable")


# ── a look at feeds ───────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def check(feed_ids: list[str] = typer.Argument(None, metavar="ID", help="Which feeds; all where left out.")) -> None:
    """Fetch feeds once, keep nothing, and say what each gives.

    Exit code 1 where one fails.
    """
    with open_rooms() as rooms:
        chosen = _chosen(rooms.settings.feed_file, feed_ids or ())
        with screen.progress("checking feeds", len(chosen)) as tick:
            found = asyncio.run(_look_at(rooms, chosen, tick))
    rows = [_finding(feed, one) for feed, one in zip(chosen, found, strict=True)]
    screen.table("", ("feed", "result", "entries", "title or reason"), rows, right=("entries",), wraps=("title or reason",))
    if any(isinstance(one, WireroomError) for one in found):
        raise typer.Exit(1)


def _chosen(path: Path, feed_ids: Sequence[str]) -> list[Feed]:
    feeds = read_feed_file(path)
    unknown = sorted(set(feed_ids) - {feed.feed_id for feed in feeds})
    if unknown:
        raise ConfigurationError.of("ID", unknown[0], f"a feed of {path}; `wireroom feeds list` shows them")
    return [feed for feed in feeds if not feed_ids or feed.feed_id in feed_ids]


def _finding(feed: Feed, found: FeedDocument | WireroomError) -> tuple[object, ...]:
    if isinstance(found, WireroomError):
        return feed.feed_id, "failed", 0, found
    return (
        feed.feed_id,
        "flawed" if found.bozo else "ok",
        len(found.entries),
        f"{found.title} ({found.bozo})" if found.bozo else found.title,
    )


async def _look_at(rooms: Rooms, feeds: Sequence[Feed], tick: Progress | None = None) -> list[FeedDocument | WireroomError]:
    """Fetch and read these feeds side by side; return what each gave, or why it gave nothing, in their order."""
    fetcher = rooms.open_fetcher()

    async def look(feed: Feed) -> FeedDocument | WireroomError:
        try:
            return await _read(fetcher, feed)
        except WireroomError as error:
            return error
        finally:
            if tick:
                tick(1)

    try:
        found = await asyncio.gather(*map(look, feeds))
    finally:
        await fetcher.close()
    return list(found)


async def _read(fetcher: Fetcher, feed: Feed) -> FeedDocument:
    answer = await fetcher.fetch_feed(feed.url, Validators())
    if not isinstance(answer, FetchedPage):
        words = (str(getattr(answer, name, "")) for name in ("reason", "detail"))
        raise ConfigurationError(f"{feed.url} gives no feed: {': '.join(filter(None, words))}")
    if answer.status != 200:
        raise ConfigurationError(f"{feed.url} answered {answer.status}")
    return read_feed(feed, answer.body, base_url=answer.final_url)


# ── from and to other programs ────────────────────────────────────────────────────────────────────────────────────


@app.command("import")
def import_feeds(path: Path = typer.Argument(metavar="FILE", help="A feed file (.toml) or an OPML file.")) -> None:
    """Add the feeds of another feed file or of an OPML file.

    Addresses that are followed already are left alone.
    """
    _check_own_file()
    target = load_settings().feed_file
    known = _known(target)
    offered = _offered(path, taken={feed.feed_id for feed in known})
    followed = {url_key(feed.url) for feed in known}
    fresh = [feed for feed in offered if url_key(feed.url) not in followed]
    if fresh:
        add_feeds(target, fresh)
    screen.note(f"{screen.count_of(len(fresh), 'feed')} added to {target}; {len(offered) - len(fresh)} were there already")


def _offered(path: Path, taken: set[FeedId]) -> list[Feed]:
    """Return the feeds of a file, under other names where theirs are taken."""
    body = _bytes_of(path)
    if path.suffix != ".toml":
        return list(read_opml(body, taken=taken))
    feeds: list[Feed] = []
    for feed in read_feed_file(path):
        names = taken | {one.feed_id for one in feeds}
        feeds.append(replace(feed, feed_id=feed_id_for(feed.url, feed.feed_id, names)) if feed.feed_id in names else feed)
    return feeds


@app.command("export")
def export_feeds(path: Path | None = typer.Argument(None, metavar="FILE", help="Where to; standard output where left out.")) -> None:
    """Write the feeds we follow as OPML 2.0."""
    text = write_opml(read_feed_file(load_settings().feed_file))
    if path is None:
        sys.stdout.buffer.write(text)
        return
    try:
        path.write_bytes(text)
    except OSError as error:
        raise ConfigurationError.of("FILE", str(path), f"a file that can be written ({error.strerror})") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError.of("FILE", str(path), f"a readable file ({error.strerror})") from error
