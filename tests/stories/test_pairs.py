from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.stories import pairs
from pipeline.stories.pairs import copies
from tests.stories.wires import member, rewritten, story

HOUR = timedelta(hours=1)
WIRE = story(1, 300)
MEMBERS = [member(1, WIRE), member(2, story(2, 300)), member(3, WIRE, at=HOUR), member(4, rewritten(WIRE, 5, 0.2), at=2 * HOUR)]


def test_pairs_are_numbered_by_time_with_their_similarity() -> None:
    """The earlier one comes first; the same text is wholly alike."""
    found = copies(MEMBERS, {})
    assert set(found) == {(0, 2), (0, 3), (2, 3)}
    assert found[0, 2] == 1.0
    assert 0.3 < found[0, 3] == found[2, 3] < 0.9
    assert copies(MEMBERS[:1], {}) == copies([], {}) == {}


def test_settled_apart_is_not_looked_at_again() -> None:
    """Of two settled stories no members are compared; a newcomer is held against both."""
    ids = [one.article_id for one in MEMBERS]
    assert set(copies(MEMBERS, {ids[0]: ids[0], ids[2]: ids[2]})) == {(0, 3), (2, 3)}
    assert set(copies(MEMBERS, {ids[0]: ids[0], ids[2]: ids[0]})) == {(0, 2), (0, 3), (2, 3)}
    assert set(copies(MEMBERS, {ids[2]: ids[2], ids[3]: ids[3]})) == {(0, 2), (0, 3)}


@pytest.mark.parametrize(("constant", "value"), [("_MOST_PAIRS", 0), ("_AT_ONCE", 1)])
def test_a_flood_is_looked_at_bit_by_bit_with_the_same_end(monkeypatch: pytest.MonkeyPatch, constant: str, value: int) -> None:
    """However many pairs share a band and however few fit side by side."""
    expected = copies(MEMBERS, {})
    monkeypatch.setattr(pairs, constant, value)
    assert copies(MEMBERS, {}) == expected
