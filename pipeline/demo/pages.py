"""Any folder of saved pages, served under their own URLs as if their publishers were there."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urldefrag
from xml.sax.saxutils import escape

from aiohttp import web
from yarl import URL

from pipeline.demo.answers import Answer
from pipeline.demo.manifest import Noted, canonical_of, find_manifest, read_manifest
from pipeline.demo.sending import send
from pipeline.demo.serving import run_app
from pipeline.errors import ConfigurationError
from pipeline.urls import registered_domain

PAGE_LIMIT = 20 * 1024 * 1024  # bytes of one page after decompression
SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")
FEED_PATH = "/wireroom-feed.xml"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # Last-Modified of all that is served: the folder's own times say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """One saved page: its file, its URL without fragment, and the times a list gave. `also` are files of the same URL."""

    path: Path
    url: str
    published: datetime | None = None
    fetched_at: datetime | None = None
    also: tuple[Path, ...] = ()

    @property
    def host(self) -> str:
        """The host name in lower-case ASCII, with the port where the URL names one."""
        address = URL(self.url)
        return f"{address.raw_host}:{address.explicit_port}" if address.explicit_port else str(address.raw_host)

    @property
    def domain(self) -> str:
        """The registered domain, by the bundled list of public suffixes; the host where there is none."""
        return registered_domain(self.url)


def read_page_folder(folder: Path, url_list: Path | None = None) -> tuple[PageFile, ...]:
    """Return the folder's pages (.html, .htm, also .gz, nested too) with their URLs, in the order of their paths.

    The URLs come from `url_list`, else from a list in the folder (or the one above, where pages lie in `html/`); those of
    pages that are on no list come from the page's canonical link. Of several files with one URL the one fetched last
    stays (else the first); the others are noted in `also`. Raises `ConfigurationError` naming the file, and the line of
    the list.
    """
    files = _page_files(folder)
    listing = url_list or find_manifest(folder) or (find_manifest(folder.parent) if folder.name == "html" else None)
    if listing:
        return _merged(_listed_pages(folder, files, read_manifest(listing)))
    return _merged(PageFile(path=file, url=_own_url(file)) for file in files)


def read_page(file: Path) -> bytes:
    """Return a saved page's bytes, decompressed. Raises `ConfigurationError` past 20 MB or for broken gzip."""
    with file.open("rb") as stream:
        body = stream.read(PAGE_LIMIT + 1)
    if file.suffix == ".gz":
        unpacker = zlib.decompressobj(31)
        try:
            body = unpacker.decompress(body, PAGE_LIMIT + 1)
        except zlib.error as error:
            raise ConfigurationError.of(str(file), str(error), "a sound gzip file") from error
        if not unpacker.eof and len(body) <= PAGE_LIMIT:
            raise ConfigurationError.of(str(file), "a cut-off gzip file", "a sound gzip file")
    if len(body) > PAGE_LIMIT:
        raise ConfigurationError.of(str(file), f"more than {PAGE_LIMIT} bytes", "at most that much in one page")
    return body


def page_folder_feeds(pages: Sequence[PageFile]) -> list[dict[str, object]]:
    """Return one feed for each registered domain, in the keys of seeds/feeds.toml, by domain.

    The feed lies on the domain's most frequent host. Language and country are not known and not given.
    """
    named: Counter[str] = Counter()
    feeds: list[dict[str, object]] = []
    for domain, host in sorted(_feed_hosts(pages).items()):
        name = "pages-" + re.sub(r"[^a-z0-9]+", "-", domain).strip("-")
        named[name] += 1
        feeds.append(
            {
                "id": name if named[name] == 1 else f"{name}-{named[name]}",
                "url": f"http://{host}{FEED_PATH}",
                "title": domain,
                "publisher": domain,
                "site": f"http://{host}/",
                "kind": "rss",
                "timezone": "UTC",
                "tags": ["pages"],
            }
        )
    return feeds


def page_folder_app(pages: Sequence[PageFile]) -> web.Application:
    """Return an application that serves each page under its host, path and query, and each domain's feed.

    The scheme is not looked at, and whoever connects has to bring every name here. There are no robots.txt files.
    """
    found = {(page.host, _address(page.url)): page.path for page in pages}
    feeds = {domain: feed_of(domain, domain_pages) for domain, domain_pages in _by_domain(pages).items()}

    async def answer(request: web.Request) -> web.StreamResponse:
        host = request.host.lower()
        feed = feeds.get(registered_domain(f"http://{host}/")) if request.path == FEED_PATH else None
        if feed is not None:
            return await send(request, Answer(body=feed, content_type="application/rss+xml; charset=utf-8", changed_at=EPOCH))
        asked = _address(request.rel_url.raw_path_qs)
        file = found.get((host, asked)) or found.get((host.partition(":")[0], asked))
        return await send(request, _page_answer(file))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


