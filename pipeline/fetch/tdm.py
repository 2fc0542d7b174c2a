"""Reservations of text and data mining that a site makes for all its pages in /.well-known/tdmrep.json (TDMRep).

Asked for once a day and site, kept in the host store beside robots.txt. What a page says of itself goes before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from pipeline.errors import HostBusyError, RetryableError
from pipeline.fetch.politeness import HostDesk
from pipeline.fetch.robots_book import Ask
from pipeline.types import Rejected
from pipeline.urls import origin

PATH: Final = "/.well-known/tdmrep.json"
FRESH: Final = timedelta(hours=24)
MAX_BYTES: Final = 200_000
MAX_RULES: Final = 1_000
MAX_PATTERN: Final = 500
_MISSING: Final = 404


@dataclass(frozen=True, slots=True)
class TdmRules:
    """What a file says: patterns of paths, and whether what they match is reserved. The longest pattern counts."""

    rules: tuple[tuple[str, bool], ...] = ()

    def reserved(self, url: str) -> bool | None:
        """Return whether mining is reserved at this URL; None where no rule speaks of it."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        matching = [(len(pattern), reserved) for pattern, reserved in self.rules if _matches(pattern, path)]
        return max(matching)[1] if matching else None


def read_tdm_rules(body: bytes) -> TdmRules:
    """Read a tdmrep.json. Never raises: what is no rule is passed over."""
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return TdmRules()
    rules = []
    for rule in listed[:MAX_RULES] if isinstance(listed, list) else ():
        if not isinstance(rule, dict):
            continue
        pattern, said = rule.get("location"), rule.get("tdm-reservation")
        if isinstance(pattern, str) and len(pattern) <= MAX_PATTERN and said in (0, 1, "0", "1"):
            rules.append((pattern, str(int(said)) == "1"))
    return TdmRules(tuple(rules))


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says: `*` is anything, `$` at the end the end, as in robots.txt (RFC 9309)."""
    pieces = pattern.split("*")
    last = pieces[-1].removesuffix("$")
    ends = pieces[-1].endswith("$")
    if len(pieces) == 1:
        return path == last if ends else path.startswith(last)
    if not path.startswith(pieces[0]):
        return False
    place = len(pieces[0])
    for piece in pieces[1:-1]:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return path.endswith(last) and len(path) - len(last) >= place if ends else path.find(last, place) >= 0


class TdmBook:
    """The file of every origin: fetched when needed, kept in the host store."""

    def __init__(self, desk: HostDesk, *, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock
        self._known: dict[str, tuple[datetime, bytes]] = {}  # origin → until when, the file

    async def reserved(self, url: str, ask: Ask) -> bool | None:
        """Return what the site says about this URL, asking for its file through `ask` where it is not known; None where it
        says nothing. Raises `HostBusyError`, and whatever `ask` raises to postpone.
        """
        site, now = origin(url), self._clock()
        known = self._known.get(site)
        if known is None or known[0] <= now:
            known = self._known[site] = await self._kept(site, now) or await self._fetched(site, now, ask)
        return _rules(known[1]).reserved(url)

    async def _kept(self, site: str, now: datetime) -> tuple[datetime, bytes] | None:
        kept = await self._desk.robots(site + PATH)
        return (kept[0] + FRESH, kept[2]) if kept is not None and now < kept[0] + FRESH else None

    async def _fetched(self, site: str, now: datetime, ask: Ask) -> tuple[datetime, bytes]:
        try:
            answer = await ask(site + PATH)
        except HostBusyError:
            raise
        except RetryableError:  # the page itself will tell
            return now + timedelta(minutes=10), b""
        status, body = (_MISSING, b"") if isinstance(answer, Rejected) else (answer.status, answer.body)
        body = body if status == 200 and len(body) <= MAX_BYTES else b""
        await self._desk.save_robots(site + PATH, now, status, body)
        return now + FRESH, body


@lru_cache(maxsize=256)
def _rules(body: bytes) -> TdmRules:
    return read_tdm_rules(body)
