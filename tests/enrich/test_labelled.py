"""Names on sentences labelled by hand: floors that nobody lowers without a reason."""

from __future__ import annotations

import pytest

from benchmarks.entities.finders import ours, plain_ruler
from benchmarks.entities.labelled import HELD_OUT, Score, score, sentences
from pipeline.enrich.pipelines import trained_package

FLOORS = {"PERSON": (0.98, 0.96), "ORG": (0.96, 0.91), "GPE": (0.97, 0.93), "LOC": (0.80, 0.70), "all": (0.96, 0.92)}
HELD_OUT_FLOORS = {"PERSON": (0.98, 0.91), "ORG": (0.95, 0.86), "GPE": (0.90, 0.91), "all": (0.94, 0.87)}


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    """Of the built-in pipeline, over all languages."""
    if any(trained_package(language) for language in ("de", "en", "es", "fr", "ru")):
        pytest.skip("a trained model is installed; the floors are those of the built-in pipeline")
    return score(ours)


@pytest.fixture(scope="module")
def held_out(scores: dict[str, Score]) -> dict[str, Score]:
    """The same over the sentences held out; skipped where those are."""
    return score(ours, folder=HELD_OUT)


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


@pytest.mark.parametrize("label", HELD_OUT_FLOORS)
def test_the_floors_on_sentences_nothing_was_made_with(held_out: dict[str, Score], label: str) -> None:
    """The same on what tables and rules never saw: what fits only the others would show here."""
    precision, recall = HELD_OUT_FLOORS[label]
    assert (held_out[label].precision >= precision, held_out[label].recall >= recall) == (True, True), held_out[label]


def test_nothing_held_out_is_in_the_set() -> None:
    """At least a hundred sentences, none of which the rules were made with."""
    held_out = {one.text for one in sentences(folder=HELD_OUT)}
    assert len(held_out) >= 100
    assert held_out.isdisjoint(one.text for one in sentences())


def test_better_than_a_plain_ruler(scores: dict[str, Score]) -> None:
    """The same gazetteers without rules find no people and half of the rest."""
    plain = score(plain_ruler, "en")["all"]
    assert scores["all"].precision > plain.precision
    assert scores["all"].recall > plain.recall + 0.2