def run_page_folder(pages: Sequence[PageFile], *, port: int) -> None:
    """Serve the pages on 127.0.0.1 until the process is asked to end. Raises `ConfigurationError` for a taken port."""
    run_app(page_folder_app(pages), port)


def feed_of(domain: str, pages: Iterable[PageFile]) -> bytes:
    """Return an RSS feed of links only: the title of an entry is its URL, so that nothing a list knows leaks into it.

    Each file is an entry: those of one URL differ in their guids, as entries of an article listed twice do. Links are
    http, because nobody here holds the publishers' keys; a URL's key is the same for both schemes.
    """
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<rss version="2.0"><channel>', f"<title>{escape(domain)}</title>"]
    lines += [f"<link>http://{escape(domain)}/</link>", f"<description>{escape(domain)}</description>"]
    for page in pages:
        url = escape(re.sub(r"^https:", "http:", page.url))
        for guid in (url, *(f"{url}#{escape(file.name)}" for file in page.also)):
            lines.append(f'<item><title>{url}</title><link>{url}</link><guid isPermaLink="false">{guid}</guid></item>')
    return "\n".join([*lines, "</channel></rss>", ""]).encode()


def _page_answer(file: Path | None) -> Answer:
    if file is None:
        return Answer(status=404, body=b"No such page in the folder.\n")
    try:
        return Answer(body=read_page(file), content_type="text/html", changed_at=EPOCH)
    except (ConfigurationError, OSError) as error:
        return Answer(status=500, body=f"{error}\n".encode())


def _page_files(folder: Path) -> tuple[Path, ...]:
    if not folder.is_dir():
        raise ConfigurationError.of("folder", str(folder), "a folder of saved pages")
    files = tuple(sorted(file for file in folder.rglob("*") if file.name.lower().endswith(SUFFIXES) and file.is_file()))
    if not files:
        raise ConfigurationError.of("folder", str(folder), f"a folder with {', '.join(SUFFIXES)} files in it")
    return files


def _listed_pages(folder: Path, files: Sequence[Path], entries: Iterable[Noted]) -> Iterable[PageFile]:
    """Names may be paths below the folder or file names, with or without their endings."""
    by_name: dict[str, Path] = {}
    for file in reversed(files):
        below = file.relative_to(folder).as_posix()
        for name in (_stem(file.name), file.name, _stem(below), below):
            by_name[name] = file
    noted = {}
    for entry in entries:
        file_or_none = by_name.get(entry.name.removeprefix("./")) or by_name.get(Path(entry.name).name)
        if file_or_none is None:
            raise ConfigurationError.of(entry.where, entry.name, f"the name of a page below {folder}")
        noted[file_or_none] = entry
    for file in files:
        listed = noted.get(file)
        if listed is None:
            yield PageFile(path=file, url=_own_url(file))
        else:
            yield PageFile(path=file, url=_whole(listed.url), published=listed.published, fetched_at=listed.fetched_at)


def _stem(name: str) -> str:
    ending = next((ending for ending in sorted(SUFFIXES, key=len, reverse=True) if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def _own_url(file: Path) -> str:
    url = canonical_of(read_page(file).decode("utf-8", "replace"))
    if url is None:
        raise ConfigurationError.of(str(file), None, "a page with a canonical link or og:url, or a list of URLs")
    return _whole(url)


def _whole(url: str) -> str:
    return urldefrag(url).url


def _merged(pages: Iterable[PageFile]) -> tuple[PageFile, ...]:
    merged: dict[str, PageFile] = {}
    for page in pages:
        known = merged.setdefault(page.url, page)
        if known is not page:
            later = (page.fetched_at or EPOCH) > (known.fetched_at or EPOCH)
            kept, other = (page, known) if later else (known, page)
            merged[page.url] = replace(kept, also=tuple(sorted({*known.also, other.path})))
    return tuple(merged.values())


def _address(url: str) -> str:
    """Path and query in one spelling, whichever way a client escapes them."""
    return URL(url if "://" in url.partition("?")[0] else f"http://here{url}").raw_path_qs


def _by_domain(pages: Iterable[PageFile]) -> Mapping[str, list[PageFile]]:
    domains: dict[str, list[PageFile]] = {}
    for page in pages:
        domains.setdefault(page.domain, []).append(page)
    return domains


def _feed_hosts(pages: Sequence[PageFile]) -> Mapping[str, str]:
    hosts = Counter((page.domain, page.host) for page in pages)
    found: dict[str, str] = {}
    for (domain, host), _count in sorted(hosts.items(), key=lambda one: (-one[1], one[0])):
        found.setdefault(domain, host)
    return found
