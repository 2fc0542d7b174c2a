"""`python -m benchmarks.replay.workers NAME FILE OUT [HOME]`: one process that takes one WARC file, when it is told to begin.

Says "ready" once everything is imported and warm, waits for a line, works, and says as JSON how long that took and how much memory.
What it found goes to OUT, a JSON line a page with address and text. The others run in an environment of their own and import nothing of
the project.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Found = Iterator[tuple[str, str]]  # address, text
WARM = "https://www.example.org/warm"


def wireroom(file: str, home: str) -> Callable[[], Found]:
    """Return what imports a file through every stage into the ledger, the archive and the index below `home`."""
    from pipeline.backfill.choice import Choice
    from pipeline.backfilling import import_warcs
    from pipeline.settings import Settings
    from pipeline.wiring import Rooms

    with Rooms(Settings(_env_file=None, home=Path(home) / "warm" / Path(file).stem)) as warm:  # type: ignore[call-arg]
        import_warcs(warm, [f"{home}/warm.warc.gz"], Choice())
    rooms = Rooms(Settings(_env_file=None, home=Path(home) / "home"))  # type: ignore[call-arg]
    rooms.__dict__.update(cleaner=warm.cleaner, enrichers=warm.enrichers)
    _ = rooms.state, rooms.index

    def run() -> Found:
        import_warcs(rooms, [file], Choice(), ccnews=True)
        rooms.close()
        yield from ()

    return run


def wireroom_text(file: str, _home: str) -> Callable[[], Found]:
    """Return our reader and cleaner alone: as much as the others do."""
    from pipeline.backfill.choice import Choice
    from pipeline.backfill.found import Found as FoundPage
    from pipeline.backfill.url_lists import Listed
    from pipeline.backfill.warc_pages import Reader
    from pipeline.clean.cleaner import ArticleCleaner
    from pipeline.enrich.language import detect
    from pipeline.fetch.decoding import decode
    from pipeline.importing import CCNEWS, entry_of
    from pipeline.types import ArchivePointer, Article
    from tests.quality.systems import as_printed

    reader = Reader(choice=Choice(), decode=decode, guess=detect, max_bytes=10_000_000)
    cleaner = ArticleCleaner()

    def run(source: str = file) -> Found:
        with Path(source).open("rb") as stream:
            for one in reader.pages(stream, source):
                if not isinstance(one, FoundPage):
                    continue
                page = one.page
                pointer = ArchivePointer(file="", offset=0, length=0, digest=page.digest)
                entry = entry_of(CCNEWS, Listed(url=page.url), {})
                cleaned = cleaner.clean(page, entry, pointer, first_seen_at=page.fetched_at)
                if isinstance(cleaned, Article):
                    yield page.url, as_printed(cleaned)

    for _ in run(str(Path(_home) / "warm.warc.gz")):
        pass
    return run


def news_please(file: str, _home: str) -> Callable[[], Found]:
    """Return news-please's way with a file of CC-NEWS, its loop over responses without download and clean-up."""
    from newsplease import EmptyResponseError, NewsPlease
    from warcio.archiveiterator import ArchiveIterator

    NewsPlease.from_html(f"<html><body><h1>Warm</h1><p>{'Some words of it. ' * 50}</p></body></html>", url=WARM, fetch_images=False)

    def run() -> Found:
        with Path(file).open("rb") as stream:
            for one in ArchiveIterator(stream):
                if one.rec_type != "response":
                    continue
                try:
                    article = NewsPlease.from_warc(one, decode_errors="replace", fetch_images=False)
                except (UnicodeDecodeError, EmptyResponseError):
                    continue
                except Exception as error:  # its option continue_after_error
                    sys.stderr.write(f"{one.rec_headers.get_header('WARC-Target-URI')}: {type(error).__name__}: {error}\n")
                    continue
                yield one.rec_headers.get_header("WARC-Target-URI"), article.maintext or ""

    return run


def fundus(file: str, _home: str) -> Callable[[], Found]:
    """Return Fundus' way: its source and scraper for CC-NEWS over all of its publishers; `file` is an address."""
    from fundus import PublisherCollection
    from fundus.scraping.html import CCNewsSource
    from fundus.scraping.scraper import CCNewsScraper

    scraper = CCNewsScraper(CCNewsSource(*PublisherCollection, warc_path=file))

    def run() -> Found:
        for article in scraper.scrape("suppress"):
            yield article.html.requested_url, str(article.body) if article.body else ""

    return run


WORKERS: dict[str, Callable[[str, str], Callable[[], Found]]] = {
    "wireroom": wireroom,
    "wireroom, text only": wireroom_text,
    "news-please": news_please,
    "fundus": fundus,
}


def main() -> None:
    """Answer one question."""
    name, file, out, *home = sys.argv[1:]
    run = WORKERS[name](file, *home or [""])
    logging.disable(logging.CRITICAL)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began, busy = time.perf_counter(), time.process_time()
    with Path(out).open("w", encoding="utf-8") as answers:
        for url, text in run():
            answers.write(json.dumps({"url": url, "text": text}) + "\n")
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({**took, "peak": peak}) + "\n")


if __name__ == "__main__":
    main()
