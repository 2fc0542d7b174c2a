"""WARC files as Common Crawl News has them, made of the labelled pages: a gzip member a page, digests, requests beside responses."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_LEVEL: Final = 6
_CRAWLED: Final = datetime(2026, 6, 1, tzinfo=UTC)
_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the file; `text` is what a person found in it, '' where it is no article."""

    name: str
    url: str
    at: str
    body: bytes
    text: str


def labelled_pages(folder: Path, *, most: int, news_only: bool = False) -> list[Page]:
    """Return the first so many of the news pages, the articles of all kinds and the pages that are none, in an order that mixes them.

    The news pages are of publishers that Fundus has rules for, and labelled by it.
    """
    readers = sorted((*_news(folder), *(() if news_only else _web(folder))), key=lambda reader: hashlib.sha256(reader[0].encode()).digest())
    return [read() for _, read in readers[:most]]


def _news(folder: Path) -> Iterator[tuple[str, Callable[[], Page]]]:
    truth = json.loads((folder / "fundus-pages" / "truth.json").read_text(encoding="utf-8"))
    for name, told in truth.items():
        file = folder / "fundus-pages" / "html" / f"{name}.html.gz"
        yield name, partial(_page, name, told["url"], file, told["body"], datetime.fromisoformat(told["crawl"]))


def _web(folder: Path) -> Iterator[tuple[str, Callable[[], Page]]]:
    for label in (folder / "wcxb-dev" / "ground-truth").glob("*.json"):
        told = json.loads(label.read_text(encoding="utf-8"))
        if "main_content" not in told["ground_truth"]:
            continue
        is_article = told["_internal"]["page_type"]["primary"] == "article"
        text = told["ground_truth"]["main_content"] if is_article else ""
        file = folder / "wcxb-dev" / "html" / f"{label.stem}.html.gz"
        yield label.stem, partial(_page, label.stem, told.get("url") or f"https://{label.stem}.example/page", file, text, _CRAWLED)


def _page(name: str, url: str, file: Path, text: str, at: datetime) -> Page:
    return Page(name=name, url=url, at=at.strftime(_STAMP), body=gzip.decompress(file.read_bytes()), text=text)


def repeated(pages: Sequence[Page], rounds: int) -> Iterator[Page]:
    """Yield the pages again and again, each round as if of other hosts: addresses are altered in the pages, too."""
    yield from pages
    for number in range(1, rounds):
        for page in pages:
            host = urlsplit(page.url).netloc
            other = f"r{number}.{host}"
            body = re.sub(rb"(?<=//)" + re.escape(host.encode()), other.encode(), page.body)
            yield Page(name=f"{page.name}#{number}", url=page.url.replace(host, other, 1), at=page.at, body=body, text=page.text)


def write_warc(path: Path, pages: Iterable[Page]) -> int:
    """Write a file, page by page; return how many there are."""
    count = 0
    with path.open("wb") as file:
        file.write(_member("warcinfo", "", "2024-05-03T00:00:00Z", b"software: benchmarks/replay\r\n", "application/warc-fields", 0))
        for count, page in enumerate(pages, 1):
            asked = f"GET / HTTP/1.1\r\nHost: {urlsplit(page.url).netloc}\r\n\r\n".encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page.body)}\r\n\r\n".encode()
            file.write(_member("request", page.url, page.at, asked, "application/http; msgtype=request", count))
            file.write(_member("response", page.url, page.at, head + page.body, "application/http; msgtype=response", count, page.body))
    return count


def _member(kind: str, url: str, at: str, block: bytes, media: str, number: int, payload: bytes = b"") -> bytes:
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>", f"WARC-Date: {at}"]
    lines += [f"WARC-Target-URI: {url}"] if url else []
    lines += [f"WARC-Payload-Digest: {_digest(payload)}"] if payload else []
    lines += [f"WARC-Block-Digest: {_digest(block)}", f"Content-Type: {media}", f"Content-Length: {len(block)}"]
    return gzip.compress(("\r\n".join(lines) + "\r\n\r\n").encode() + block + b"\r\n\r\n", _LEVEL, mtime=0)


def _digest(block: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
