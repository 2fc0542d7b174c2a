"""The judge's say: lines no one should keep go, blocks that all missed come, and what a rule settled stays settled."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.clean.judge import ADD, FILE, KEEP, KEEP_POINTS, SETTLED, BlockModel, NoJudge, decide
from pipeline.errors import ConfigurationError
from tests.clean.pages import STORY
from tests.clean.test_traits import blocks_of, evidence_of
from tests.clean.trees import dumped, written

PARAGRAPHS = blocks_of("".join(f"<p>{text}</p>" for text in STORY))


@pytest.mark.parametrize(
    ("chances", "go", "come"),
    [
        ({}, set(), set()),
        ({0: KEEP - 0.01, 1: KEEP}, {0}, set()),
        ({3: ADD, 4: ADD - 0.01}, set(), {3}),
        ({0: 0.0, 1: 0.0}, {0, 1}, set()),
    ],
)
def test_limits_decide(chances: dict[int, float], go: set[int], come: set[int]) -> None:
    """Below one a kept block goes, from the other on a block comes; what was not looked at stays as it is."""
    assert decide(chances, evidence_of(PARAGRAPHS, {0, 1})) == (go, come)


def test_a_list_stays_or_goes_as_a_whole() -> None:
    """By the mean of its points; another list by its own."""
    blocks = blocks_of(f"<p>{STORY[0]}</p><ul><li>One</li><li>Two</li></ul><p>x</p><ul><li>Three</li><li>Four</li></ul>")
    evidence = evidence_of(blocks, set(range(6)))
    assert decide({0: 0.9, 1: 0.0, 2: 2 * KEEP_POINTS, 3: 0.9, 4: 0.0, 5: KEEP_POINTS}, evidence)[0] == {4, 5}


def test_what_a_rule_settled_stays_out() -> None:
    """A correction is a field; what stands in a menu may have been text."""
    evidence = evidence_of(PARAGRAPHS, {0, 1}, removed={3: "correction", 4: "region-nav"})
    assert decide({3: 1.0, 4: 1.0}, evidence) == (set(), {4})
    assert "region-nav" not in SETTLED


def test_captions_and_standfirsts_stay_fields() -> None:
    """However much they read like body."""
    evidence = evidence_of(PARAGRAPHS, {0, 1})
    evidence = replace(evidence, page=replace(evidence.page, captions=frozenset({3}), standfirst=frozenset({4})))
    assert decide({3: 1.0, 4: 1.0, 5: 1.0}, evidence)[1] == {5}


def test_no_paragraph_comes_twice() -> None:
    """Neither beside the one that is kept, nor with its double."""
    blocks = blocks_of(f"<p>{STORY[0]}</p><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[1]}</p>")
    assert decide(dict.fromkeys(range(4), 1.0), evidence_of(blocks, {0}))[1] == {2}


def test_a_model_of_other_traits_is_refused(tmp_path: Path) -> None:
    """It would answer nonsense."""
    written(tmp_path / "old.npz", dumped([{"leaf_value": 1.0}]), 3)
    with pytest.raises(ConfigurationError, match=r"old\.npz: trained on other traits"):
        BlockModel(tmp_path / "old.npz")


def test_the_project_s_model_is_small_and_read_at_once() -> None:
    """Under 2 MB; read in under 100 ms of CPU time."""
    begun = time.process_time()
    model = BlockModel()
    assert time.process_time() - begun < 0.1
    assert FILE.stat().st_size < 2_000_000
    assert {"corpus", "seed", "format"} <= set(model.about)


def test_the_project_s_model_tells_a_story_from_what_stands_around_it() -> None:
    """Paragraphs of a column are likely, a menu is not."""
    blocks = blocks_of(f'<div class="article-body">{"".join(f"<p>{text}</p>" for text in STORY)}</div><p>Share</p>')
    evidence = evidence_of(blocks, set(range(len(STORY))))
    chances = BlockModel().chances(blocks, evidence)
    assert min(chances[order] for order in range(len(STORY))) > KEEP
    assert chances[len(STORY)] < KEEP
    assert NoJudge().chances(blocks, evidence) == {}
