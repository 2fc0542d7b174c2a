"""`python -m training DATA`: labelled pages → the block model, and the report of what it gains on sites it never saw.

DATA is the folder that holds fundus-pages/ and wcxb-dev/. Cross-validation is by registered domain, through the whole
cleaner: no site is in both halves. Some five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.environments import ROOT, TRAINING
from pipeline.clean.forest import FORMAT
from pipeline.clean.judge import FILE
from pipeline.clean.traits import TRAITS
from tests.quality.corpus import Labelled, corpus_hash, news_pages, web_articles, web_others
from training.kinds import fit_kinds, read_kinds
from training.reading import FOLDER, PageRows, read_pages
from training.report import write_report
from training.validation import validate

WITH_LISTS: Final = {"web"}  # the news pages' truths were made with selectors, most of them for paragraphs alone


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, validate, write model and report. Return 2 where the folder holds no labelled pages."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds fundus-pages/ and wcxb-dev/")
    parser.add_argument("--seed", type=int, default=7, help="of folds and trees (default 7)")
    parser.add_argument("--processes", type=int, default=2, help="that read pages (default 2)")
    parser.add_argument("--again", action="store_true", help="train nothing; validate what was trained last, and write its report")
    chosen = parser.parse_args(arguments)
    if not (chosen.data / "fundus-pages" / "truth.json").exists() or not (chosen.data / "wcxb-dev").is_dir():
        parser.error(f"data: '{chosen.data}'; expected: a folder that holds fundus-pages/ and wcxb-dev/")
    logging.disable(logging.WARNING)
    TRAINING.install()
    sets = {"news": list(news_pages(chosen.data)), "web": list(web_articles(chosen.data))}
    about = {"format": FORMAT, "seed": chosen.seed, "corpus": {name: corpus_hash(pages) for name, pages in sets.items()}}
    if not chosen.again:
        rows = [one for name, part in sets.items() for one in read_pages(part, chosen.seed, chosen.processes, lists=name in WITH_LISTS)]
        _write_rows(FOLDER / "rows.npz", rows, about)
        _fit()
        shutil.copyfile(FOLDER / "all.npz", FILE)
        fit_kinds(read_kinds(_every_kind(chosen.data, sets), chosen.seed, chosen.processes), FOLDER, about)
    scores = {name: validate(part, FOLDER, chosen.seed, chosen.processes) for name, part in sets.items()}
    write_report(scores, _sizes(sets), about, (FOLDER / "kinds.md").read_text(encoding="utf-8"))
    return 0


def _every_kind(folder: Path, sets: dict[str, list[Labelled]]) -> list[tuple[str, Labelled]]:
    articles = [("article", page) for part in sets.values() for page in part]
    return articles + list(web_others(folder))


def _write_rows(file: Path, pages: Sequence[PageRows], about: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {"seed": about["seed"], "traits": TRAITS, "model": about}
    np.savez(
        file,
        rows=np.vstack([page.rows for page in pages]),
        body=np.concatenate([page.body for page in pages]),
        weight=np.concatenate([page.weight for page in pages]),
        fold=np.concatenate([np.full(len(page.body), page.fold) for page in pages]),
        about=np.frombuffer(json.dumps(told).encode(), np.uint8),
    )


def _fit() -> None:
    subprocess.run([TRAINING.python, "-m", "training.fitting", FOLDER / "rows.npz", FOLDER], cwd=ROOT, check=True)


def _sizes(sets: dict[str, list[Labelled]]) -> dict[str, int]:
    return {name: len(pages) for name, pages in sets.items()}


if __name__ == "__main__":
    sys.exit(main())
