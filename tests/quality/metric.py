"""How close a text is to the truth: runs of four words as multisets, page by page (scrapinghub's article extraction benchmark)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """How one page went. `date` is None where nobody knows when the page was published."""

    name: str
    publisher: str
    language: str
    seen: bool
    precision: float
    recall: float
    article: bool
    title: bool
    authors: bool | None  # the label's names, in any order and case; None where it has none
    signed: bool | None  # the same, agencies and houses that sign counted in
    people: bool  # without agencies, newsrooms and the house on both sides
    date: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """How a system did on pages. F1 is of the mean precision and the mean recall, as the benchmark has it."""

    pages: tuple[PageScore, ...]

    def mean(self, field: str) -> float:
        """Return the mean of a field over the pages on which it is known; 0 for none."""
        known = [float(value) for page in self.pages if (value := getattr(page, field)) is not None]
        return sum(known) / len(known) if known else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of mean precision and mean recall."""
        precision, recall = self.mean("precision"), self.mean("recall")
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def exact(self) -> float:
        """The share of pages on which nothing is missing and nothing too much."""
        return sum(page.precision == page.recall == 1.0 for page in self.pages) / max(1, len(self.pages))

    @property
    def rate(self) -> float:
        """Pages a second of this process's own time; 0 where no time was taken."""
        seconds = sum(page.seconds for page in self.pages)
        return len(self.pages) / seconds if seconds else 0.0

    def measures(self) -> dict[str, float]:
        """Return every figure that a floor may be set for, by name, each 0 to 1."""
        told = {field: self.mean(field) for field in ("precision", "recall", "article", "title", "authors", "signed", "people", "date")}
        return {"f1": self.f1, "exact": self.exact, **told}

    def by(self, field: str) -> Mapping[str, Score]:
        """Return the scores of the pages that share a field, by its value, most pages first."""
        parts: dict[str, list[PageScore]] = {}
        for page in self.pages:
            parts.setdefault(str(getattr(page, field)), []).append(page)
        return {value: Score(tuple(part)) for value, part in sorted(parts.items(), key=lambda found: (-len(found[1]), found[0]))}

    def row(self, name: str) -> list[str]:
        """Return the cells of a table's row, as HEAD names them."""
        found = self.measures()
        cells = [f"{found[field]:.4f}" for field in ("f1", "precision", "recall")]
        cells += [f"{found[field]:.3f}" for field in ("exact", "article", "title", "authors", "signed", "people", "date")]
        return [name, str(len(self.pages)), *cells, f"{self.rate:.0f}" if self.rate else "–"]


HEAD = ["", "pages", "F1", "P", "R", "all right", "articles", "title", "authors", "signed", "people", "date", "pages/s"]


def table(rows: Iterable[list[str]], head: list[str] | None = None) -> str:
    """Return rows as an aligned Markdown table under a head, HEAD by default."""
    lines = [head or HEAD, *rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def lowest(scores: Mapping[str, Score], count: int, measure: Callable[[Score], float] = lambda score: score.f1) -> dict[str, Score]:
    """Return the scores that measure lowest, lowest first."""
    return dict(sorted(scores.items(), key=lambda found: (measure(found[1]), found[0]))[:count])
