"""Rules that judge by where a block stands: each with what it takes, and what looks like it and stays."""

from __future__ import annotations

import pytest

from pipeline.clean import place_rules
from tests.clean.laid import laid, taken
from tests.clean.pages import STORY, TITLE

TEXT = "".join(f"<p>{text}</p>" for text in STORY)
COLUMN = f"<div class='article-body'>{TEXT}</div>"


def with_text(inner: str) -> str:
    """The story with something in its middle."""
    return "<div class='article-body'>" + "".join(f"<p>{text}</p>" for text in STORY[:3]) + inner + TEXT + "</div>"


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<aside><p>Box</p></aside>", "region-aside"),
        ("<div class='newsletter'><p>Box</p></div>", "region-newsletter"),
        ("<div class='author-box'><p>Box</p></div>", "region-author"),
        ("<div class='related'><ul><li>Box</li></ul></div>", "region-related"),
        ("<div class='related'><p><a href='/'>Box</a></p></div>", "region-related"),
        ("<figure><p>Box</p></figure>", "caption"),
    ],
)
def test_regions(markup: str, name: str) -> None:
    """What an element that is named so holds, if it is the smaller part."""
    assert taken(place_rules.regions, *laid(COLUMN + markup)) == {"Box": name}


@pytest.mark.parametrize(
    "markup",
    [
        f"<div class='newsletter-page'>{COLUMN}</div>",
        f"{COLUMN}<div class='related'><p>Words about it</p></div>",
        f"{COLUMN}<div class='unrelated'><p>Words</p></div>",
        f"<figure>{COLUMN}</figure>",
    ],
)
def test_regions_that_hold_the_text(markup: str) -> None:
    """An element around all of it says nothing, nor does a loose name about words of one's own."""
    assert taken(place_rules.regions, *laid(markup)) == {}


def test_the_next_article() -> None:
    """Another article that a page goes on with goes, from its beginning."""
    markup = f"<article><h1>{TITLE}</h1>{TEXT}</article><article><h1>Another story altogether</h1><p>Its text</p></article>"
    assert taken(place_rules.other_articles, *laid(markup, titles=[TITLE])) == {
        "Another story altogether": "next-article",
        "Its text": "next-article",
    }


@pytest.mark.parametrize(
    "markup",
    [
        f"<article><h1>{TITLE}</h1>{TEXT}<h1>A part of the same story</h1><p>Its text</p></article>",
        f"<article><h1>{TITLE}</h1>{TEXT}</article><article><h1>{TITLE}</h1><p>Its text</p></article>",
        f"<h1>{TITLE}</h1>{TEXT}<article><h1>Another story altogether</h1><p>Its text</p></article>",
        f"<article><h1>{TITLE}</h1></article><article><h1>Another story altogether</h1>{TEXT}</article>",
    ],
)
def test_no_other_article(markup: str) -> None:
    """Parts, the title again, and articles that hold what there is to read stay."""
    assert taken(place_rules.other_articles, *laid(markup, titles=[TITLE])) == {}


def test_what_stands_before_the_body() -> None:
    """Each line under the name of what it is; a sentence stays."""
    lines = ["Region", TITLE, "By Jane Doe", "Updated 18.11.2026 07:42", "Ana Li", "Harbor City", "It was cold that day.", STORY[0]]
    markup = "".join(f"<p>{line}</p>" for line in lines)
    candidates, page = laid(markup, titles=[TITLE], authors=["Ana Li"], start=7)
    assert taken(place_rules.before_body, candidates, page) == {
        "Region": "before-title",
        TITLE: "title",
        "By Jane Doe": "byline",
        "Updated 18.11.2026 07:42": "date",
        "Ana Li": "byline",
        "Harbor City": "before-body",
    }


def test_nothing_stands_before_the_first_word() -> None:
    """Where the body starts with the first candidate, the same lines stay."""
    candidates, page = laid(f"<p>{TITLE}</p><p>By Jane Doe</p>", titles=[TITLE])
    assert taken(place_rules.before_body, candidates, page) == {}


@pytest.mark.parametrize(
    ("line", "taken_out"),
    [
        ("Jane Doe", True),
        ("By Jane Doe", True),
        ("Written by: Jane Doe", True),
        ("By Ana Li", False),
        ("Jane Doe said so.", False),
        ("By the sea", False),
    ],
)
def test_bylines(line: str, taken_out: bool) -> None:
    """Lines that name an author and nothing else."""
    candidates, page = laid(with_text(f"<p>{line}</p>"), authors=["Jane Doe"])
    assert taken(place_rules.bylines, candidates, page) == ({line: "byline"} if taken_out else {})


def test_who_the_author_is() -> None:
    """The last blocks that name an author go, unless the story names them, too."""
    bio = "Jane Doe is a reporter for the Harbor News."
    assert taken(place_rules.about_author, *laid(f"{COLUMN}<p>{bio}</p>", authors=["Jane Doe"])) == {bio: "author-bio"}
    named = with_text("<p>Jane Doe saw it.</p>") + f"<p>{bio}</p>"
    assert taken(place_rules.about_author, *laid(named, authors=["Jane Doe"])) == {}
    assert taken(place_rules.about_author, *laid(f"<p>{bio}</p>{COLUMN}", authors=["Jane Doe"])) == {}
    assert taken(place_rules.about_author, *laid(f"{COLUMN}<p>{bio}</p>", authors=["Jane"])) == {}


