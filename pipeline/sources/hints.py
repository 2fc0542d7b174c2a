"""What an XML feed asks of those who poll it: ttl, update period, hours and days to leave out, hub, older pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.sources.hubs import several_hubs
from pipeline.types import FeedHints
from pipeline.urls import fetchable

_LONGEST: Final = 31 * 86_400  # seconds; whoever asks for more has made a mistake
_PERIODS: Final = {
    "daily": 86_400,
    "dayly": 86_400,
    "hourly": 3_600,
    "monthly": 30 * 86_400,
    "weekly": 7 * 86_400,
    "yearly": 365 * 86_400,
}  # and "always", which asks for nothing
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIPPED: Final = re.compile(rb"<skip(hours|days)\b[^>]*>(.{0,2000}?)</skip\1", re.IGNORECASE | re.DOTALL)
_HOUR: Final = re.compile(rb"<hour\b[^>]*>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY: Final = re.compile(rb"<day\b[^>]*>\s*([A-Za-z]{6,9})\s*<", re.IGNORECASE)


def hints_of(channel: Mapping[str, object], body: bytes, *, base_url: str) -> FeedHints:
    """Return the hints of a channel as feedparser gives it; `body` for the two elements it keeps only the last part of."""
    links = channel.get("links")
    found = tuple(_links(links if isinstance(links, list) else [], base_url))
    hours, days = _skipped(body)
    return FeedHints(
        ttl_seconds=_seconds(channel.get("ttl"), 60),
        update_seconds=_update_seconds(channel),
        skip_hours=hours,
        skip_days=days,
        hub=_first(found, "hub"),
        hubs=several_hubs(url for rel, url in found if "hub" in rel.split()),
        self_url=_first(found, "self"),
        next_url=_first(found, "prev-archive") or _first(found, "next"),
    )


def _links(links: Iterable[object], base_url: str) -> Iterable[tuple[str, str]]:
    for link in links:
        if isinstance(link, dict) and (url := fetchable(str(link.get("href") or ""), base_url)) is not None:
            yield str(link.get("rel", "")).lower(), url


def _first(links: Iterable[tuple[str, str]], wanted: str) -> str | None:
    return next((url for rel, url in links if wanted in rel.split()), None)


def _seconds(text: object, unit: int) -> int | None:
    """Return a positive whole number of units in seconds; None for nought, less, or nonsense."""
    match = re.fullmatch(r"\s*(\d{1,9})(?:\.\d*)?\s*", text) if isinstance(text, str) else None
    seconds = int(match[1]) * unit if match else 0
    return min(seconds, _LONGEST) if seconds > 0 else None


def _update_seconds(channel: Mapping[str, object]) -> int | None:
    """Return the period divided by how often in it the feed changes."""
    period = _PERIODS.get(str(channel.get("sy_updateperiod", "")).strip().lower())
    frequency = _seconds(channel.get("sy_updatefrequency", "1"), 1)
    return min(max(period // frequency, 1), _LONGEST) if period and frequency else None


def _skipped(body: bytes) -> tuple[tuple[int, ...], tuple[str, ...]]:
    hours: set[int] = set()
    days: set[str] = set()
    for match in _SKIPPED.finditer(body[:200_000]):
        hours.update(int(hour) % 24 for hour in _HOUR.findall(match[2]) if int(hour) <= 24)  # RSS 0.91 counted 1 to 24
        days.update(day.decode("ascii").lower() for day in _DAY.findall(match[2]))
    return tuple(sorted(hours)), tuple(day for day in WEEKDAYS if day in days)
