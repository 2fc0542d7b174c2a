"""`python -m benchmarks.replay`: pages a second from WARC files to indexed on two cores, beside news-please and Fundus on the same files.

The labelled pages are written into two files as Common Crawl News has them, and each system takes both at once, a process a file, as
mapped tasks would. Clocks start when everything is imported and warm. The others only extract; ours archives, cleans, enriches, relates
and indexes, and "text only" is our reader and cleaner alone. Texts are compared with the labels by runs of four words; a page without an
answer counts as nothing found. Two tables: the pages as they come, and those of the publishers alone that Fundus has rules for.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.replay.files import Page, labelled_pages, repeated, write_warc
from benchmarks.replay.running import FILES, Took, served, side_by_side
from pipeline.index.document import ArticleDocument
from pipeline.rebuilding import RebuildableIndex
from pipeline.settings import Settings
from pipeline.urls import url_key
from pipeline.wiring import Rooms
from tests.quality.corpus import data_folder
from tests.quality.metric import precision_recall, table

OURS: Final = "wireroom"
SYSTEMS: Final = (OURS, "wireroom, text only", "news-please", "fundus")
HEAD: Final = [
    "",
    "articles",
    "of",
    "no articles",
    "seconds",
    "pages/s",
    "pages per CPU s",
    "articles/s",
    "articles per CPU s",
    "F1",
    "F1 of its own",
    "peak MB",
]
WARM: Final = 12  # pages that every system is warmed with: enough for each model and list to be loaded
TIMES: Final = 10  # the larger file, for memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one system made of the files. `wrong` are pages that are no articles and were given a text all the same."""

    system: str
    pages: int
    articles: int
    wanted: int
    wrong: int
    seconds: float
    cpu: float  # seconds of both processes
    f1: float
    own_f1: float  # of those it gave
    peak: int  # bytes, of the larger process

    def cells(self) -> list[str]:
        """Return the row as HEAD names it."""
        done = ((self.pages, self.seconds), (self.pages, self.cpu), (self.articles, self.seconds), (self.articles, self.cpu))
        rates = [f"{count / seconds:.1f}" for count, seconds in done]
        counts = [str(self.articles), str(self.wanted), str(self.wrong)]
        return [self.system, *counts, f"{self.seconds:.0f}", *rates, f"{self.f1:.4f}", f"{self.own_f1:.4f}", f"{self.peak / 1e6:.0f}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 without the labelled pages, saying so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=400, help="of the labelled ones (default 400)")
    parser.add_argument("--news", type=int, default=200, help="of Fundus' publishers, in the second table (default 200; 0: no such table)")
    parser.add_argument("--only", choices=SYSTEMS, help="one of them alone")
    parser.add_argument("--memory", type=int, metavar="N", help=f"only: our peak memory with a file of N pages and with one of {TIMES} N")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.stderr.write("Skipped: the labelled pages are not here; WIREROOM_SHARED names the folder that holds data/.\n")
        return 0
    if asked.memory:
        sys.stdout.write(_memory(labelled_pages(folder, most=asked.memory)))
        return 0
    tables = {"as they come": labelled_pages(folder, most=asked.pages)}
    tables |= {"of Fundus' publishers alone": labelled_pages(folder, most=asked.news, news_only=True)} if asked.news else {}
    told = {}
    for name, pages in tables.items():
        rows = told[name] = [measured(system, pages) for system in ([asked.only] if asked.only else SYSTEMS)]
        if not asked.json:
            sys.stdout.write(f"{len(pages)} pages {name}\n{table([row.cells() for row in rows], HEAD)}\n")
            sys.stdout.flush()
    if asked.json:
        plain = {name: [{field: getattr(row, field) for field in Row.__slots__} for row in rows] for name, rows in told.items()}
        sys.stdout.write(json.dumps(plain, indent=1) + "\n")
    return 0


def measured(system: str, pages: Sequence[Page]) -> Row:
    """Let one system take the pages, half of them in each of two files, at the same time."""
    with tempfile.TemporaryDirectory(prefix="wireroom-replay-") as name:
        folder = Path(name)
        for number, file in enumerate(FILES):
            write_warc(folder / file, pages[number :: len(FILES)])
        write_warc(folder / "warm.warc.gz", pages[:WARM])
        with served(folder) as address:
            files = [f"{address}/{file}" if system == "fundus" else str(folder / file) for file in FILES]
            took = side_by_side(system, files, folder)
        texts = indexed_texts(folder / "home") if system == OURS else took.texts
    return _row(system, pages, texts, took)


def _row(system: str, pages: Sequence[Page], texts: Mapping[str, str], took: Took) -> Row:
    answers = {page.name: texts.get(url_key(page.url), "") for page in pages}
    wanted = [page for page in pages if page.text]
    given = [page for page in wanted if answers[page.name]]
    scores = {page.name: precision_recall(page.text, answers[page.name]) for page in wanted}
    return Row(
        system=system,
        pages=len(pages),
        articles=len(given),
        wanted=len(wanted),
        wrong=sum(bool(answers[page.name]) for page in pages if not page.text),
        seconds=took.seconds,
        cpu=took.cpu,
        f1=_f1([scores[page.name] for page in wanted]),
        own_f1=_f1([scores[page.name] for page in given]),
        peak=took.peak,
    )


def _f1(scores: Sequence[tuple[float, float]]) -> float:
    """The harmonic mean of mean precision and mean recall; 0 for none."""
    precision, recall = (sum(one[at] for one in scores) / max(1, len(scores)) for at in (0, 1))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def indexed_texts(home: Path) -> dict[str, str]:
    """Return the text of each indexed article under every key it is known by."""
    with Rooms(Settings(_env_file=None, home=home)) as rooms:  # type: ignore[call-arg]
        index: RebuildableIndex = rooms.index  # type: ignore[assignment]
        return {key: _with_standfirst(document) for document in index.documents() for key in document["url_keys"]}


def _with_standfirst(document: ArticleDocument) -> str:
    """Summary and body where the page prints the summary above the body, as the labels have it."""
    printed = any(one["field"] == "summary" and one["source"] == "visible" and one["chosen"] for one in document["candidates"])
    return f"{document['summary']}\n\n{document['body']}" if printed else document["body"]


def _memory(pages: Sequence[Page]) -> str:
    lines = []
    for times in (1, TIMES):
        with tempfile.TemporaryDirectory(prefix="wireroom-replay-") as name:
            folder = Path(name)
            count = write_warc(folder / FILES[0], repeated(pages, times))
            write_warc(folder / "warm.warc.gz", pages[:WARM])
            size = (folder / FILES[0]).stat().st_size
            took = side_by_side(OURS, [str(folder / FILES[0])], folder)
        lines.append(f"{count:>8,} pages  {size / 1e6:8.1f} MB of file  {took.peak / 1e6:8.1f} MB at most  {took.seconds:6.0f} s")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