def test_after_the_end() -> None:
    """A heading that only ends have, and the short lines after it."""
    markup = f"{COLUMN}<h3>Related stories</h3><p>One</p><p>Two</p>"
    assert taken(place_rules.after_end, *laid(markup)) == dict.fromkeys(["Related stories", "One", "Two"], "after-end")


@pytest.mark.parametrize(
    "markup",
    [
        f"<h3>Related stories</h3>{COLUMN}",
        f"<div>{TEXT}<h3>Related stories</h3>{TEXT}</div>",
        f"{COLUMN}<h3>Related to the storm</h3><p>One</p>",
    ],
)
def test_not_the_end(markup: str) -> None:
    """In the first half, before as much text again, or with other words, it ends nothing."""
    assert taken(place_rules.after_end, *laid(markup)) == {}


def test_boxes() -> None:
    """What follows `Read more` in a box goes; words beside the box stay."""
    box = "<div><div><p>Read more</p></div><div><p>A storm of last year</p></div></div><p>Beside it</p>"
    assert taken(place_rules.boxes, *laid(with_text(box))) == {"A storm of last year": "box"}
    assert taken(place_rules.boxes, *laid(with_text("<div><div><p>Much more</p></div><div><p>A storm</p></div></div>"))) == {}
    long = f"<div><div><p>Read more</p></div><div>{TEXT}{TEXT}</div></div>"
    assert STORY[0] not in taken(place_rules.boxes, *laid(with_text(long) + TEXT * 4))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p><a href='/x'>A storm of last year</a></p>", "A storm of last year"),
        ("<p>Also → <a href='/x'>A storm of last year</a></p>", "Also → A storm of last year"),
        ("<p>It was <a href='/x'>a storm of last year</a>.</p>", None),
        ("<h2><a href='/x'>A storm of last year</a></h2>", None),
        (f"<p><a href='/x'>{'A storm of last year. ' * 12}</a></p>", None),
    ],
)
def test_link_lines(markup: str, text: str | None) -> None:
    """Nothing but a link, short; headings and sentences with a link stay."""
    assert taken(place_rules.link_lines, *laid(with_text(markup))) == ({text: "link-line"} if text else {})


def test_link_lists() -> None:
    """Lists of links go whole, lists of words stay whole."""
    links = "<ul><li><a href='/a'>A storm</a></li><li><a href='/b'>A flood</a></li></ul>"
    words = "<ul><li><a href='/a'>A storm</a> of last year, in the west</li><li>A flood in the east</li></ul>"
    assert taken(place_rules.link_lists, *laid(with_text(links + words))) == {"A storm": "link-list", "A flood": "link-list"}


def test_doubles() -> None:
    """A paragraph that stood there already goes, once for each time; short lines may come again."""
    markup = f"<div><p>{STORY[0]}</p><p>Yes.</p><p>{STORY[1]}</p><p>{STORY[0].upper()}</p><p>Yes.</p></div>"
    assert taken(place_rules.doubles, *laid(markup)) == {STORY[0].upper(): "double"}


def test_a_quote_that_is_embedded_twice() -> None:
    """A post comes once; `No.` may be said as often as it was."""
    post, brief = "<blockquote><p>The tower is on its rails now, and so are we.</p></blockquote>", "<blockquote><p>No.</p></blockquote>"
    assert place_rules.doubles(*laid(f"<div>{TEXT}{post}{brief}<p>Yes.</p>{post}{brief}</div>")) == {len(STORY) + 3: "double"}


@pytest.mark.parametrize(("tag", "attributes"), [("blockquote", ""), ("div", " class='pullquote'")])
def test_pull_quotes(tag: str, attributes: str) -> None:
    """What a paragraph says word for word goes; what nobody else says stays."""
    pulled, own = "the sea had come within a stone’s throw of its door", "nobody has seen the like of it on this coast"
    markup = with_text(f"<{tag}{attributes}><p>{pulled}</p></{tag}><{tag}{attributes}><p>{own}</p></{tag}>")
    assert taken(place_rules.doubles, *laid(markup))[pulled] == "pull-quote"
    assert own not in taken(place_rules.doubles, *laid(markup))


def test_empty_headings() -> None:
    """One or two at the end, no more: many are a list."""
    heading = "<h2>More on this</h2>"
    assert taken(place_rules.empty_headings, *laid(COLUMN + heading)) == {"More on this": "empty-heading"}
    assert len(place_rules.empty_headings(*laid(COLUMN + heading * 2))) == 2
    assert place_rules.empty_headings(*laid(COLUMN + heading * 3)) == {}
    assert place_rules.empty_headings(*laid(heading + COLUMN)) == {}
