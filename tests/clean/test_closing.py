"""Who contributed and what was corrected: fields, not text."""

from __future__ import annotations

import pytest

from tests.clean.pages import STORY, article_of, story_page


@pytest.mark.parametrize("line", [
    "Associated Press writers Ada Brook and Jo Bell in Moscow contributed to this report.",
    "Northern Wire writer Pia Carrow in Caldermouth contributed to this report.",
    "Additional reporting from Northern Wire",
    "First published in the Caldermouth Courier.",
])  # fmt: skip
def test_contributors_under_the_story(line: str) -> None:
    """With or without a rule above."""
    for rule in ("", "<p>___</p>"):
        article = article_of(story_page(after=f"{rule}<p>{line}</p>"))
        assert article.contributors == line
        assert [block.text for block in article.blocks] == list(STORY)


def test_a_rule_in_the_middle_ends_nothing() -> None:
    """What stands under it is the second half of the story."""
    article = article_of(story_page(among="<p>___</p>"))
    assert article.contributors is None
    assert [block.text for block in article.blocks] == list(STORY)


def test_a_sentence_about_contributions_is_text() -> None:
    """It names nobody who worked on the report, and stands at the beginning."""
    sentence = "The town itself contributed 200,000 dollars to the move, which is more than it spends on its schools in a month."
    article = article_of(story_page(first=sentence + " "))
    assert article.blocks[0].text.startswith(sentence)
    assert article.contributors is None


@pytest.mark.parametrize("place", ["after", "among"])
def test_a_correction_is_kept_apart(place: str) -> None:
    """Wherever it stands, without its label."""
    notice = "Correction: An earlier version of this story misstated the cost of the move."
    article = article_of(story_page(**{place: f"<p>{notice}</p>"}))
    assert article.corrections == ("An earlier version of this story misstated the cost of the move.",)
    assert [block.text for block in article.blocks] == list(STORY)
