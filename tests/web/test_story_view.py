from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.standing import Change
from pipeline.stories.copies import arrange
from pipeline.stories.sentences import compare
from pipeline.web.story_view import MOST_EDITS, revision_views, story_view
from tests.fakes_state import MemoryState
from tests.stories.test_revisions import BODY, FIRST
from tests.stories.wires import NOON, member, story
from tests.web.front_desk import document
from tests.web.test_pages import browse


def test_a_story_in_order_of_time() -> None:
    """Each article with how it was copied; the page's own is not linked to."""
    state = MemoryState()
    state.stories.settle([member(2, story(1), at=timedelta(hours=1)), member(1, story(1))], arrange)
    tellers = state.stories.story(member(1, "").article_id)
    views = story_view(tellers, {member(1, "").article_id: document(1)}, document(2)["article_id"], NOON)
    assert [(view.article_id, view.how, view.title) for view in views] == [
        (document(1)["article_id"], "told first", "Ferry number 1 sails"),
        (None, "copy, verbatim (100% the same)", ""),
    ]
    assert story_view(tellers[:1], {}, "", NOON) == ()


def test_revisions_the_latest_first() -> None:
    """With what was taken out and put in, bounded; one text alone is no history."""
    second = replace(FIRST, number=2, title="Other", text=BODY.replace("Monday", "Tuesday"), changes=(Change.HEADLINE,))
    third = replace(second, number=3, text=" ".join(f"Sentence {number}." for number in range(300)))
    latest, middle, first = revision_views([FIRST, second, third], compare, NOON)
    assert (first.number, first.edits, first.title) == (1, (), FIRST.title)
    assert [(edit.before[-7:], edit.after[-8:]) for edit in middle.edits] == [("Monday.", "Tuesday.")]
    assert (middle.changes, middle.title, latest.title) == (("headline",), "Other", None)
    assert (len(latest.edits), latest.more > 0) == (MOST_EDITS, True)
    assert revision_views([FIRST], compare, NOON) == ()


def test_the_article_page_shows_both() -> None:
    """The other articles are linked to; what was changed is marked as deleted and inserted, never as markup."""
    state = MemoryState()
    ids = [document(number)["article_id"] for number in (1, 2)]
    state.stories.settle([member(1, story(1)), member(2, story(1), at=timedelta(hours=1))], arrange)
    for number, text in ((1, "It is open. <b>Now</b> at four."), (2, "It is open. <b>Now</b> at five.")):
        state.revisions.add(replace(FIRST, article_id=ids[0], number=number, text=text))  # type: ignore[arg-type]
    page = browse(document(1), document(2), state=state, compare=compare).get(f"/article/{ids[0]}").text
    assert "The same story elsewhere" in page
    assert f"/article/{ids[1]}" in page
    assert "<del>It is open. &lt;b&gt;Now&lt;/b&gt; at four.</del>" in page
    assert "<ins>It is open. &lt;b&gt;Now&lt;/b&gt; at five.</ins>" in page
    assert "How it was changed" not in browse(document(1), compare=compare).get(f"/article/{ids[0]}").text
