from __future__ import annotations

import pytest

from pipeline.sentences import sentences


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
