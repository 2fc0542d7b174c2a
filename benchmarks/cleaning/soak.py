"""`python -m benchmarks.cleaning.soak`: thousands of pages through one cleaner; memory must stay flat, no page may take long.

Pages are the demo's and, where they are (WIREROOM_SHARED), the labelled ones of news sites and of all other kinds, 1,750 of some
1,450 sites, in any order. Each has words, names and an address of its own, so that nothing is remembered by accident, and every
tenth is damaged in one of eight ways (DAMAGES). Fails with 1 where a limit is passed. Every twentieth of the way is told to stderr;
Ctrl-C ends it with what was measured so far.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Final

import psutil

from pipeline.clean.cleaner import ArticleCleaner
from pipeline.demo.content import load_content
from pipeline.demo.render import Renderer
from pipeline.errors import WireroomError
from pipeline.types import FetchedPage, Rejected
from tests.quality.corpus import POINTER, data_folder, entry_of, news_pages, page_of, web_articles, web_others

NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOST_MB: Final = 5.0  # more memory for each 10,000 pages
MOST_SECONDS: Final = 10.0  # of CPU time for one page
WARM: Final = 0.2  # of the pages, before memory is looked at
SAMPLES: Final = 100
TOLD: Final = 20  # times
_CLASS: Final = re.compile(rb'class="([^"]{3,60})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """What was measured. Megabytes are of this process, resident, once the first pages (WARM) have filled its caches."""

    pages: int
    outcomes: dict[str, int]
    pages_per_second: float
    slowest_seconds: float
    slowest_url: str
    first_mb: float
    last_mb: float
    mb_per_10000: float

    @property
    def passed(self) -> bool:
        """Whether no limit was passed."""
        return self.mb_per_10000 <= MOST_MB and self.slowest_seconds <= MOST_SECONDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 where a limit is passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleaning.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=20_000, help="pages to clean (default 20,000)")
    parser.add_argument("--seed", type=int, default=1, help="of words and damages (default 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    if chosen.pages < SAMPLES:
        parser.error(f"--pages: {chosen.pages}; allowed: at least {SAMPLES}")
    found = soak(chosen.pages, chosen.seed)
    if chosen.json:
        print(json.dumps({**asdict(found), "passed": found.passed}, indent=1))
    else:
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(found.outcomes.items()))
        print(f"{found.pages} pages ({outcomes}), {found.pages_per_second:.1f} a second of CPU time")
        print(
            f"memory: {found.first_mb:.0f} MB → {found.last_mb:.0f} MB, {found.mb_per_10000:+.1f} MB per 10,000 pages (limit {MOST_MB:g})"
        )
        print(f"slowest page: {found.slowest_seconds:.2f} s of CPU time (limit {MOST_SECONDS:g}), {found.slowest_url}")
    return 0 if found.passed else 1


def soak(count: int, seed: int) -> Soak:
    """Clean so many pages, or until it is interrupted, and return what it took."""
    cleaner, itself = ArticleCleaner(), psutil.Process()
    outcomes: Counter[str] = Counter()
    slowest, spent, memory = (0.0, ""), 0.0, []
    with suppress(KeyboardInterrupt):
        for number, page in enumerate(pages(count, random.Random(seed)), 1):
            start = time.process_time()
            outcomes[_outcome(cleaner, page)] += 1
            seconds = time.process_time() - start
            slowest, spent = max(slowest, (seconds, page.url)), spent + seconds
            if number % (count // SAMPLES) == 0:
                memory.append((number, itself.memory_info().rss / 1e6))
            if number % (count // TOLD) == 0:
                sys.stderr.write(f"{number} pages, {memory[-1][1]:.1f} MB, {number / spent:.1f} a second\n")
    warm = memory[int(WARM * len(memory)) :]
    done = sum(outcomes.values())
    return Soak(
        pages=done,
        outcomes=dict(outcomes),
        pages_per_second=done / spent,
        slowest_seconds=slowest[0],
        slowest_url=slowest[1],
        first_mb=warm[0][1],
        last_mb=warm[-1][1],
        mb_per_10000=10_000 * slope(warm),
    )


def _outcome(cleaner: ArticleCleaner, page: FetchedPage) -> str:
    try:
        cleaned = cleaner.clean(page, entry_of(page), POINTER, first_seen_at=page.fetched_at)
    except WireroomError as error:
        return type(error).__name__
    return f"rejected: {cleaned.reason}" if isinstance(cleaned, Rejected) else "articles"


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the line through the points that fits best."""
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def pages(count: int, chance: random.Random) -> Iterator[FetchedPage]:
    """Yield pages, each different from every other."""
    known = [_small(page) for page in _demo_pages()]
    if folder := data_folder():
        known += [_small(labelled.page) for source in (news_pages, web_articles) for labelled in source(folder)]
        known += [_small(labelled.page) for _, labelled in web_others(folder)]
    for number in range(count):
        page = known[chance.randrange(len(known))]
        yield _changed(replace(page, body=zlib.decompress(page.body)), number, chance)


def _small(page: FetchedPage) -> FetchedPage:
    """Return the page with its body packed: all of them at once are not what is measured."""
    return replace(page, body=zlib.compress(page.body, 1))


def _demo_pages() -> Iterator[FetchedPage]:
    renderer = Renderer()
    for article in load_content().articles:
        site = f"https://{article.publisher.publisher_id}.example"
        body = renderer.page(article, site=site, path=f"/{article.slug}").encode()
        yield page_of(f"{site}/{article.slug}", body, NOON)


def _changed(page: FetchedPage, number: int, chance: random.Random) -> FetchedPage:
    """Return the page with names and words of its own, every tenth time damaged as well."""
    mark = f"{number:x}".encode()
    body = _CLASS.sub(rb'class="\1 x' + mark + rb'"', page.body, count=40).replace(b" the ", b" the" + mark + b" ", 20)
    if number % 10 == 0:
        begin, end = sorted(chance.randrange(len(body)) for _ in range(2))
        body = DAMAGES[chance.choice(sorted(DAMAGES))](body, begin, end, mark)
    return replace(page, body=body, url=f"{page.url}?n={number}", final_url=f"{page.url}?n={number}")


Damage = Callable[[bytes, int, int, bytes], bytes]

#: What may go wrong with a page: from its bytes, two places in them, and letters that no other page has.
DAMAGES: Final[Mapping[str, Damage]] = {
    "a piece lost": lambda body, begin, end, _: body[:begin] + body[end:],
    "cut off": lambda body, _, end, __: body[:end],
    "boxes left open": lambda body, begin, _, __: body[:begin] + b"<div>" * 200 + body[begin:],
    "twice": lambda body, _, __, ___: body + body,
    "pieces exchanged": lambda body, begin, end, _: body[end:] + body[begin:end] + body[:begin],
    "names nobody knows": lambda body, begin, _, mark: (
        body[:begin] + b"".join(b"<x-%b-%d data-%b-%d=1>" % (mark, place, mark, place) for place in range(100)) + body[begin:]
    ),
    "bytes of no charset": lambda body, begin, _, __: body[:begin] + bytes(range(128, 256)) + body[begin:],
    "another charset": lambda body, _, __, ___: body.decode("utf-8", "replace").encode("utf-16-le"),
}


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # here, not in main: whoever calls that keeps its log
    sys.exit(main())
