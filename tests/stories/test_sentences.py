from __future__ import annotations

from pipeline.standing import Fate
from pipeline.stories.sentences import compare


def test_what_became_of_each_sentence() -> None:
    """Kept, changed, added, removed, in the order of the texts."""
    before = "The port is open. Seven people were hurt on Monday. Nobody knows why. It rained."
    after = "The port is open. Nine people were hurt on Monday. It rained. Ships are waiting outside."
    assert [(one.fate, one.before, one.after) for one in compare(before, after)] == [
        (Fate.KEPT, "The port is open.", "The port is open."),
        (Fate.CHANGED, "Seven people were hurt on Monday.", "Nine people were hurt on Monday."),
        (Fate.REMOVED, "Nobody knows why.", ""),
        (Fate.KEPT, "It rained.", "It rained."),
        (Fate.ADDED, "", "Ships are waiting outside."),
    ]


def test_the_shape_of_quotes_is_no_change() -> None:
    """Typographic signs and blanks come and go with templates."""
    assert {one.fate for one in compare("“Yes,” he  said – twice.", '"Yes," he said - twice.')} == {Fate.KEPT}
