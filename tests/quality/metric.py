"""How close a text is to the truth: runs of four words as multisets, page by page (scrapinghub's article extraction benchmark)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+")
RUN = 4


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text with how often each comes; all its words as one run where there are fewer."""
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))) if words else Counter()


def precision_recall(truth: str, text: str) -> tuple[float, float]:
    """Return (precision, recall) of a text; both 1 where both are empty, 0 where one is."""
    wanted, got = runs(truth), runs(text)
    if not wanted or not got:
        return (1.0, 1.0) if wanted == got else (0.0, 0.0)
    common = sum((wanted & got).values())
    return common / sum(got.values()), common / sum(wanted.values())


@dataclass(slots=True)
class Score:
    """Sums over pages. F1 is of the mean precision and the mean recall, as the benchmark has it."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    title: int = 0
    people: int = 0
    authors: int = 0
    date: int = 0
    dated: int = 0  # pages whose date is known
    articles: int = 0
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        """How many pages were scored."""
        return len(self.precisions)

    @property
    def f1(self) -> float:
        """The harmonic mean of mean precision and mean recall."""
        precision, recall = sum(self.precisions) / self.pages, sum(self.recalls) / self.pages
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def exact(self) -> float:
        """The share of pages on which nothing is missing and nothing too much."""
        return sum(p == r == 1.0 for p, r in zip(self.precisions, self.recalls, strict=True)) / self.pages

    def row(self, name: str) -> list[str]:
        """Return the cells of a table's row."""
        mean = [sum(values) / self.pages for values in (self.precisions, self.recalls)]
        shares = [self.title / self.pages, self.authors / self.pages, self.people / self.pages, self.date / max(1, self.dated)]
        cells = [f"{value:.4f}" for value in (self.f1, *mean)] + [f"{value:.3f}" for value in (self.exact, *shares)]
        return [name, str(self.pages), str(self.articles), *cells, f"{self.pages / self.seconds:.0f}" if self.seconds else "–"]


HEAD = ["", "pages", "articles", "F1", "P", "R", "all right", "title", "authors", "people", "date", "pages/s"]
