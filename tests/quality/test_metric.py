"""The metric counts runs of four words, page by page."""

from __future__ import annotations

import pytest

from tests.quality.metric import HEAD, PageScore, Score, lowest, precision_recall, table


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        ("one two three four five", "one two, three four five!", (1.0, 1.0)),
        ("one two three four five", "one two three four", (1.0, 0.5)),
        ("one two three four", "one two three four five", (0.5, 1.0)),
        ("a b c d", "a b c d a b c d", (0.2, 1.0)),  # what comes twice counts twice
        ("three words only", "three words only", (1.0, 1.0)),
        ("text", "", (0.0, 0.0)),
        ("", "", (1.0, 1.0)),
    ],
)
def test_precision_and_recall(truth: str, text: str, expected: tuple[float, float]) -> None:
    """Runs as multisets; signs between words do not count."""
    assert precision_recall(truth, text) == expected


def _page(name: str, precision: float, recall: float, *, date: bool | None = None) -> PageScore:
    told = {
        "publisher": name,
        "language": "en",
        "seen": True,
        "article": True,
        "title": True,
        "authors": False,
        "signed": None,
        "people": False,
    }
    return PageScore(name=name, precision=precision, recall=recall, date=date, seconds=0.5, **told)  # type: ignore[arg-type]


def test_f1_is_of_the_means_and_dates_of_the_known() -> None:
    """As the benchmark has it; a page without a known date says nothing about dates."""
    score = Score((_page("a", 1.0, 1.0, date=True), _page("b", 0.5, 1.0), _page("c", 0.0, 1.0, date=False)))
    assert score.measures() == pytest.approx(
        {
            "f1": 2 / 3,
            "exact": 1 / 3,
            "precision": 0.5,
            "recall": 1.0,
            "article": 1,
            "title": 1,
            "authors": 0,
            "signed": 0,
            "people": 0,
            "date": 0.5,
        }
    )
    assert score.rate == 2.0


def test_parts_and_the_lowest_of_them() -> None:
    """Scores by publisher, the worst first."""
    score = Score((_page("good", 1.0, 1.0), _page("bad", 0.5, 0.5), _page("good", 0.9, 0.9)))
    parts = score.by("publisher")
    assert list(parts) == ["good", "bad"]
    assert list(lowest(parts, 1)) == ["bad"]
    assert table([parts["good"].row("good")]).splitlines()[0].split("|")[2].strip() == HEAD[1]
