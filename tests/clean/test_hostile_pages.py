"""Pages made to hurt: each ends as an article or a rejection with its reason, and what is kept of it is bounded.

The clock stands, so that no budget of time helps out: the bounds on size and number have to. `test_alone.py` is about the clock.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

import pytest

from pipeline.clean.body import LONGEST_REMOVED, MOST_REMOVED
from pipeline.clean.cleaner import MAX_TEXT, ArticleCleaner
from pipeline.clean.extraction import MAX_CHILDREN, vote
from pipeline.clean.jsonld import MAX_NODES, read_nodes
from pipeline.clean.judge import NoJudge
from pipeline.clean.meta_tags import MAX_TAGS, read_head
from pipeline.clean.metadata import MAX_TITLE
from pipeline.clean.outline import outline
from pipeline.clean.page_tree import MAX_BYTES, PageTree, read_page
from pipeline.types import ArchivePointer, Article, Rejected
from tests.clean.pages import NOON, PAGE, STORY, TITLE, URL, entry_of, page_of

BODY = "".join(f"<p>{text}</p>" for text in STORY)
WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit "
LD = '<script type="application/ld+json">'
CLEANER = ArticleCleaner(clock=lambda: 0.0)


def page(head: str = "", body: str = "", title: str = TITLE) -> bytes:
    """The story with something in its head or behind its text."""
    return PAGE.format(title=title, url=URL, head=head, top="", body=BODY + body, bottom="").encode("utf-8", "surrogatepass")


def clean(raw: bytes) -> Article | Rejected:
    pointer = ArchivePointer(file="a", offset=0, length=1, digest=page_of(b"").digest)
    return CLEANER.clean(page_of(raw), entry_of(URL), pointer, first_seen_at=NOON)


def laughs() -> bytes:
    """A billion laughs: ten of ten of ten …"""
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY l0 "lol">{entities}]><html><body><h1>{TITLE}</h1><p>&l9;</p>{BODY}'.encode()


def nested(opener: str, closer: str, levels: int, inner: str = "1") -> str:
    return opener * levels + inner + closer * levels


PAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    # what is too much is not cleaned as if it were all
    "boxes 100,000 deep": (lambda: page(body="<div>" * 100_000), "too-deep"),
    "ten megabytes of markup": (lambda: page(body="<p>a</p>" * 1_250_000), "too-large"),
    "more bytes than any page": (lambda: b"<p>" + b"a" * MAX_BYTES, "too-large"),
    "a million attributes": (lambda: page(body="<p " + " ".join(f"a{number}=1" for number in range(900_000)) + ">x"), "too-large"),
    "a million links": (lambda: page(body="<a href=x>y</a>" * 600_000), "too-large"),
    "a table of 100,000 cells": (lambda: page(body="<table>" + ("<tr>" + "<td>x" * 10) * 10_000), "too-large"),
    "a script that never ends": (lambda: page(body="<script>" + "a<b;" * 200_000), "too-large"),
    "formatting left open": (lambda: page(body="<a><b><i><u>" * 7_000), "too-deep"),
    "lines without end": (lambda: page(body="<li>text of a line</li>" * 25_000), "too-large"),
    "a picture": (lambda: b"\x89PNG\r\n" + page(), "not-html"),
    "NULs": (lambda: b"\0" * 1_000_000, "empty"),
    # what is odd is cleaned
    "a table of 25,000 cells": (lambda: page(body="<table>" + ("<tr>" + "<td>x y</td>" * 10 + "</tr>") * 2_500 + "</table>"), "article"),
    "a billion laughs": (laughs, "article"),
    "a comment that never ends": (lambda: page(body="<!--" + "-" * 2_000_000), "article"),
    "comments without end": (lambda: page(body="<!--x-->" * 100_000), "article"),
    "scripts without end": (lambda: page(body="<script>a<b</script>" * 20_000), "article"),
    "tags left open": (lambda: page(body="<p><b><i>" * 9_000), "article"),
    "crossed tags": (lambda: page(body="<b><p></b></p>" * 14_000), "article"),
    "metas without end": (lambda: page(head="<meta name=author content='Jane Doe'>" * 25_000), "article"),
    "a long class": (lambda: page(body="<p class='" + "author " * 300_000 + "'>x</p>"), "article"),
    "a long address": (lambda: page(head="<link rel=canonical href='http://a.example/" + "a/../" * 500_000 + "'>"), "article"),
    "a long title": (lambda: page(title=WORDS * 20_000), "article"),
    "long headings": (lambda: page(body="<h1>" + "- a" * 30_000 + "</h1>"), "article"),
    "signs only": (lambda: page(body="<p>" + "." * 1_000_000), "article"),
    "blanks only": (lambda: page(body="<p>" + " " * 3_000_000 + "x"), "article"),
    "invisible signs only": (lambda: page(body="<p>" + "\u200b" * 1_000_000), "article"),
    "accents upon accents": (lambda: page(body="<p>a" + "\u0301" * 500_000), "article"),
    "the other direction": (lambda: page(body="<p>" + "\u202e" * 500_000), "article"),
    "one word": (lambda: page(body="<p>" + "a" * 900_000), "article"),
    "entities": (lambda: page(body="<p>" + "&amp;" * 500_000), "article"),
    "entities that are none": (lambda: page(body="<p>" + "&#x110000;" * 300_000), "article"),
    # encodings
    "UTF-16 without a mark": (lambda: page().decode().encode("utf-16-le"), "article"),
    "a wrong declaration": (lambda: page(head="<meta charset=utf-16>").replace("’".encode(), b"\x92"), "article"),
    "NULs between the letters": (lambda: page()[:2000] + b"\0".join(page()[at : at + 1] for at in range(2000)), "not-html"),
    "two encodings": (lambda: page() + BODY.encode("utf-16-le") + "Grüße".encode("latin-1") * 20_000, "not-html"),
    "overlong letters": (lambda: page() + b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf" * 50_000, "article"),
    "lone surrogates": (lambda: page() + b"<p>\xed\xa0\x80\xed\xb0\x80" * 5_000, "article"),
    "controls": (lambda: page(body="<p>" + "\x01\x02" * 500_000 + "x"), "not-html"),
    # JSON-LD
    "a long headline": (lambda: page(LD + json.dumps({"@type": "NewsArticle", "headline": "x" * 1_900_000}) + "</script>"), "article"),
    "nine megabytes of it": (lambda: page(LD + json.dumps({"@type": "NewsArticle", "headline": "x" * 8_900_000}) + "</script>"), "article"),
    "lists in lists": (lambda: page(LD + nested('{"a":[', "]}", 100_000) + "</script>"), "article"),
    "names in names": (lambda: page(LD + '{"@type":"NewsArticle","headline":' + nested('{"name":', "}", 900) + "}</script>"), "article"),
    "that holds itself": (
        lambda: page(
            LD + json.dumps({"@id": "a", "@type": "NewsArticle", "headline": TITLE, "author": {"@id": "a"}, "x": 1}) + "</script>"
        ),
        "article",
    ),
    "nodes without end": (lambda: page(LD + "[" + '{"@type":"Article","headline":"x"},' * 50_000 + "{}]</script>"), "article"),
    "numbers without end": (lambda: page(LD + '{"@type":"NewsArticle","headline":' + "1" * 1_000_000 + "}</script>"), "article"),
    "broken, with quotes": (lambda: page((LD + '{"headline":"h","articleBody":"' + 'a\\"' * 300_000 + "</script>") * 3), "article"),
    "broken, with openings": (lambda: page((LD + "{" + '"headline":"a' * 100_000 + "</script>") * 3), "article"),
    "broken, with commas": (lambda: page((LD + "{" + ", " * 500_000 + "</script>") * 3), "article"),
}


@pytest.mark.parametrize("name", PAGES)
def test_hostile_pages(name: str) -> None:
    """Cleaned or rejected, as told; and never more kept than bounds allow."""
    made, outcome = PAGES[name]
    cleaned = clean(made())
    assert (cleaned.reason if isinstance(cleaned, Rejected) else "article") == outcome
    if isinstance(cleaned, Rejected):
        assert 0 < len(cleaned.detail) < 500
        return
    assert STORY[1].split(",")[0] in cleaned.text
    assert len(cleaned.text) <= MAX_TEXT
    assert len(cleaned.title) <= MAX_TITLE
    assert len(cleaned.removed) <= MOST_REMOVED
    assert all(len(one.text) <= LONGEST_REMOVED for one in cleaned.removed)
    assert all(len(one.value) <= 600 for one in cleaned.candidates)


def test_text_without_end() -> None:
    """A book is no article."""
    cleaner = ArticleCleaner(judge=NoJudge(), clock=lambda: 0.0)
    made = page(body="".join(f"<p>{number} {WORDS * 250}</p>" for number in range(MAX_TEXT // 10_000)))
    pointer = ArchivePointer(file="a", offset=0, length=1, digest=page_of(b"").digest)
    cleaned = cleaner.clean(page_of(made), entry_of(URL), pointer, first_seen_at=NOON)
    assert isinstance(cleaned, Rejected)
    assert cleaned.reason == "too-large"
    assert "characters of text" in cleaned.detail


def test_lines_without_end() -> None:
    """What was taken out is told up to a bound."""
    cleaned = clean(page(body=f"<p>{STORY[0]}</p>" * (MOST_REMOVED + 100)))
    assert isinstance(cleaned, Article)
    assert len(cleaned.removed) == MOST_REMOVED


def test_a_page_beyond_its_budget_is_rejected() -> None:
    """Whatever it is that takes so long: a clock that runs away stands for it here."""
    clock = count(step=1000)
    cleaner = ArticleCleaner(clock=lambda: float(next(clock)), judge=Endless())
    pointer = ArchivePointer(file="a", offset=0, length=1, digest=page_of(b"").digest)
    cleaned = cleaner.clean(page_of(page()), entry_of(URL), pointer, first_seen_at=NOON)
    assert isinstance(cleaned, Rejected)
    assert (cleaned.reason, cleaned.detail) == ("too-slow", "more than 8 s of work")


class Endless:
    """A judge that never comes to an end."""

    def chances(self, blocks: object, evidence: object) -> dict[int, float]:
        for _ in iter(int, 1):
            pass
        return {}


def test_nodes_and_tags_are_counted() -> None:
    """So that what comes after them is of a size that is known."""
    tree = read_page(page_of(page(LD + json.dumps([[{"a": {"b": {}}}] * 50] * 50) + "</script>" + "<meta name=a content=b>" * 1_000)))
    assert isinstance(tree, PageTree)
    assert len(read_nodes(tree.root)) == MAX_NODES
    assert len(read_head(tree.root).all("a")) < MAX_TAGS


def test_trafilatura_is_not_asked_about_crowds() -> None:
    """Of children of one element: its time grows with their square."""
    for children, asked in ((200, True), (MAX_CHILDREN + 1, False)):
        tree = read_page(page_of(page(body="<p>" + "<span>word </span>" * children + "</p>")))
        assert isinstance(tree, PageTree)
        assert bool(vote(tree.root, outline(tree.root))) is asked
