"""Which blocks are candidates: the votes, and what stands among them and was passed over."""

from __future__ import annotations

import pytest

from pipeline.clean.outline import PageBlock
from pipeline.clean.selection import candidates_of, column_votes, layout_of, witness_text
from tests.clean.pages import STORY
from tests.clean.test_traits import blocks_of

FIRST, SECOND, THIRD = (f"<p>{text}</p>" for text in STORY[:3])


def chosen(markup: str, *voted: str, witness: str = "") -> list[str]:
    """The candidates' beginnings, where the blocks that begin so are voted for."""
    blocks = blocks_of(markup)
    votes = {block.order for block in blocks if voted and block.text.startswith(voted)}
    found = candidates_of(blocks, votes, witness)
    return [block.text for block in blocks if block.order in found]


@pytest.mark.parametrize(
    ("among", "taken"),
    [
        ("<h2>In the harbor</h2>", True),
        ("<p>She paused.</p>", True),
        ("<ul><li>Nine hours of work</li></ul>", True),
        (
            '<div class="newsletter"><p>Sign up and never miss a thing that happens on this coast, from the harbor to the hills.</p></div>',
            False,
        ),
        ('<p><a href="/x">Another story</a></p>', False),
        ('<div class="related"><h3>More</h3></div>', False),
        ("<div>Loose words</div>", False),
    ],
)
def test_what_stands_among_the_votes(among: str, taken: bool) -> None:
    """Headings, short paragraphs and points come along; boxes that are named, links and loose words do not."""
    found = chosen(f"<article>{FIRST}{SECOND}{among}{THIRD}</article>", *STORY[:3])
    assert found[:2] == list(STORY[:2])
    assert (len(found) == 4) is taken


def test_a_heading_comes_only_with_its_text() -> None:
    """One over nothing that is a candidate stays out."""
    assert chosen(f"<article>{FIRST}{SECOND}<h2>Weather</h2></article>", *STORY[:2]) == list(STORY[:2])


def test_a_few_votes_for_little_lose_against_the_prose_of_one_element() -> None:
    """As where a consent text was voted for, and the story was not."""
    story = "".join(f"<p>{text}</p>" for text in STORY)
    consent = "<p>This site uses cookies, which are small files, to remember what you chose and what you read here.</p>"
    markup = f"<div>{consent}</div><div>{story}</div>"
    assert chosen(markup, "This site") == list(STORY)
    assert chosen(markup) == list(STORY)


def test_the_page_s_own_copy_is_a_witness_where_it_tells_of_the_same_text() -> None:
    """What it holds comes along; a copy of another text says nothing."""
    blocks = f"<div>{FIRST}{SECOND}</div><section><div><div><div>{THIRD}</div></div></div></section>"
    assert STORY[2] in chosen(blocks, *STORY[:2], witness=" ".join(STORY[:3]))
    assert STORY[2] not in chosen(blocks, *STORY[:2], witness=STORY[2] * 3)


@pytest.mark.parametrize(("body", "is_one"), [(" ".join(STORY), True), ("Subscribe to read on.", False), ("", False)])
def test_a_witness_is_long_enough_to_be_a_body(body: str, is_one: bool) -> None:
    """Placeholders are none."""
    assert witness_text(body) == (body if is_one else "")


def test_a_smaller_region_is_what_its_name_says_and_the_larger_one_is_not() -> None:
    """A body inside `has-sidebar` is still the body."""
    blocks = blocks_of(f'<div class="sidebar-newsletter"><div>{FIRST}{SECOND}</div></div><div class="newsletter">{THIRD}</div>')
    layout = layout_of(blocks, {0, 1, 2})
    assert [layout.foreign(block) for block in blocks] == ["", "", "newsletter"]
    assert (layout.first, layout.last) == (0, 2)


def test_depth_is_told_from_the_column() -> None:
    """How many elements lie between; far outside it a large number."""
    blocks: tuple[PageBlock, ...] = blocks_of(f"<div>{FIRST}{SECOND}<div><div>{THIRD}</div></div></div><aside><p>far</p></aside>")
    layout = layout_of(blocks, {0, 1})
    assert [layout.depth(block) for block in blocks[:3]] == [0, 0, 2]
    assert layout.depth(blocks[3]) > 2


def test_a_glance_votes_for_the_element_with_the_most_prose() -> None:
    """All in it that is named nothing else and is no link, short lines and boxes near it included; nothing outside."""
    box = '<div class="newsletter"><p>Sign up</p></div><ul><li>Nine hours</li></ul><p><a href="/x">Another story</a></p>'
    blocks = blocks_of(f"<p>Outside</p><div>{FIRST}{SECOND}{THIRD}<p>She paused.</p>{box}</div><div>{FIRST}</div>")
    votes = column_votes(blocks)
    assert [block.text for block in blocks if block.order in votes] == [*STORY[:3], "She paused.", "Nine hours"]
    assert column_votes(()) == frozenset()


def test_no_blocks_have_no_candidates() -> None:
    """And no layout to speak of."""
    assert candidates_of((), frozenset()) == frozenset()
    assert layout_of((), frozenset()).last == -1
