"""The world that is polled: hosts with their limits and outages, feeds with their entries, servers and flaws.

All of it follows from the seed and is the same for every policy. Shares and sizes are what a list of news feeds of all
sizes looks like; where they are guesses they are rounded ones. Times are seconds since a Monday, 00:00 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from benchmarks.polling.rhythms import DAY, HOUR, Rhythm, times

BACKLOG_DAYS = 7.0  # how long before the first poll publishing is simulated in full


class Validating(StrEnum):
    """What a server does with conditional requests."""

    BOTH = "both"
    ETAG = "etag"
    LAST_MODIFIED = "last-modified"
    NONE = "none"
    STATIC = "static-etag"  # 304 for ever: a lie
    RESTLESS = "etag-per-request"


class Dates(StrEnum):
    """What dates the entries carry."""

    GOOD = "good"
    NONE = "none"
    MADE_UP = "made-up"  # all of them the time of the request
    WRONG_ZONE = "wrong-zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in which a host or feed answers in one bad way. `status` 0: no connection."""

    start: float
    end: float
    status: int
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One registered domain. `feed_gap`: seconds between two requests for one feed; `per_minute`: requests for all; None: no limit."""

    name: str
    zone_hours: int
    feed_gap: float | None = None
    per_minute: int | None = None
    says_retry_after: bool = True
    spells: tuple[Spell, ...] = ()
    bursts: tuple[tuple[float, float, float], ...] = ()


@dataclass(slots=True, kw_only=True)
class Publication:
    """One feed. `visible` are the times at which its entries appear in the feed, `published` when they were published."""

    number: int
    host: Host
    url: str
    per_day: float
    rhythm: Rhythm
    window: int
    published: list[float]
    visible: list[float]
    edits: list[tuple[float, int]]  # time, entry
    validating: Validating
    dates: Dates
    headers: tuple[tuple[str, str], ...] = ()  # Cache-Control
    expires_after: int | None = None
    ttl_seconds: int | None = None
    update_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    stamped: bool = False  # a build date of the request's time in the body
    shuffled: bool = False  # entries in another order at each request
    entry_bytes: int = 1_500
    gone_at: float | None = None
    moved_at: float | None = None
    spells: tuple[Spell, ...] = ()
    backlog: int = 0  # entries published before time 0


@dataclass(slots=True, kw_only=True)
class World:
    """Whom we follow, for so many seconds."""

    hosts: list[Host]
    feeds: list[Publication]
    seconds: float
    first_polls: list[float] = field(default_factory=list)


def build_world(*, hosts: int, feeds: int, days: float, seed: int) -> World:
    """Return the world of a seed."""
    random = Random(f"world {seed}")
    seconds = days * DAY
    made = [_host(number, seconds, random) for number in range(hosts)]
    sizes = [random.paretovariate(1.1) for _ in made]
    owners = made + random.choices(made, weights=[min(size, 12.0) for size in sizes], k=max(feeds - hosts, 0))
    publications = [_publication(number, host, seconds, Random(f"feed {seed} {number}")) for number, host in enumerate(owners[:feeds])]
    return World(hosts=made, feeds=publications, seconds=seconds, first_polls=[random.random() * HOUR for _ in publications])


# ── hosts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _host(number: int, seconds: float, random: Random) -> Host:
    limit = random.random()
    return Host(
        name=f"publisher{number}.example",
        zone_hours=random.choices((-8, -5, -3, 0, 1, 2, 5, 8, 9), weights=(8, 20, 5, 15, 30, 8, 5, 5, 4))[0],
        feed_gap=random.choice((600.0, 900.0, 1200.0, 1800.0)) if limit < 0.06 else None,
        per_minute=random.choice((6, 10, 20)) if 0.06 <= limit < 0.12 else None,
        says_retry_after=random.random() < 0.8,
        spells=tuple(_spells(seconds, random)),
        bursts=tuple(_bursts(seconds, random)),
    )


def _spells(seconds: float, random: Random) -> list[Spell]:
    """One outage a month and host, and as many spells of 503."""
    found: list[Spell] = []
    for status in (0, 503):
        at = random.expovariate(1 / (30 * DAY))
        while at < seconds:
            end = at + min(random.lognormvariate(0.7, 0.9), 24.0) * HOUR * (1.0 if status == 0 else 0.3)
            found.append(
                Spell(start=at, end=end, status=status, retry_after=random.choice((None, 120.0, 600.0, 3600.0)) if status else None)
            )
            at = end + random.expovariate(1 / (30 * DAY))
    return sorted(found, key=lambda spell: spell.start)


def _bursts(seconds: float, random: Random) -> list[tuple[float, float, float]]:
    """Breaking news: about every five days, for some hours, several times as many entries."""
    found: list[tuple[float, float, float]] = []
    at = -BACKLOG_DAYS * DAY + random.expovariate(1 / (5 * DAY))
    while at < seconds:
        end = at + random.uniform(1, 6) * HOUR
        found.append((at, end, random.uniform(2, 6)))
        at = end + random.expovariate(1 / (5 * DAY))
    return found


# ── feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _publication(number: int, host: Host, seconds: float, random: Random) -> Publication:
    per_day, rhythm, window = _kind(random)
    wanted = times(
        rhythm,
        per_day,
        start=-BACKLOG_DAYS * DAY,
        end=seconds,
        zone_hours=host.zone_hours,
        bursts=host.bursts,
        edition_hour=random.choice((5, 6, 7, 12, 17)) + random.random(),
        random=random,
    )
    published = _older(wanted, per_day, window, random) + wanted
    period = random.choices((0.0, 60.0, 300.0, 600.0, 900.0), weights=(50, 10, 20, 12, 8))[0]  # the feed is built anew each so often
    phase = random.random() * (period or 1.0)
    visible = [at if not period else at + (phase - at) % period for at in published]
    edits = sorted((at + random.uniform(60, 2 * HOUR), entry) for entry, at in enumerate(visible) if at > -DAY and random.random() < 0.15)
    return Publication(
        number=number,
        host=host,
        url=f"https://{host.name}/feeds/{number}",
        per_day=per_day,
        rhythm=rhythm,
        window=window,
        published=published,
        visible=visible,
        edits=edits,
        backlog=sum(at < 0 for at in published),
        entry_bytes=random.choice((500, 900, 1_500, 3_000, 8_000)),
        stamped=random.random() < 0.3,
        shuffled=random.random() < 0.03,
        dates=random.choices(tuple(Dates), weights=(88, 5, 3, 4))[0],
        **_manners(per_day, random),
        **_ends(seconds, random),
    )


def _kind(random: Random) -> tuple[float, Rhythm, int]:
    """Return entries a day, rhythm and window. Rates have a heavy tail: the median feed has three entries a day, some have 400."""
    draw = random.random()
    if draw < 0.02:
        return random.uniform(8, 20) * 24, Rhythm.WIRE, random.choice((20, 30, 50))
    if draw < 0.09:
        return 0.0, Rhythm.OFFICE, random.choice((10, 20))  # dead: what it has is years old
    if draw < 0.16:
        return random.uniform(1, 12), Rhythm.EDITION, random.choice((10, 15, 25, 50))
    per_day = min(random.lognormvariate(1.1, 1.7), 240.0)
    rhythm = Rhythm.NEWSROOM if per_day > 2 or random.random() < 0.4 else Rhythm.OFFICE
    return per_day, rhythm, random.choices((10, 15, 20, 25, 30, 50, 100), weights=(20, 10, 20, 15, 12, 15, 8))[0]


def _older(wanted: list[float], per_day: float, window: int, random: Random) -> list[float]:
    """Return entries from before, as many as the window still holds at the beginning."""
    at, found = -BACKLOG_DAYS * DAY, []
    for _ in range(max(0, window - sum(moment < 0 for moment in wanted))):
        at -= random.expovariate(per_day / DAY) if per_day else random.expovariate(1 / (20 * DAY))
        found.append(at)
    if not per_day:
        found = [moment - 200 * DAY for moment in found]
    return found[::-1]


def _manners(per_day: float, random: Random) -> dict[str, object]:
    """Return how the server validates and what it asks of pollers. Busy feeds have better servers."""
    busy = per_day > 24
    validating = random.choices(tuple(Validating), weights=(66, 12, 8, 9, 2, 3) if busy else (52, 13, 10, 20, 2, 3))[0]
    found: dict[str, object] = {"validating": validating}
    hint = random.random()
    if hint < 0.20:
        found["ttl_seconds"] = 60 * random.choices((1, 5, 10, 15, 30, 60, 1440), weights=(5, 20, 15, 25, 10, 23, 2))[0] if not busy else 300
    elif hint < 0.35 and not busy:
        found["update_seconds"] = 3600  # what a widespread blog software says of itself
    if random.random() < 0.35:
        age = random.choices((0, 60, 120, 300, 600, 900, 3600), weights=(10, 25, 10, 30, 10, 10, 0 if busy else 5))[0]
        found["headers"] = (("Cache-Control", f"public, max-age={age}" if age else "no-cache"),)
    elif random.random() < 0.08:
        found["expires_after"] = random.choice((60, 300, 900))
    if random.random() < 0.02:
        found["skip_hours"] = tuple(range(1, 5))
    return found


def _ends(seconds: float, random: Random) -> dict[str, object]:
    """Return what goes wrong with a feed for a while or for good."""
    found: dict[str, object] = {}
    if random.random() < 0.03:
        start = random.random() * seconds
        found["spells"] = (Spell(start=start, end=start + random.uniform(2, 48) * HOUR, status=random.choice((404, 404, 500, 403))),)
    if random.random() < 0.01:
        found["gone_at"] = random.random() * seconds
    if random.random() < 0.02:
        found["moved_at"] = random.random() * seconds
    return found
