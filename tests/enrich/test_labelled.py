"""Names on sentences labelled by hand: floors that nobody lowers without a reason."""

from __future__ import annotations

import pytest

from benchmarks.entities.finders import ours, plain_ruler
from benchmarks.entities.labelled import Score, score, sentences
from pipeline.enrich.pipelines import trained_package

FLOORS = {"PERSON": (0.98, 0.96), "ORG": (0.90, 0.76), "GPE": (0.97, 0.93), "LOC": (0.80, 0.70), "all": (0.95, 0.89)}


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    """Of the built-in pipeline, over all languages."""
    if any(trained_package(language) for language in ("de", "en", "es", "fr", "ru")):
        pytest.skip("a trained model is installed; the floors are those of the built-in pipeline")
    return score(ours)


def test_the_set_is_large_enough() -> None:
    """At least three hundred sentences in five languages, none of them twice."""
    texts = [one.text for one in sentences()]
    assert len(texts) >= 300
    assert len(set(texts)) == len(texts)
    assert {one.language for one in sentences()} == {"de", "en", "es", "fr", "ru"}


@pytest.mark.parametrize("label", FLOORS)
def test_the_floors(scores: dict[str, Score], label: str) -> None:
    """Precision and recall by type."""
    precision, recall = FLOORS[label]
    assert (scores[label].precision >= precision, scores[label].recall >= recall) == (True, True), scores[label]


def test_better_than_a_plain_ruler(scores: dict[str, Score]) -> None:
    """The same gazetteers without rules find no people and half of the rest."""
    plain = score(plain_ruler, "en")["all"]
    assert scores["all"].precision > plain.precision
    assert scores["all"].recall > plain.recall + 0.2
