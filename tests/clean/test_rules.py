"""Rules are run one after the other, each over what the others left."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.clean import RULES
from pipeline.clean.outline import PageBlock
from pipeline.clean.rules import Page, Verdict, run
from tests.clean.laid import laid

MARKUP = "<p>One</p><p>Two</p><p>Three</p>"


def first(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Takes out the first block it sees."""
    return {blocks[0].order: f"first-of-{len(blocks)}"} if blocks else {}


def test_each_rule_sees_what_the_others_left() -> None:
    """What went is gone for those that follow, and is told under the name it went by."""
    candidates, page = laid(MARKUP)
    kept, removed = run([first, first], candidates, page)
    assert [block.text for block in kept] == ["Three"]
    assert removed == {0: "first-of-3", 1: "first-of-2"}


def test_candidates_are_left_alone() -> None:
    """The list that was handed in stays as it is, whatever goes."""
    candidates, page = laid(MARKUP)
    run([first, first, first, first], candidates, page)
    assert [block.text for block in candidates] == ["One", "Two", "Three"]
    assert run([], candidates, page) == (candidates, {})


def test_the_rules_can_stand_nothing() -> None:
    """Every rule of the project takes a page without a block."""
    candidates, page = laid("")
    for rule in RULES:
        assert rule(candidates, page) == {}
