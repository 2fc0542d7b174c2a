"""Labelled pages → rows to learn from: what the cleaner knows of each block, and whether it is body."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.environments import ROOT
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.clean.evidence import Evidence, looked_at
from pipeline.clean.kinds import EveryPage
from pipeline.clean.outline import PageBlock
from pipeline.clean.traits import traits
from pipeline.errors import QuarantineError
from pipeline.types import BlockKind
from pipeline.urls import registered_domain
from tests.quality.corpus import POINTER, Labelled, entry_of
from training.labels import labels

FOLDER: Final = ROOT / "build" / "training-run"
FOLDS: Final = 5
SAME: Final = 0.3  # a block's weight by itself, so that pages come out right as a whole
BY_WORDS: Final = 10.0  # and by its share of the page's words, as the metric has it
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PageRows:
    """A page's rows, labels and weights; its fold is its site's."""

    rows: NDArray[np.float32]
    body: NDArray[np.float32]
    weight: NDArray[np.float32]
    fold: int


class Recorder:
    """A judge without an opinion that keeps what it was shown."""

    def __init__(self) -> None:
        self.blocks: Sequence[PageBlock] = ()
        self.evidence: Evidence | None = None

    def chances(self, blocks: Sequence[PageBlock], evidence: Evidence) -> Mapping[int, float]:
        """Keep blocks and evidence; say nothing."""
        self.blocks, self.evidence = blocks, evidence
        return {}


def fold_of(url: str, seed: int) -> int:
    """Return the fold of a site: all pages of a registered domain share one."""
    name = f"{seed} {registered_domain(url)}"
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS


def read_pages(pages: Iterable[Labelled], seed: int, processes: int, *, lists: bool) -> list[PageRows]:
    """Return the rows of every page that can be read. `lists`: whether the truths have the lists that their pages have."""
    with Pool(processes, initializer=_start) as pool:
        found = pool.imap(_page_rows, ((page, seed, lists) for page in pages), chunksize=8)
        return [one for one in found if one is not None]


_recorder: Recorder
_cleaner: ArticleCleaner


def _start() -> None:
    global _recorder, _cleaner  # noqa: PLW0603 # one cleaner a process
    logging.disable(logging.WARNING)
    _recorder = Recorder()
    _cleaner = ArticleCleaner(judge=_recorder, kinds=EveryPage())


def _page_rows(asked: tuple[Labelled, int, bool]) -> PageRows | None:
    labelled, seed, lists = asked
    _recorder.evidence = None
    try:
        _cleaner.clean(labelled.page, entry_of(labelled.page), POINTER, first_seen_at=labelled.page.fetched_at)
    except QuarantineError:
        return None
    evidence = _recorder.evidence
    if evidence is None:
        return None
    blocks = _recorder.blocks
    looked = looked_at(blocks, {*evidence.kept, *evidence.removed})
    body = labels(blocks, labelled.text)
    words = max(1, len(_WORD.findall(labelled.text)))
    weight = [SAME + BY_WORDS * len(_WORD.findall(block.text)) / words for block in looked]
    points = [place for place, block in enumerate(looked) if block.kind is BlockKind.ENUMERATION and block.order in evidence.kept]
    if not lists and not any(body[looked[place].order] >= 0.5 for place in points):
        for place in points:  # a truth that was taken out by selectors for paragraphs says nothing about lists
            weight[place] = 0.0
    return PageRows(
        rows=traits(blocks, looked, evidence),
        body=np.array([body[block.order] for block in looked], np.float32),
        weight=np.array(weight, np.float32),
        fold=fold_of(labelled.page.url, seed),
    )
