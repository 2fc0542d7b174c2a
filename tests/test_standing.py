"""How articles stand to one another: the values alone."""

from __future__ import annotations

import pytest

from pipeline.standing import CopyKind, Originality, Standing
from pipeline.types import ArticleId


def test_how_much_of_a_publisher_is_its_own() -> None:
    """The share of its articles that are no copies, of whatever kind; of none, none."""
    copies = {CopyKind.VERBATIM: 2, CopyKind.CUT: 1}
    assert Originality(publisher="KBAY", articles=12, copies=copies, copied=5).own == pytest.approx(0.75)
    assert Originality(publisher="KBAY", articles=3, copies={}, copied=0).own == 1.0
    assert Originality(publisher="nobody", articles=0, copies={}, copied=0).own == 0.0


def test_a_story_of_one_is_no_copy() -> None:
    """Nothing of a copy is known where there is none."""
    alone = Standing(story_id=ArticleId("a"))
    assert (alone.copy_of, alone.kind, alone.distance) == (None, None, None)
