"""The labelled sentences of tests/data/entities, and how found spans are scored against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "data" / "entities"
HELD_OUT = FOLDER / "held-out"  # looked at only for figures: no table or rule was made with them
LABELS = {"P": "PERSON", "O": "ORG", "G": "GPE", "L": "LOC"}
_MARKED = re.compile(r"\[([POGL]) ([^\]]+)\]")

Span = tuple[int, int, str]  # start, end, label
Find = Callable[[str, str], Iterable[Span]]  # text, language → spans


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence without its marks, and what they said."""

    language: str
    text: str
    spans: frozenset[Span]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of one type; a span counts where both ends and the type are right."""

    found: int
    right: int
    labelled: int

    @property
    def precision(self) -> float:
        """1.0 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """1.0 where nothing was to be found."""
        return self.right / self.labelled if self.labelled else 1.0


def sentences(*languages: str, folder: Path = FOLDER) -> Iterator[Sentence]:
    """Yield the labelled sentences of a folder, of these languages or of all."""
    for file in sorted(folder.glob("*.txt")):
        if not languages or file.stem in languages:
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield _read(file.stem, line)


def _read(language: str, line: str) -> Sentence:
    text, spans, at = "", set(), 0
    for mark in _MARKED.finditer(line):
        text += line[at : mark.start()]
        spans.add((len(text), len(text) + len(mark[2]), LABELS[mark[1]]))
        text += mark[2]
        at = mark.end()
    return Sentence(language, text + line[at:], frozenset(spans))


def score(find: Find, *languages: str, folder: Path = FOLDER) -> dict[str, Score]:
    """Score a finder by type, `all` last."""
    counts = {label: [0, 0, 0] for label in (*LABELS.values(), "all")}
    for one in sentences(*languages, folder=folder):
        found = set(find(one.text, one.language))
        for label, count in counts.items():
            mine, theirs = ({span for span in spans if label in ("all", span[2])} for spans in (found, one.spans))
            for place, number in enumerate((len(mine), len(mine & theirs), len(theirs))):
                count[place] += number
    return {label: Score(*count) for label, count in counts.items()}
