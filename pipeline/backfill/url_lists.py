"""Lists of addresses with dates: CSV with a head line, JSON lines, or one address a line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from dateutil.parser import ParserError, isoparse, parse

from pipeline.backfill.found import Missed

LONGEST_LINE: Final = 100_000  # characters
_URL: Final = ("url", "link", "loc", "address", "uri")
_DATE: Final = ("date", "published", "publish_date", "pubdate", "published_at", "lastmod", "datetime", "timestamp", "day")
_TITLE: Final = ("title", "headline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One address of a list."""

    url: str
    published: datetime | None = None
    published_raw: str | None = None
    title: str = ""


def read_urls(lines: Iterable[str], name: str) -> Iterator[Listed | Missed]:
    """Yield what a list says, line by line, in constant memory. Which of the three shapes it has, its first line tells."""
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        first = line.strip().lstrip("\ufeff")
        if not first:
            continue
        rest = (one for _, one in numbered)
        if first.startswith("{"):
            yield from _json_lines(_chained(first, rest), name, number)
        elif _is_address(first.split(",")[0].strip('"')):
            yield from _plain(_chained(first, rest), name, number)
        else:
            yield from _csv(first, rest, name, number)
        return


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _json_lines(lines: Iterable[str], name: str, start: int) -> Iterator[Listed | Missed]:
    for number, line in enumerate(lines, start):
        if not line.strip():
            continue
        try:
            said = json.loads(line) if len(line) <= LONGEST_LINE else None
        except (ValueError, RecursionError):
            said = None
        yield _listed(said, f"{name}:{number}") if isinstance(said, dict) else _unreadable(name, number, line)


def _plain(lines: Iterable[str], name: str, start: int) -> Iterator[Listed | Missed]:
    """An address alone, or an address, a comma and a date."""
    for number, line in enumerate(lines, start):
        if line.strip():
            address, _, date = line.strip().rpartition(",") if _is_date(line.strip().rpartition(",")[2]) else (line.strip(), "", "")
            yield _listed({"url": address.strip('" '), "date": date}, f"{name}:{number}")


def _csv(head: str, rest: Iterable[str], name: str, start: int) -> Iterator[Listed | Missed]:
    separator = max(",;\t", key=head.count)
    columns = [column.strip().lower() for column in next(csv.reader([head], delimiter=separator))]
    if not any(column in _URL for column in columns):
        yield _unreadable(name, start, head, f"no column is called {', '.join(_URL)}")
        return
    rows = csv.reader((line for line in rest if len(line) <= LONGEST_LINE), delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unreadable(name, start + rows.line_num, str(error))
            continue
        if row:
            yield _listed(dict(zip(columns, row, strict=False)), f"{name}:{start + rows.line_num}")


def _listed(said: Mapping[str, Any], where: str) -> Listed | Missed:
    named = {str(key).strip().lower(): value for key, value in said.items()}
    url = next((str(named[key]).strip() for key in _URL if named.get(key)), "")
    if not _is_address(url):
        return Missed(where=where, reason="bad-url", detail=url[:200])
    raw = next((str(named[key]).strip() for key in _DATE if named.get(key)), "")
    title = next((str(named[key]).strip() for key in _TITLE if named.get(key)), "")
    return Listed(url=url, published=_date(raw), published_raw=raw[:100] or None, title=title[:1000])


def _unreadable(name: str, number: int, line: str, detail: str = "") -> Missed:
    return Missed(where=f"{name}:{number}", reason="unreadable-line", detail=detail or line[:100])


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and len(text) <= 2048 and not any(one.isspace() for one in text)


def _is_date(text: str) -> bool:
    return _date(text.strip().strip('"')) is not None


def _date(text: str) -> datetime | None:
    """Return a date of a list in UTC; one without a zone is taken for UTC. None where it is none."""
    if not text or len(text) > 100 or not text[:1].isalnum():
        return None
    try:
        found = isoparse(text)
    except ValueError:
        try:
            found = parse(text, default=datetime(1, 1, 1, tzinfo=UTC))
        except (ParserError, ValueError, OverflowError):
            return None
    if found.year < 1990:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
