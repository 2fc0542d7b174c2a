"""Where the body begins, and what sums it up above."""

from __future__ import annotations

import pytest

from pipeline.clean.hygiene import bare
from pipeline.clean.opening import body_start, is_title, says_summary, standfirst
from tests.clean.laid import laid
from tests.clean.pages import STORY, TITLE

SUMMARY = "The county has saved its oldest lighthouse from the sea, for the price of a school."
OTHER = "Another sentence, long enough to sum up whatever there is to be summed up."
BODY = "<div class='article-body'>" + "".join(f"<p>{text}</p>" for text in STORY) + "</div>"


def in_body(block) -> bool:
    """The story's paragraphs."""
    return block.text in STORY


def found(markup: str, summary: str = SUMMARY) -> list[str]:
    """What stands above the body and sums it up."""
    candidates, page = laid(markup, in_body, titles=[TITLE])
    return [block.text for block in standfirst(page.blocks, page.layout, candidates, page.titles, [bare(summary)])]


@pytest.mark.parametrize(
    ("markup", "title", "expected"),
    [
        ("<h1>Anything</h1>", TITLE, True),
        (f"<p>{TITLE}</p>", TITLE, True),
        (f"<p>{TITLE.upper()}!</p>", TITLE, True),
        (f"<h2>Harbor: {TITLE}</h2>", TITLE, True),
        ("<h2>A lighthouse</h2>", TITLE, False),
        ("<h2>A lighthouse moves inland</h2>", TITLE, True),
        (f"<p>{TITLE}, and then it took nine hours and a crane and a great deal of soap</p>", TITLE, True),
        (f"<p>{TITLE}, and then it took nine hours and a crane and a great deal of soap, says the engineer of it</p>", TITLE, False),
        ("<p>A lighthouse moves</p>", "", False),
    ],
)
def test_titles(markup: str, title: str, expected: bool) -> None:
    """A main heading, the title's letters, or a line that says it and little more."""
    (block,) = laid(markup)[0]
    assert is_title(block, [bare(title)] if title else []) is expected


@pytest.mark.parametrize(
    ("text", "summary", "expected"),
    [
        (SUMMARY, SUMMARY, True),
        ("COBB POINT: " + SUMMARY, SUMMARY, True),
        (SUMMARY, SUMMARY + " It was not the first.", True),
        (SUMMARY + " It was not the first.", SUMMARY, True),
        ("Short one", "Short one", False),
        (SUMMARY, "Short", False),
        ("Something else altogether, told of in many words.", SUMMARY, False),
    ],
)
def test_says_summary(text: str, summary: str, expected: bool) -> None:
    """One begins as the other does."""
    (block,) = laid(f"<p>{text}</p>")[0]
    assert says_summary(block, [bare(summary)]) is expected


@pytest.mark.parametrize(
    "above",
    [
        f"<div><h1>{TITLE}</h1></div><div><section><div><div><p>{SUMMARY}</p></div></div></section></div>",
        f"<h1>{TITLE}</h1><p class='standfirst'>{SUMMARY}</p>",
        f"<div><h1>{TITLE}</h1><p>{SUMMARY}</p></div>",
    ],
)
def test_a_standfirst(above: str) -> None:
    """By what it says, by its name, by where it stands."""
    assert found(above + BODY) == [SUMMARY]


def test_a_standfirst_nobody_repeats() -> None:
    """Named so, or a sentence in the title's own element, it needs no description that says the same."""
    for above in (f"<h1>{TITLE}</h1><p class='standfirst'>{SUMMARY}</p>", f"<header><h1>{TITLE}</h1><p>{SUMMARY}</p></header>"):
        assert found(above + BODY, "Something else altogether, told of in many words.") == [SUMMARY]


@pytest.mark.parametrize("names", ["class='page-nav'", "hidden", "class='comments-enabled'"])
def test_a_name_of_the_whole_page_says_nothing_of_its_standfirst(names: str) -> None:
    """What holds the body, too, is not what its name says."""
    assert found(f"<div {names}><div><h1>{TITLE}</h1><p>{SUMMARY}</p></div>{BODY}</div>") == [SUMMARY]


