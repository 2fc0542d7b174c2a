from __future__ import annotations

import pytest

from pipeline.standing import Fate
from pipeline.stories.sentences import compare, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("Dr. Leeuw met J. Smith at 7 a.m. on Monday. He left.", ["Dr. Leeuw met J. Smith at 7 a.m. on Monday.", "He left."]),
        ("“It works.” She left. “Why?” he said.", ["“It works.”", "She left.", "“Why?” he said."]),
        ("Headline\n\nFirst. Second.", ["Headline", "First.", "Second."]),
        ("Er kam am 3. Mai. Öl wurde teuer.", ["Er kam am 3. Mai.", "Öl wurde teuer."]),
        ("Он ушёл. Ещё раз.", ["Он ушёл.", "Ещё раз."]),
        ("今日は雨。明日は晴れ。", ["今日は雨。", "明日は晴れ。"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """Titles, initials, times and ordinals end nothing."""
    assert sentences(text) == expected


def test_very_long_texts_are_bounded() -> None:
    """What follows the two-thousandth sentence counts as one, and nothing is lost."""
    found = sentences("Yes. " * 5000)
    assert len(found) == 2001
    assert "".join(found).count("Yes.") == 5000


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
