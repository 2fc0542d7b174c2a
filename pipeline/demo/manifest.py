"""Which URL each file of a page folder had: read from a list of URLs, or from the page's own canonical link.

A list is a JSON object of objects by name, a JSON list, JSON lines, or CSV with the columns file, url and, if wanted,
published. Only names, `url`, `published` (CSV and lists) and `crawl` (the time of fetching) are ever read: whatever else
the file says about a page, such as its title, stays unread.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from pipeline.errors import ConfigurationError

FOUND_NAMES = ("manifest.json", "manifest.jsonl", "manifest.csv", "urls.json", "urls.jsonl", "urls.csv", "truth.json")
MANIFEST_LIMIT = 200 * 1024 * 1024  # bytes
ALLOWED = "a JSON object of {name: {url: …}}, a JSON list, JSON lines, or CSV with the columns file,url[,published]"

_TAG = re.compile(r"<(?:link|meta)\b[^<>]{1,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z:-])([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a list says about one file. `where` names the list and the line or entry, for messages."""

    name: str
    url: str
    where: str
    published: datetime | None = None
    fetched_at: datetime | None = None


def find_manifest(folder: Path) -> Path | None:
    """Return the list that lies in the folder under one of the usual names, None where there is none."""
    return next((folder / name for name in FOUND_NAMES if (folder / name).is_file()), None)


def read_manifest(file: Path) -> tuple[Noted, ...]:
    """Return all entries of a list. Raises `ConfigurationError` naming the file and the line or entry."""
    try:
        if file.stat().st_size > MANIFEST_LIMIT:
            raise ConfigurationError.of(str(file), f"{file.stat().st_size} bytes", f"at most {MANIFEST_LIMIT} bytes")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError.of(str(file), str(error), f"a readable file in UTF-8: {ALLOWED}") from error
    suffix = file.suffix.lower()
    if suffix == ".csv":
        return tuple(_from_csv(file, text))
    return tuple(_from_lines(file, text)) if suffix in (".jsonl", ".ndjson") else tuple(_from_json(file, text))


def canonical_of(text: str) -> str | None:
    """Return the URL a page gives as its own: the canonical link, else og:url; None where it gives no http(s) URL."""
    og_url = None
    for tag in _TAG.finditer(text):
        named = {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(tag[0])}
        if "canonical" in named.get("rel", "").lower().split() and _is_web(named.get("href", "")):
            return named["href"]
        if named.get("property", "").lower() == "og:url" and _is_web(named.get("content", "")):
            og_url = og_url or named["content"]
    return og_url


def _is_web(url: str) -> bool:
    return re.match(r"https?://[^/\s]", url, re.IGNORECASE) is not None


def _from_json(file: Path, text: str) -> Iterator[Noted]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = text.splitlines()
        if len(lines) > 1 and lines[0].startswith("{") and lines[0].rstrip().endswith("}"):
            yield from _from_lines(file, text)  # JSON lines under the name .json
            return
        raise ConfigurationError.of(str(file), str(error), ALLOWED) from error
    if isinstance(document, dict):
        for name, entry in document.items():
            yield _noted(entry, name=name, where=f"{file}: {name}")
    elif isinstance(document, list):
        for place, entry in enumerate(document, start=1):
            yield _noted(entry, name=_name(entry), where=f"{file}: entry {place}")
    else:
        raise ConfigurationError.of(str(file), type(document).__name__, ALLOWED)


def _from_lines(file: Path, text: str) -> Iterator[Noted]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            where = f"{file}: line {number}"
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ConfigurationError.of(where, line[:80], "one JSON object a line") from error
            yield _noted(entry, name=_name(entry), where=where)


def _from_csv(file: Path, text: str) -> Iterator[Noted]:
    rows = csv.DictReader(text.splitlines(), strict=True)
    columns = {(name or "").strip().lower() for name in rows.fieldnames or ()}
    if not {"file", "url"} <= columns:
        raise ConfigurationError.of(f"{file}: line 1", ",".join(rows.fieldnames or ()), "the columns file,url[,published]")
    try:
        for row in _lowered(rows):
            where = f"{file}: line {rows.line_num}"
            yield _noted(row, name=row["file"], where=where)
    except csv.Error as error:
        raise ConfigurationError.of(f"{file}: line {rows.line_num}", str(error), "the columns file,url[,published]") from error


def _lowered(rows: Iterable[Mapping[str, str | None]]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {name.strip().lower(): value or "" for name, value in row.items() if isinstance(name, str)}


def _name(entry: object) -> str:
    name = entry.get("file") or entry.get("name") or entry.get("path") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _noted(entry: object, *, name: str, where: str) -> Noted:
    fields = {"url": entry} if isinstance(entry, str) else entry
    if not isinstance(fields, dict) or not name:
        raise ConfigurationError.of(where, str(entry)[:80], "an object with file and url")
    url = fields.get("url")
    if not isinstance(url, str) or not _is_web(url.strip()):
        raise ConfigurationError.of(f"{where}: url", url, "an absolute http or https URL")
    return Noted(
        name=name,
        url=url.strip(),
        where=where,
        published=_time(fields.get("published"), f"{where}: published"),
        fetched_at=_time(fields.get("crawl"), f"{where}: crawl"),
    )


def _time(value: object, where: str) -> datetime | None:
    """Times without an offset are taken as UTC."""
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise ConfigurationError.of(where, value, "an ISO 8601 date or time, or nothing") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