def test_a_standfirst_of_two_paragraphs() -> None:
    """The second is no repetition of anything, but stands right after the first in an element named so; elsewhere it does not count."""
    both = f"<p>{SUMMARY}</p><p>{OTHER[:-1]}</p>"
    for names, expected in (("class='preamble'", [SUMMARY, OTHER[:-1]]), ("", [SUMMARY])):
        above = f"<div><h1>{TITLE}</h1></div><section><div><div {names}>{both}</div></div></section>"
        assert found(above + BODY) == expected


def test_a_standfirst_under_the_title_said_again() -> None:
    """As pages do that have a main heading for machines and another for readers."""
    above = f"<div><h1>{TITLE}</h1></div><section><div><h2>{TITLE}</h2><p>{OTHER}</p></div></section>"
    assert found(above + BODY) == [OTHER]


def test_a_description_among_the_names_of_writers() -> None:
    """Some pages put both into one element."""
    assert found(f"<h1>{TITLE}</h1><section><div><div class='byline'><p>{SUMMARY}</p></div></div></section>{BODY}") == [SUMMARY]
    assert found(f"<h1>{TITLE}</h1><section><div><div class='byline'><p>{OTHER}</p></div></div></section>{BODY}") == []


@pytest.mark.parametrize(
    "above",
    [
        f"<h1>{TITLE}</h1>",
        f"<h1>{TITLE}</h1><p hidden>{SUMMARY}</p>",
        f"<h1>{TITLE}</h1><div class='related'><p>{SUMMARY}</p></div>",
        f"<h1>{TITLE}</h1><figure><figcaption>{SUMMARY}</figcaption></figure>",
        f"<h1>{TITLE}</h1><ul><li>{SUMMARY}</li></ul>",
        f"<p>{SUMMARY}</p><h1>{TITLE}</h1>",
        f"<h1>{TITLE}</h1><h2>{TITLE}</h2>",
        f"<h1>Harbor News</h1><p>{SUMMARY}</p><h1>{TITLE}</h1>",
        f"<div><h1>{TITLE}</h1><p>A</p><p>B</p><p>C</p><section><div><div><p>{OTHER}</p></div></div></section></div>",
        f"<div><h1>{TITLE}</h1></div><section><div><div><p>{OTHER}</p></div></div></section>",
        f"<div><h1>{TITLE}</h1><p>{OTHER[:-1]}</p></div>",
    ],
)
def test_no_standfirst(above: str) -> None:
    """Nothing above, what is hidden, other stories, captions, points of lists, what stands over the title, the title again."""
    assert found(above + BODY) == []


def test_the_first_paragraph_is_no_standfirst() -> None:
    """It stands in the column, though the description may repeat it."""
    assert found(f"<h1>{TITLE}</h1>" + BODY, STORY[0]) == []


def test_where_the_body_starts() -> None:
    """At the first prose that is neither the title nor told to be before it."""
    candidates, page = laid(f"<h1>{TITLE}</h1><p>By Jane Doe</p>{BODY}", titles=[TITLE])
    orders = {block.text: block.order for block in page.blocks}
    assert body_start(candidates, page.layout, page.titles, ()) == orders[STORY[0]]
    assert body_start(candidates, page.layout, page.titles, {orders[STORY[0]]}) == orders[STORY[1]]


def test_where_a_body_without_prose_starts() -> None:
    """At the first candidate in the column; at nothing where there is none."""
    candidates, page = laid("<div><p>Nine hours.</p><p>One crane.</p></div>")
    assert body_start(candidates, page.layout, (), ()) == 0
    candidates, page = laid(f"<div>{'<div>' * 4}Far in{'</div>' * 4}{'<p>Nine hours, one crane, some soap.</p>' * 4}</div>")
    assert body_start(candidates, page.layout, (), ()) == 1
    assert body_start([], page.layout, (), ()) == 0
