"""The benchmark of copies in small: what it makes, how it counts, and that ours finds what is to be found."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from benchmarks.copies import __main__ as bench
from benchmarks.copies import corpus as wires
from benchmarks.copies.__main__ import alone, kept, main
from benchmarks.copies.corpus import FORMS, Text, corpus
from benchmarks.copies.score import Score, of_clusters, of_pairs
from pipeline.stories.copies import connected


@pytest.fixture(autouse=True)
def only_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's optional folder: the same texts everywhere."""
    monkeypatch.setattr(wires, "_of_folder", lambda _: iter(()))


def texts() -> list[Text]:
    return corpus(wires=12, distractors=60)


def test_the_corpus_is_the_same_from_the_same_seed() -> None:
    """Each wire story with 3 to 12 copies, and as many others as were asked for."""
    made = texts()
    assert made == texts()
    sizes = Counter(one.story for one in made)
    assert sizes.pop(None) == 60
    assert sorted(sizes) == list(range(12))
    assert all(4 <= size <= 13 for size in sizes.values())


def test_forms_are_filled_in() -> None:
    """No gap is left, and two of a kind differ."""
    chance = random.Random(1)
    for form in FORMS:
        first, second = (wires._filled(chance, form) for _ in range(2))
        assert "{" not in first
        assert first != second


def test_pairs_and_clusters_are_scored() -> None:
    """Recall over all pairs of one story, precision over all that were found; who tells alone belongs nowhere."""
    stories = [0, 0, 0, 1, 1, None]
    assert of_pairs([(1, 0), (0, 1), (4, 5)], stories) == Score(recall=1 / 4, precision=1 / 2)
    assert of_clusters([0, 0, 0, 3, 3, 5], stories) == Score(recall=1.0, precision=1.0)
    assert of_clusters([0, 0, 0, 0, 0, 0], stories) == Score(recall=1.0, precision=4 / 15)
    assert connected(4, [(3, 1), (1, 2)]) == [0, 1, 1, 1]


def test_ours_finds_the_copies_in_memory_and_through_a_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly the floors of the whole benchmark, on a fiftieth of it; both ways give the same stories."""
    monkeypatch.setattr(bench, "BATCH", 40)
    made = texts()
    clusters, _ = alone(made)
    assert kept(made)[0] == clusters
    score = of_clusters(clusters, [one.story for one in made])
    assert score.recall >= 0.97
    assert score.precision >= 0.995


def test_it_prints_what_it_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON for scripts, ours alone: no environment is made for the others."""
    main(["--ours", "--json", "--wires", "3", "--distractors", "9"])
    told = json.loads(capsys.readouterr().out)
    assert [row["method"] for row in told["rows"]] == ["wireroom, in memory", "wireroom, ledger in SQLite"]
    assert told["texts"] > 12 + 9
