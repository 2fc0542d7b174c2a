"""`python -m benchmarks.entities`: precision and recall by type and language, beside a plain EntityRuler."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.entities.finders import ours, plain_ruler
from benchmarks.entities.labelled import FOLDER, HELD_OUT, score, sentences


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.entities", description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the sentences that no table or rule was made with")
    folder = HELD_OUT if parser.parse_args(arguments).held_out else FOLDER
    languages = sorted(file.stem for file in folder.glob("*.txt"))
    counts = {language: len(list(sentences(language, folder=folder))) for language in languages}
    sys.stdout.write(
        f"{sum(counts.values())} labelled sentences: " + ", ".join(f"{n} {language}" for language, n in counts.items()) + "\n\n"
    )
    sys.stdout.write(
        "| language | type | labelled | precision | recall | EntityRuler precision | recall |\n|---|---|---|---|---|---|---|\n"
    )
    for some in ([], *([language] for language in languages)):
        mine, theirs = score(ours, *some, folder=folder), score(plain_ruler, *some, folder=folder)
        for label, one in mine.items():
            if one.labelled:
                other = theirs[label]
                figures = (one.precision, one.recall, other.precision, other.recall)
                row = " | ".join(f"{figure:.3f}" for figure in figures)
                sys.stdout.write(f"| {some[0] if some else 'all'} | {label} | {one.labelled} | {row} |\n")


if __name__ == "__main__":
    main()
