"""What stands in a page's head, and what stands there by mistake."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipeline.clean.meta_tags import MAX_CONTENT, MAX_TAGS, PageHead, read_head


def head_of(markup: str) -> PageHead:
    return read_head(document_fromstring(markup))


@pytest.mark.parametrize(
    ("tag", "name", "contents"),
    [
        ('<meta name="author" content="Ana">', "author", ("Ana",)),
        ('<meta name=" AUTHOR " content=" Ana  Li ">', "author", ("Ana Li",)),
        ('<meta property="og:title" content="Storm">', "og:title", ("Storm",)),
        ('<meta itemprop="datePublished" content="2026">', "datepublished", ("2026",)),
        ('<meta http-equiv="Content-Language" content="de">', "content-language", ("de",)),
        ('<meta name="a" property="b" content="x">', "b", ("x",)),
        ('<meta name="a" content="x"><meta name="A" content="y">', "a", ("x", "y")),
        ('<meta name="a" content="x&amp;amp;y">', "a", ("x&amp;y",)),
        ('<meta name="a" content="">', "a", ()),
        ('<meta name="a" content="&#8203; ">', "a", ()),
        ('<meta name="a">', "a", ()),
        ('<meta content="x">', "", ()),
        ('<meta name="" content="x">', "", ()),
    ],
)
def test_tags(tag: str, name: str, contents: tuple[str, ...]) -> None:
    """By whatever attribute it is named, in small letters, without what is empty."""
    assert head_of(f"<html><head>{tag}</head><body>x").all(name) == contents


def test_first_goes_by_the_names_asked() -> None:
    """The order of the question decides, not that of the page."""
    head = head_of('<meta name="b" content="2"><meta name="b" content="3"><meta name="a" content="1">')
    assert (head.first("a", "b"), head.first("b", "a"), head.first("c", "b"), head.first("c"), head.first()) == ("1", "2", "2", "", "")


def test_tags_in_the_body() -> None:
    """Tags out of place count too."""
    assert head_of("<p>x<div><meta name=a content=1></div>").first("a") == "1"


@pytest.mark.parametrize(
    ("links", "canonical", "amp"),
    [
        ('<link rel="canonical" href=" /a "><link rel="canonical" href="/b">', "/a", ""),
        ('<link rel="alternate AMPHTML" href="/amp"><link rel="CANONICAL" href="/a">', "/a", "/amp"),
        ('<link rel="canonicals" href="/a"><link href="/b"><a rel="canonical" href="/c">x</a>', "", ""),
        ('<link rel="canonical">', "", ""),
    ],
)
def test_links(links: str, canonical: str, amp: str) -> None:
    """The first of its relation, in any case of letters and company; a link that is shown is no link of the head."""
    head = head_of(f"<html><head>{links}</head><body>x")
    assert (head.canonical, head.amp) == (canonical, amp)


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<html lang="en-GB"><body>x', "en-GB"),
        ('<html xml:lang="de"><body>x', "de"),
        ('<html lang="fr" xml:lang="de"><body>x', "fr"),
        ('<html lang="" xml:lang="de"><body>x', "de"),
        ("<html><body lang=it>x", ""),
    ],
)
def test_language(markup: str, language: str) -> None:
    """As the root declares it."""
    assert head_of(markup).language == language


def test_language_in_xml_s_own_space() -> None:
    """A tree that knows namespaces has `xml:lang` under its full name."""
    root = document_fromstring("<html><body>x")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "de")
    assert read_head(root).language == "de"


def test_title() -> None:
    """On one line; an empty page has none."""
    assert head_of("<title>\n Storm \n hits &amp; stays </title>").title == "Storm hits & stays"
    assert head_of("<p>x").title == ""


def test_bounds() -> None:
    """However much stands there, so much is kept."""
    long = "x" * 1_000_000
    assert len(head_of("<meta name=a content=x>" * (MAX_TAGS + 9)).all("a")) == MAX_TAGS
    assert len(head_of(f"<meta name=a content={long}>").first("a")) == MAX_CONTENT
    assert len(head_of(f"<title>{long}</title>x").title) == 1000
    assert len(head_of(f"<link rel=canonical href={long}>x").canonical) == 2048
    assert len(head_of(f"<html lang={long}><body>x").language) == 35


PIECES = [
    "<meta ",
    "<link ",
    "<title>",
    "</title>",
    "name=",
    "content=",
    "property=",
    "rel=canonical ",
    "href=",
    "lang=",
    '"',
    "'",
    ">",
    " ",
    "é",
    "\u200b",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_head(pieces: str) -> None:
    """Whatever the tags hold, a head is read, and what it keeps is tidy."""
    head = head_of(f"<html><head>{pieces}</head><body>x")
    for text in (head.title, head.canonical, head.language, *(content for contents in head.tags.values() for content in contents)):
        assert text == " ".join(text.split())
    assert all(all(contents) for contents in head.tags.values())
