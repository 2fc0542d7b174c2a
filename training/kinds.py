"""Pages of every kind → the model of page types, and how it does on sites it never saw."""

from __future__ import annotations

import json
import logging
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.environments import ROOT, TRAINING
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.clean.judge import NoJudge
from pipeline.clean.kinds import ARTICLE, FILE, LIMIT
from pipeline.clean.page_look import PAGE_TRAITS
from pipeline.errors import QuarantineError
from pipeline.types import Rejected
from tests.quality.corpus import POINTER, Labelled, entry_of
from training.reading import fold_of

KINDS: Final[Mapping[str, str]] = {"collection": "listing"}  # labels that are another kind's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A page of a known kind: its row (none where a rule rejects it before), and what the rules say."""

    kind: str
    row: NDArray[np.float32] | None
    ruled: str  # the rules' kind, '' for an article
    fold: int


class RowRecorder:
    """A judge of page types that keeps the row it was shown and takes every page for an article."""

    def __init__(self) -> None:
        self.row: NDArray[np.float32] | None = None

    def kind(self, row: NDArray[np.float32]) -> str:
        """Keep the row."""
        self.row = row
        return ARTICLE


def read_kinds(pages: Iterable[tuple[str, Labelled]], seed: int, processes: int) -> list[Seen]:
    """Return what is seen of pages, each given with its kind."""
    with Pool(processes, initializer=_start) as pool:
        return list(pool.imap(_seen, ((kind, page, seed) for kind, page in pages), chunksize=8))


_recorder: RowRecorder
_cleaner: ArticleCleaner


def _start() -> None:
    global _recorder, _cleaner  # noqa: PLW0603 # one cleaner a process
    logging.disable(logging.WARNING)
    _recorder = RowRecorder()
    _cleaner = ArticleCleaner(judge=NoJudge(), kinds=_recorder)


def _seen(asked: tuple[str, Labelled, int]) -> Seen:
    kind, labelled, seed = asked
    _recorder.row = None
    try:
        cleaned = _cleaner.clean(labelled.page, entry_of(labelled.page), POINTER, first_seen_at=labelled.page.fetched_at)
        ruled = cleaned.reason if isinstance(cleaned, Rejected) else ""
    except QuarantineError as error:
        ruled = str(error)
    return Seen(kind=KINDS.get(kind, kind), row=_recorder.row, ruled=ruled, fold=fold_of(labelled.page.url, seed))


def fit_kinds(seen: Sequence[Seen], folder: Path, about: Mapping[str, Any]) -> None:
    """Write the model, and FOLDER/kinds.md, the report's part on it."""
    known = [one for one in seen if one.row is not None]
    told = json.dumps({"seed": about["seed"], "traits": PAGE_TRAITS, "model": about}).encode()
    np.savez(
        folder / "kind-rows.npz",
        rows=np.vstack([one.row for one in known if one.row is not None]),
        kind=np.array([one.kind for one in known]),
        fold=np.array([one.fold for one in known]),
        about=np.frombuffer(told, np.uint8),
    )
    command = [TRAINING.python, "-m", "training.kind_fitting", folder / "kind-rows.npz", FILE, folder / "chances.npz"]
    subprocess.run(command, cwd=ROOT, check=True)
    with np.load(folder / "chances.npz") as chances:
        table = confusion(seen, chances["chances"], [str(name) for name in chances["names"]])
    (folder / "kinds.md").write_text(table + "\n", encoding="utf-8")


def confusion(seen: Sequence[Seen], chances: NDArray[np.float64], names: Sequence[str]) -> str:
    """Return the table of kinds as they are and as they were told, by rules and by forests that never saw the site."""
    counts: Counter[tuple[str, str]] = Counter()
    row = 0
    for one in seen:
        told = "by rule" if one.ruled else ARTICLE if one.row is None else ""
        if one.row is not None:
            likely = dict(zip(names, chances[row], strict=True))
            row += 1
            others = {name: chance for name, chance in likely.items() if name != ARTICLE}
            told = told or (ARTICLE if likely[ARTICLE] >= LIMIT else max(others, key=lambda name: others[name]))
        counts[one.kind, told] += 1
    columns = [*names, "by rule"]
    lines = ["| is \\ told | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for kind in names:
        lines.append(f"| {kind} | " + " | ".join(str(counts[kind, column]) for column in columns) + " |")
    every = sum(counts[ARTICLE, column] for column in columns)
    recall = counts[ARTICLE, ARTICLE] / max(1, every)
    return "\n".join([f"Articles taken for articles: {recall:.4f} of {every}, at a limit of {LIMIT}.", "", *lines])
