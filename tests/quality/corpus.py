"""The labelled pages: read where they lie, never copied. Every page carries its half, so that what was looked at while
the rules were written is told from what was not.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.clean.hygiene import tidy
from pipeline.types import ArchivePointer, ArticleId, Digest, EntryId, FeedEntry, FeedId, FetchedPage, UrlKey
from pipeline.urls import registered_domain

ROOT = Path(__file__).resolve().parents[2]
_HOUSE = re.compile(
    rb"""(?:property|name)=["']?og:site_name["']?\s+content=["']([^"']{2,80})["']"""
    rb"""|content=["']([^"']{2,80})["']\s+(?:property|name)=["']?og:site_name"""
    rb"""|"publisher"\s*:\s*\{[^{}]{0,400}?"name"\s*:\s*"([^"\\]{2,80})\""""
)
POINTER = ArchivePointer(file="pages", offset=0, length=1, digest=Digest("0" * 64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A page and what a person found in it. `seen`: it is of the half that rules were developed on."""

    name: str
    seen: bool
    publisher: str
    page: FetchedPage
    text: str  # the body; on the news pages the standfirst is its first lines
    title: str
    authors: tuple[str, ...]
    houses: tuple[str, ...]  # what the page calls its publisher: a house that signs is no person
    date: datetime | None
    language: str


def data_folder() -> Path | None:
    """Return the folder of labelled data, None where there is none."""
    folder = Path(os.environ.get("WIREROOM_SHARED", ROOT.parent / "shared")) / "data"
    return folder if folder.is_dir() else None


def news_pages(folder: Path) -> Iterator[Labelled]:
    """Yield the 257 news pages of 150 publishers, by name. The halves are of publishers, by a hash of their names."""
    truth = json.loads((folder / "fundus-pages" / "truth.json").read_text(encoding="utf-8"))
    for name, told in sorted(truth.items()):
        body = gzip.decompress((folder / "fundus-pages" / "html" / f"{name}.html.gz").read_bytes())
        yield Labelled(
            name=name,
            seen=half(told["publisher"]),
            publisher=told["publisher"],
            page=page_of(told["url"], body, _moment(told["crawl"])),
            text=told["body"],
            title=tidy(told["title"]),
            authors=tuple(told["authors"] or ()),
            houses=houses_of(told["url"], body),
            date=_moment(told["date"]) if told["date"] else None,
            language=str((told["lang"] or [""])[0]),
        )


def web_articles(folder: Path) -> Iterator[Labelled]:
    """Yield the 793 articles of all kinds, by number. The halves are of registered addresses' hosts."""
    return (page for kind, page in _web_pages(folder) if kind == "article")


def web_others(folder: Path) -> Iterator[tuple[str, Labelled]]:
    """Yield the pages that are no articles, by number, each with its kind: service, product, collection, forum, listing, documentation."""
    return ((kind, page) for kind, page in _web_pages(folder) if kind != "article")


def _web_pages(folder: Path) -> Iterator[tuple[str, Labelled]]:
    for file in sorted((folder / "wcxb-dev" / "ground-truth").glob("*.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        truth = told["ground_truth"]
        if "main_content" not in truth:
            continue
        body = gzip.decompress((folder / "wcxb-dev" / "html" / f"{file.stem}.html.gz").read_bytes())
        url = told.get("url") or f"https://{file.stem}.example/page"
        page = Labelled(
            name=file.stem,
            seen=half(file.stem),
            publisher=registered_domain(url),
            page=page_of(url, body, datetime(2026, 6, 1, tzinfo=UTC)),
            text=truth["main_content"],
            title=tidy(truth.get("title") or ""),
            authors=tuple(filter(None, [truth.get("author")])),
            houses=houses_of(told.get("url") or "", body),
            date=_moment(truth["publish_date"]) if truth.get("publish_date") else None,
            language="",
        )
        yield told["_internal"]["page_type"]["primary"], page


def corpus_hash(pages: Iterable[Labelled]) -> str:
    """Return a digest of pages and truths: another corpus, or another reading of it, has another."""
    digest = hashlib.sha256()
    for one in sorted(pages, key=lambda page: page.name):
        told = (one.name, one.page.url, one.page.digest, one.text, one.title, "; ".join(one.authors), str(one.date))
        digest.update("\0".join(told).encode())
    return digest.hexdigest()[:16]


def houses_of(url: str, body: bytes) -> tuple[str, ...]:
    """Return the names of a page's house: host, og:site_name, publisher in JSON-LD, found without the code that is measured."""
    named = [html.unescape(match.decode("utf-8", "replace")) for found in _HOUSE.findall(body[:3_000_000]) for match in found if match]
    host = url.partition("://")[2].partition("/")[0].removeprefix("www.")
    return tuple(dict.fromkeys((host, host.rpartition(".")[0], *(tidy(name) for name in named[:6]))))


def half(name: str) -> bool:
    """Whether a name is of the half that was looked at."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 0


def page_of(url: str, body: bytes, fetched_at: datetime) -> FetchedPage:
    """Return a page as the fetcher would have brought it."""
    return FetchedPage(
        url=url, final_url=url, status=200, headers=(), body=body, digest=Digest(hashlib.sha256(body).hexdigest()), fetched_at=fetched_at
    )


def entry_of(page: FetchedPage) -> FeedEntry:
    """Return a feed entry that tells nothing but the address: the page must speak for itself."""
    return FeedEntry(
        entry_id=EntryId("0" * 32), feed_id=FeedId("labelled"), url=page.url, url_key=UrlKey(page.url), article_id=ArticleId("0" * 32)
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
