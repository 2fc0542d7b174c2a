"""How the cleaner does on sites that the model never saw: each page is cleaned with the forest trained without its fold."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path
from typing import Final

from pipeline.clean.judge import BlockModel, Judge, NoJudge
from tests.quality.corpus import Labelled
from tests.quality.metric import Score
from tests.quality.systems import System, score, wireroom
from training.reading import FOLDS, fold_of

RULES: Final = "rules alone"
HELD_OUT: Final = "with the model, site held out"


def validate(pages: Sequence[Labelled], folder: Path, seed: int, processes: int) -> dict[str, Score]:
    """Return the scores of the rules alone and of rules and model, page by page in the order given."""
    made = {}
    for name in (RULES, HELD_OUT):
        with Pool(processes, initializer=_start, initargs=(folder if name == HELD_OUT else None, seed)) as pool:
            parts = pool.map(_score, pages, chunksize=16)
        made[name] = Score(tuple(page for part in parts for page in part.pages))
    return made


def held_out(folder: Path, seed: int) -> System:
    """Return the cleaner as a system that never knows the page's site."""
    systems = [wireroom(BlockModel(folder / f"fold-{fold}.npz")) for fold in range(FOLDS)]
    return lambda page: systems[fold_of(page.url, seed)](page)


_system: System


def _start(folder: Path | None, seed: int) -> None:
    global _system  # noqa: PLW0603 # one cleaner a process
    logging.disable(logging.WARNING)
    nobody: Judge = NoJudge()
    _system = held_out(folder, seed) if folder is not None else wireroom(nobody)


def _score(page: Labelled) -> Score:
    return score(_system, [page])
