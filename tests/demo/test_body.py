"""body.py: the small Markdown of demo articles."""

import pytest

from pipeline.demo.body import BlockShape, body_fault, read_body


def test_each_block_has_its_shape_and_no_markers():
    """Headings, quotes, lists and paragraphs are told apart; wrapped lines are joined, list points are not."""
    blocks = read_body("One\ntwo\n\n## Head\n\n> quoted\n> words\n\n- a\n- b\n")
    assert [(block.shape, block.lines) for block in blocks] == [
        (BlockShape.PARAGRAPH, ("One two",)),
        (BlockShape.HEADING, ("Head",)),
        (BlockShape.QUOTE, ("quoted words",)),
        (BlockShape.ENUMERATION, ("a", "b")),
    ]


@pytest.mark.parametrize("body", ["Text\n- a", "- a\ntext", "## Head\ntext", "> q\ntext", "## A\n## B"])
def test_mixed_blocks_are_found(body):
    """A block that changes its shape has lost a blank line."""
    assert body_fault(body) == body.splitlines()[1]


def test_sound_bodies_have_no_fault():
    """Blank lines between all blocks: nothing to complain of."""
    assert body_fault("A\nb\n\n- a\n- b\n\n> q\n> r\n\n## H\n\nC") is None
