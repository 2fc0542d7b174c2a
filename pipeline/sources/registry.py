"""The feed file: whom we follow. Read whole and checked; edited without losing a comment; replaced in one step."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import tomlkit

from pipeline.errors import ConfigurationError
from pipeline.sources.feed_fields import feed_of, table_of
from pipeline.sources.feed_names import feed_id_for
from pipeline.sources.opml import read_opml, write_opml
from pipeline.types import Feed, FeedId
from pipeline.urls import url_key

_TABLE: Final = re.compile(r"^[ \t]*\[\[[ \t]*feed[ \t]*\]\]", re.MULTILINE)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def read_feed_file(path: Path) -> tuple[Feed, ...]:
    """Return the feeds of a feed file (TOML, one [[feed]] table each), in its order.

    Raises `ConfigurationError` naming the file, the feed, the field, its value and what is allowed: for a file that is
    missing or no TOML, a wrong or unknown key, an id or an address that is there twice.
    """
    return _feeds_in(_text_of(path), path)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        remedy = "`wireroom feeds add URL` begins one, seeds/feeds.toml can be copied there, and WIREROOM_FEEDS names another"
        raise ConfigurationError(f"{path}: there is no such feed file; {remedy}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _feeds_in(text: str, path: Path) -> tuple[Feed, ...]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: no TOML: {error}") from error
    for key in content:
        if key != "feed":
            raise ConfigurationError.of(f"{path}: {key}", content[key], "nothing but [[feed]] tables")
    tables = content.get("feed", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError.of(f"{path}: feed", tables, "[[feed]] tables, with two brackets on each side")
    feeds = tuple(feed_of(table, f"{path}: feed {number}") for number, table in enumerate(tables, 1))
    _check_unique(feeds, path)
    return feeds


def _check_unique(feeds: Iterable[Feed], path: Path) -> None:
    ids: set[str] = set()
    owners: dict[str, FeedId] = {}
    for number, feed in enumerate(feeds, 1):
        place = f"{path}: feed {number} ({feed.feed_id})"
        if feed.feed_id in ids:
            raise ConfigurationError.of(f"{place}: id", feed.feed_id, "an id that no other feed has")
        ids.add(feed.feed_id)
        owner = owners.setdefault(url_key(feed.url), feed.feed_id)
        if owner != feed.feed_id:
            raise ConfigurationError.of(f"{place}: url", feed.url, f"an address that no other feed has; it is that of {owner}")


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def write_feed_file(path: Path, feeds: Iterable[Feed | Mapping[str, object]]) -> None:
    """Write a new feed file, replacing any old one, with folders as needed. Mappings have the keys of the file.

    Raises `ConfigurationError` where the feeds could not be read back, and leaves the old file.
    """
    checked = [feed if isinstance(feed, Feed) else feed_of(feed, f"{path}: feed {number}") for number, feed in enumerate(feeds, 1)]
    _replace(path, "\n".join(_as_toml(feed) for feed in checked))


def add_feed(path: Path, feed: Feed) -> None:
    """Add a feed at the end of the feed file, which is made where there is none. Everything else stays as it is.

    Raises `ConfigurationError` where the id or the address is there already.
    """
    add_feeds(path, (feed,))


def add_feeds(path: Path, feeds: Iterable[Feed]) -> None:
    """Add feeds as `add_feed` does, all of them or none, however many they are."""
    text = _text_of(path).rstrip("\n") if path.exists() else ""
    added = "\n".join(map(_as_toml, feeds))
    _replace(path, f"{text}\n\n{added}" if text else added)


def remove_feed(path: Path, feed_id: FeedId) -> None:
    """Take a feed out of the feed file. Comments and order of the others stay.

    Raises `ConfigurationError` where there is no such feed, or where the file is written in a way that cannot be edited.
    """
    text = _text_of(path)
    feeds = _feeds_in(text, path)
    place = next((number for number, feed in enumerate(feeds) if feed.feed_id == feed_id), None)
    if place is None:
        raise ConfigurationError.of("feed id", str(feed_id), f"one of the {len(feeds)} ids in {path}")
    starts = [match.start() for match in _TABLE.finditer(text)]
    start, end = (starts[place], [*starts, len(text)][place + 1]) if len(starts) == len(feeds) else (0, 0)
    shortened = text[:start] + _comments_for_the_next(text[start:end]) + text[end:]
    if not end or _feeds_in(shortened, path) != feeds[:place] + feeds[place + 1 :]:
        raise ConfigurationError(f"{path}: feed {feed_id} is not written as a [[feed]] table of its own; take it out by hand")
    _replace(path, shortened.rstrip("\n") + "\n")


def _comments_for_the_next(table: str) -> str:
    """Return the comments at the end of a table's text that stand apart from it: they belong to what follows."""
    lines = table.splitlines(keepends=True)
    own = max((number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), default=0)
    blank = next((number for number, line in enumerate(lines) if number > own and not line.strip()), len(lines))
    return "".join(lines[blank:])


def _as_toml(feed: Feed) -> str:
    table = tomlkit.table()
    table.update(table_of(feed))
    tables = tomlkit.aot()
    tables.append(table)
    return tomlkit.dumps({"feed": tables}).strip() + "\n"


def _replace(path: Path, text: str) -> None:
    """Put a checked text in the file's place in one step: a reader sees the old file or the new one, never half of it."""
    _feeds_in(text, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from error


__all__ = ["add_feed", "add_feeds", "feed_id_for", "read_feed_file", "read_opml", "remove_feed", "write_feed_file", "write_opml"]
