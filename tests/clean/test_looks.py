"""What a block is by itself, what was made of it, and what it says."""

from __future__ import annotations

import pytest

from pipeline.clean.looks import JUDGED, LOOKS, SAID, judged, looks, said
from tests.clean.pages import STORY
from tests.clean.test_traits import MARKUP, blocks_of, evidence_of, told


def test_a_rule_that_took_a_block_out_is_told_by_number() -> None:
    """So is the witness's share."""
    blocks = blocks_of(MARKUP)
    evidence = evidence_of(blocks, {2, 3}, removed={4: "promo"}, witness=STORY[0])
    assert told(blocks, evidence, "rule")["Sign up for "] > 0
    assert told(blocks, evidence, "witnessed")["The old ligh"] == 1.0
    assert told(blocks, evidence, "witnessed")["It took nine"] < 0.1


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("She said so.", "ending", 1),
        ("She said so:", "ending", 2),
        ("She said so", "ending", 0),
        ("“She said so.”", "ending", 1),
        ("“She said so.”", "quote", 1),
        ("she said so", "lower", 1),
        ("Note: she said so", "colon", 1),
        ("<h3>She said so</h3>", "level", 3),
        ("<a href='/x'>She said so</a>", "link_share", 1),
    ],
)
def test_how_a_block_looks(text: str, name: str, value: float) -> None:
    """By its signs and its markup."""
    block = blocks_of(text if text.startswith("<h") else f"<p>{text}</p>")
    assert looks(block)[0, LOOKS.index(name)] == value


def test_every_part_has_its_columns() -> None:
    """One row a block."""
    blocks = blocks_of(MARKUP)
    evidence = evidence_of(blocks, {2, 3})
    assert looks(blocks).shape == (len(blocks), len(LOOKS))
    assert judged(blocks, evidence).shape == (len(blocks), len(JUDGED))
    assert said(blocks, evidence).shape == (len(blocks), len(SAID))


def test_long_blocks_are_asked_for_what_they_begin_with_only() -> None:
    """A promotion within a long paragraph is no promotion."""
    blocks = blocks_of(f"<p>{STORY[0]} Sign up for our newsletter. {STORY[1]}</p>")
    assert said(blocks, evidence_of(blocks, {0}))[0, SAID.index("promo")] == 0
