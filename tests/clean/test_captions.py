"""Captions and credits: told apart, and kept out of the text."""

from __future__ import annotations

import pytest

from pipeline.clean.captions import bare_credit, split_credit
from pipeline.clean.phrases import PhraseBook
from tests.clean.pages import STORY, article_of, story_page

ENGLISH = PhraseBook().of("en")


@pytest.mark.parametrize(("text", "caption", "credit"), [
    ("The tower on its rails. (Jo Bell/Northern Wire)", "The tower on its rails.", "Jo Bell/Northern Wire"),
    ("The tower on its rails. (AP Photo/Jo Bell)", "The tower on its rails.", "AP Photo/Jo Bell"),
    ("The tower on its rails.", "The tower on its rails.", ""),
])  # fmt: skip
def test_the_credit_is_split_off(text: str, caption: str, credit: str) -> None:
    """Without its parentheses; a caption without one stays whole."""
    assert split_credit(text, ENGLISH) == (caption, credit)


@pytest.mark.parametrize("text", ["(Jo Bell)", "Jo Bell", " Jo Bell "])
def test_bare_credits(text: str) -> None:
    """The name is what counts."""
    assert bare_credit(text) == "Jo Bell"


def test_a_gallery_gives_every_caption() -> None:
    """In order, each with its own credit."""
    figure = "<figure><img src='/{0}.jpg'><figcaption>Picture number {0} of the move. (Jo Bell/Harbor News)</figcaption></figure>"
    article = article_of(story_page(among=figure.format(1) + figure.format(2)))
    assert [one.text for one in article.captions] == ["Picture number 1 of the move.", "Picture number 2 of the move."]
    assert [block.text for block in article.blocks] == list(STORY)
