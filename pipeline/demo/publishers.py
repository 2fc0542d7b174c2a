"""Who publishes in the demo newsroom: names, tongues, templates, feeds and their flaws (seeds/demo/newsroom.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo, available_timezones

from pipeline.demo.fields import Fields, read_toml

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "demo"

HOUSES = ("agency", "broadcaster", "newspaper")
TEMPLATES = ("station", "agency", "broadsheet", "continental")
FEED_SHAPES = ("rss2", "rdf", "atom", "jsonfeed", "sitemap")
FLAWS = (
    "raw_ampersands",  # & where XML wants &amp;
    "undefined_entities",  # HTML's named entities, which XML does not know
    "missing_guids",  # every third entry has none
    "charset_lie",  # windows-1252 bytes, declared as iso-8859-1 in the file and as utf-8 in the header
    "leading_junk",  # white space and a byte order mark before the first <
    "truncated_tail",  # the file ends after the last complete entry
    "relative_links",  # links are to be resolved against xml:base
)
ADDRESS_PARTS = frozenset({"year", "month", "day", "slug", "section", "number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """One feed of a publisher: where it lies, what it is and what is wrong with it."""

    name: str
    path: str
    shape: str
    title: str
    flaws: tuple[str, ...] = ()
    trackers: bool = False  # every other link carries ?utm_source=rss
    full_text: bool = False  # entries carry the whole body
    limit: int = 50
    moved_from: str | None = None  # the address users know; it answers 301
    gone: bool = False  # answers 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One made-up publisher, served under its own host name."""

    publisher_id: str
    name: str
    house: str
    slogan: str
    language: str
    country: str
    timezone: ZoneInfo
    host: str
    template: str
    address: str  # of an article's page: a path with {year} {month} {day} {slug} {section} {number}
    colour: str
    group: str | None = None
    charset: str = "utf-8"
    canonical: bool = True
    crawl_delay: int | None = None
    ai_refused: bool = False
    feeds: tuple[FeedSpec, ...] = ()


def load_publishers(file: Path) -> tuple[Publisher, ...]:
    """Read newsroom.toml. Raises `ConfigurationError` naming file and key."""
    root = read_toml(file)
    publishers = tuple(_publisher(fields) for fields in root.tables("publisher"))
    root.close()
    return publishers


def _publisher(fields: Fields) -> Publisher:
    publisher_id = fields.text("id")
    publisher = Publisher(
        publisher_id=publisher_id,
        name=fields.text("name"),
        house=fields.choice("house", HOUSES),
        slogan=fields.text("slogan"),
        language=fields.text("language"),
        country=fields.text("country"),
        timezone=ZoneInfo(fields.choice("timezone", available_timezones())),
        host=_host(fields, f"{publisher_id}.localhost"),
        template=fields.choice("template", TEMPLATES),
        address=_address(fields),
        colour=_colour(fields),
        group=fields.optional_text("group"),
        charset=fields.choice("charset", ("utf-8", "windows-1251", "windows-1252", "iso-8859-2"), "utf-8"),
        canonical=fields.flag("canonical", True),
        crawl_delay=fields.number("crawl_delay", 0) or None,
        ai_refused=fields.flag("ai_refused", False),
        feeds=tuple(_feed(feed) for feed in fields.tables("feed")),
    )
    fields.close()
    return publisher


def _feed(fields: Fields) -> FeedSpec:
    flaws = fields.texts("flaws")
    for flaw in flaws:
        if flaw not in FLAWS:
            raise fields.wrong("flaws", flaw, ", ".join(FLAWS))
    feed = FeedSpec(
        name=fields.text("name"),
        path=_path(fields, "path", fields.text("path")),
        shape=fields.choice("shape", FEED_SHAPES),
        title=fields.text("title"),
        flaws=flaws,
        trackers=fields.flag("trackers", False),
        full_text=fields.flag("full_text", False),
        limit=fields.number("limit", 50),
        moved_from=fields.optional_text("moved_from"),
        gone=fields.flag("gone", False),
    )
    if feed.moved_from:
        _path(fields, "moved_from", feed.moved_from)
    fields.close()
    return feed


def _path(fields: Fields, key: str, path: str) -> str:
    if not path.startswith("/"):
        raise fields.wrong(key, path, "a path that begins with /")
    return path


def _host(fields: Fields, default: str) -> str:
    host = fields.text("host", default)
    if not re.fullmatch(r"[a-z0-9-]+\.localhost", host):
        raise fields.wrong("host", host, "one lower-case label and .localhost, which never leaves this machine (RFC 6761)")
    return host


def _colour(fields: Fields) -> str:
    colour = fields.text("colour")
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise fields.wrong("colour", colour, "six hex digits after #")
    return colour


def _address(fields: Fields) -> str:
    address = _path(fields, "address", fields.text("address"))
    used = {name for _, name, _, _ in Formatter().parse(address) if name is not None}
    if not used <= ADDRESS_PARTS or "slug" not in used:
        raise fields.wrong("address", address, f"a path with {{slug}}, and any of {', '.join(sorted(ADDRESS_PARTS))} in braces")
    return address
