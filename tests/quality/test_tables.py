"""What `make quality` prints beside the scores of all pages."""

from __future__ import annotations

import pytest

from scripts.quality import SEVERAL, _print_beside
from tests.quality.metric import PageScore, Score


def score(language: str, precision: float, pages: int) -> list[PageScore]:
    told = {
        "publisher": f"{language}-paper",
        "language": language,
        "seen": True,
        "article": True,
        "title": True,
        "authors": True,
        "signed": True,
    }
    return [PageScore(name="a", people=True, date=None, precision=precision, recall=1.0, seconds=1.0, **told)] * pages  # type: ignore[arg-type]


def test_each_system_has_a_column_for_what_has_several_pages(capsys: pytest.CaptureFixture[str]) -> None:
    """By language and by publisher; one page of a kind says nothing."""
    ours, theirs = (Score((*score("en", best, SEVERAL), *score("de", 1.0, SEVERAL), *score("is", 1.0, 1))) for best in (1.0, 0.5))
    _print_beside({"wireroom": ours, "other": theirs})
    told = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in told.splitlines() if line.startswith("| ")]
    assert rows == [
        ["", "pages", "wireroom", "other"],
        ["de", "3", "1.000", "1.000"],
        ["en", "3", "1.000", "0.667"],
        ["", "pages", "wireroom", "other"],
        ["de-paper", "3", "1.000", "1.000"],
        ["en-paper", "3", "1.000", "0.667"],
    ]


def test_one_system_is_beside_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Its languages have a table of their own."""
    _print_beside({"wireroom": Score((*score("en", 1.0, SEVERAL), *score("de", 1.0, SEVERAL)))})
    assert capsys.readouterr().out == ""
