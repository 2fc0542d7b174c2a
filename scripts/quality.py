"""Print how good cleaning is: every system on every set of labelled pages, in one run. Fails where a floor is missed.

    python -m scripts.quality [--set news|web] [--systems wireroom,…] [--half seen|unseen] [--worst N] [--pin [--lower REASON]]

The pages are no part of the project: WIREROOM_SHARED names the folder that holds data/ (default: ../shared). The floors are
in tests/quality/floors.toml.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.clean.forest import read_forests
from pipeline.clean.judge import FILE
from tests.quality.corpus import Labelled, corpus_hash, data_folder, news_pages, web_articles
from tests.quality.floors import missed, pinned, read_floors, write_floors
from tests.quality.metric import Score, lowest, table
from tests.quality.peers import PEERS, peer_score
from tests.quality.systems import SYSTEMS, score
from training.reading import FOLDER
from training.validation import held_out

SETS: dict[str, Callable[[Path], Iterator[Labelled]]] = {"news": news_pages, "web": web_articles}
TITLES = {"news": "news pages of 150 publishers, 30 countries", "web": "articles of all kinds"}
OURS = "wireroom"
SEVERAL = 3  # pages of one language or publisher that are worth a row beside others
LOWEST = 15  # publishers that are listed


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 where a floor is missed, 2 for arguments that are none, 0 without pages, saying so."""
    chosen = _parser().parse_args(arguments)
    folder = data_folder()
    if folder is None:
        print("Skipped: the labelled pages are not here; WIREROOM_SHARED names the folder that holds data/.", file=sys.stderr)
        return 0
    measured: dict[str, dict[str, float]] = {}
    corpus: dict[str, str] = {}
    for name in [chosen.set] if chosen.set else list(SETS):
        every = list(SETS[name](folder))
        pages = [one for one in every if chosen.half is None or one.seen == (chosen.half == "seen")]
        print(f"\n## {TITLES[name]}: {len(pages)}\n")
        scores = _compare(pages, chosen.systems.split(","))
        _print_beside(scores)
        ours = scores.get(OURS)
        if ours is not None:
            _print_parts(ours, chosen.worst)
        if ours is not None and chosen.half is None:
            measured[name], corpus[name] = ours.measures(), corpus_hash(every)
    return _gate(measured, corpus, pin=chosen.pin, reason=chosen.lower)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.quality", description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=SETS, help="only this set")
    parser.add_argument("--half", choices=("seen", "unseen"), help="only the half that was, or was not, looked at; no floors then")
    parser.add_argument("--systems", default=",".join([*SYSTEMS, *PEERS]), type=_systems, help="names, joined by commas (default: all)")
    parser.add_argument("--worst", type=int, default=0, help="list so many pages on which wireroom is worst, of the seen half")
    parser.add_argument("--pin", action="store_true", help="raise the floors to what is measured now")
    parser.add_argument("--lower", metavar="REASON", default="", help="with --pin: let floors sink, for this reason")
    return parser


def _systems(text: str) -> str:
    unknown = [name for name in text.split(",") if name not in {*SYSTEMS, *PEERS}]
    if unknown:
        raise argparse.ArgumentTypeError(f"'{unknown[0]}'; allowed: {', '.join([*SYSTEMS, *PEERS])}")
    return text


def _compare(pages: Sequence[Labelled], systems: Sequence[str]) -> dict[str, Score]:
    """Print a row for each system; return the scores by name."""
    scores: dict[str, Score] = {}
    rows = []
    for name in systems:
        found = scores[name] = score(SYSTEMS[name](), pages) if name in SYSTEMS else peer_score(name, pages)
        rows.append(found.row(name))
        if name == OURS:
            rows += [part.row(f"{name}, {'' if seen == 'True' else 'un'}seen half") for seen, part in found.by("seen").items()]
            if _trained_here():  # the project's own model has seen these pages; the folds' models have not
                rows.append(score(held_out(FOLDER, read_forests(FILE)[1]["seed"]), pages).row(f"{name}, site held out"))
    print(table(rows))
    return scores


def _print_beside(scores: Mapping[str, Score]) -> None:
    """Print each system's F1 by language, and by publisher where there are several pages of one."""
    for field in ("language", "publisher") if len(scores) > 1 else ():
        parts = {name: found.by(field) for name, found in scores.items()}
        first = next(iter(parts.values()))
        values = [value for value, part in first.items() if value and len(part.pages) >= SEVERAL]
        if len(values) > 1:
            print(f"\n### F1 by {field}, of {SEVERAL} pages or more\n")
            rows = [[value, str(len(first[value].pages)), *(f"{part[value].f1:.3f}" for part in parts.values())] for value in values]
            print(table(rows, ["", "pages", *parts]))


def _trained_here() -> bool:
    """Whether `python -m training` left the models of its folds, beside the one that the project uses."""
    return (FOLDER / "all.npz").exists() and (FOLDER / "all.npz").read_bytes() == FILE.read_bytes()


def _print_parts(ours: Score, worst: int) -> None:
    languages = ours.by("language")
    if len(languages) > 1:
        print(f"\n### {OURS} by language\n")
        print(table([part.row(language or "unknown") for language, part in languages.items()]))
    publishers = ours.by("publisher")
    print(f"\n### {OURS}: the {LOWEST} lowest of {len(publishers)} publishers\n")
    print(table([part.row(publisher) for publisher, part in lowest(publishers, LOWEST).items()]))
    seen = [page for page in ours.pages if page.seen]
    for page in sorted(seen, key=lambda page: min(page.precision, page.recall))[:worst]:
        print(f"  {page.name:40} P {page.precision:.3f}  R {page.recall:.3f}")


def _gate(measured: dict[str, dict[str, float]], corpus: dict[str, str], *, pin: bool, reason: str) -> int:
    floors = read_floors()
    if pin:
        write_floors(pinned(floors, measured, corpus, reason, datetime.now(UTC).date().isoformat()))
        print("\nThe floors are pinned.")
        floors = read_floors()
    told = missed(floors, measured, corpus)
    print("\n" + ("\n".join(told) if told else f"Every floor is reached: {', '.join(measured) or 'none was asked for'}."))
    return 1 if told else 0


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # here, not in main: whoever calls that keeps its log
    sys.exit(main())
