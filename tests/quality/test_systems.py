"""What counts as the text of an article when it is measured."""

from __future__ import annotations

from tests.clean.pages import STORY, article_of, story_page
from tests.quality.systems import as_printed


def test_the_dateline_counts_where_it_was_printed() -> None:
    """Cut from the body and kept as a field, it is part of the text all the same."""
    head = "CALDERMOUTH (AP) —"
    article = article_of(story_page(first=f"{head} "))
    assert article.dateline == "CALDERMOUTH"
    assert article.text.startswith(STORY[0])
    assert as_printed(article) == f"{head} {article.text}"


def test_the_text_of_a_page_without_fields_is_its_body() -> None:
    """Nothing is put before it."""
    article = article_of(story_page())
    assert as_printed(article) == article.text
