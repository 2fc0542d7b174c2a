"""`python -m benchmarks.enrichment`: articles per CPU second through all enrichers, and whether memory stays flat."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.copies.corpus import real_articles
from benchmarks.enrichment.soak import Soaked, soak
from benchmarks.enrichment.texts import articles
from pipeline.enrich import open_enrichers

_SHOWN = 12  # samples of memory


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.enrichment", description=__doc__)
    parser.add_argument("--articles", type=int, default=50_000, help="how many (default 50000)")
    parser.add_argument("--gist", action="store_true", help="with the summary of two sentences")
    asked = parser.parse_args(arguments)
    enrichers = [one for one in open_enrichers() if asked.gist or one.name != "gist"]
    sys.stdout.write(report(soak(enrichers, articles(real_articles()), asked.articles)))


def report(soaked: Soaked) -> str:
    """Return what was measured as text."""
    every = max(1, len(soaked.megabytes) // _SHOWN)
    lines = [f"{done:>8,.0f} articles  {megabytes:8.1f} MB" for done, megabytes in soaked.megabytes[every - 1 :: every]]
    lines += [
        f"{soaked.articles:,} articles of {soaked.words:.0f} words: {soaked.per_second:.0f} per CPU second once everything is loaded, "
        f"{soaked.articles / soaked.seconds:.0f} with loading",
        f"memory: {soaked.slope:+.2f} MB over 10,000 articles",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
