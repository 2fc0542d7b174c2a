"""Print how good cleaning is: every system on every set of labelled pages, in one run.

    python -m scripts.quality [--half seen|unseen] [--set news|web] [--worst N] [--systems wireroom,…]

The pages are no part of the project: WIREROOM_SHARED names the folder that holds data/ (default: ../shared).
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.quality.corpus import Labelled, data_folder, news_pages, web_articles
from tests.quality.metric import HEAD, Score
from tests.quality.systems import SYSTEMS, score

SETS: dict[str, Callable[[Path], Iterator[Labelled]]] = {"news": news_pages, "web": web_articles}
TITLES = {"news": "news pages of 150 publishers, 30 countries", "web": "articles of all kinds"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 where the pages are not here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=SETS, help="only this set")
    parser.add_argument("--half", choices=("seen", "unseen"), help="only the half that was, or was not, looked at")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="names, joined by commas")
    parser.add_argument("--worst", type=int, default=0, help="list so many pages on which wireroom is worst, of the seen half")
    chosen = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        print("The labelled pages are not here: set WIREROOM_SHARED to the folder that holds data/.", file=sys.stderr)
        return 1
    logging.disable(logging.WARNING)
    for name in [chosen.set] if chosen.set else list(SETS):
        pages = [one for one in SETS[name](folder) if chosen.half is None or one.seen == (chosen.half == "seen")]
        print(f"\n{TITLES[name]}: {len(pages)}\n")
        print(table(_rows(pages, chosen.systems.split(","))))
        if chosen.worst:
            _print_worst([page for page in pages if page.seen], chosen.worst)
    return 0


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as an aligned Markdown table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _rows(pages: Sequence[Labelled], systems: Sequence[str]) -> list[list[str]]:
    rows = [HEAD]
    for name in systems:
        system = SYSTEMS[name]()
        halves = {"seen": [page for page in pages if page.seen], "unseen": [page for page in pages if not page.seen]}
        scores = {which: score(system, part) for which, part in halves.items() if part}
        if len(scores) == 2:
            rows.append(_joined(list(scores.values())).row(name))
        rows += [one.row(f"{name}, {which} half") for which, one in scores.items()]
    return rows


def _joined(scores: Sequence[Score]) -> Score:
    total = Score()
    for one in scores:
        total.precisions += one.precisions
        total.recalls += one.recalls
        for name in ("title", "authors", "people", "date", "dated", "articles", "seconds"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def _print_worst(pages: Sequence[Labelled], count: int) -> None:
    result = score(SYSTEMS["wireroom"](), pages)
    ranked = sorted(zip(result.precisions, result.recalls, (page.name for page in pages), strict=True), key=lambda one: min(one[:2]))
    for precision, recall, name in ranked[:count]:
        print(f"  {name:40} P {precision:.3f}  R {recall:.3f}")


if __name__ == "__main__":
    sys.exit(main())
