"""What the publisher allows, from headers, meta tags and JSON-LD."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipeline.clean.meta_tags import read_head
from pipeline.clean.rights import read_rights
from pipeline.types import Article, Digest, FetchedPage, Rights
from tests.clean.pages import PAGE, STORY, TITLE, article_of, page_of
from tests.clean.pages import URL as STORY_URL

URL = "https://paper.example/story"
SAID = {"noindex": (True, False), "noarchive": (False, True), "both": (True, True), "neither": (False, False)}


def rights(
    headers: list[tuple[str, str]] | None = None,
    head: str = "",
    nodes: list[dict[str, object]] | None = None,
    *,
    ai_allowed: bool | None = None,
    node: dict[str, object] | None = None,
) -> Rights:
    page = FetchedPage(
        url=URL,
        final_url=URL,
        status=200,
        headers=tuple(headers or ()),
        body=b"",
        digest=Digest("0" * 64),
        fetched_at=datetime(2026, 11, 18, tzinfo=UTC),
        ai_allowed=ai_allowed,
    )
    return read_rights(page, read_head(document_fromstring(f"<html><head>{head}</head><body>x")), nodes or [], node or {})


VALUES = [
    ("noindex", "noindex"),
    ("NoIndex", "noindex"),
    (" noindex , nofollow ", "noindex"),
    ("noarchive", "noarchive"),
    ("noindex,noarchive", "both"),
    ("nofollow, NOARCHIVE,noindex", "both"),
    ("none", "both"),
    ("all", "neither"),
    ("index, follow", "neither"),
    ("", "neither"),
    (",,,", "neither"),
    ("noindexing, noarchived", "neither"),
    ("max-snippet:-1, noarchive", "noarchive"),
    ("Max-Snippet: 5, noarchive", "noarchive"),
    ("max-image-preview:large, noindex", "noindex"),
    ("max-video-preview: 10", "neither"),
    ("unavailable_after: 25 Jun 2030 15:00:00 PST, noindex", "noindex"),
    ("unavailable_after: Saturday, 25-Jun-30 15:00:00 PST, noarchive", "noarchive"),
    ("noarchive, max-snippet:20", "noarchive"),
]
AGENTS = [
    ("googlebot: noindex", "neither"),
    ("googlebot: none", "neither"),
    ("otherbot: noindex, noarchive", "neither"),
    ("googlebot-news:noindex", "neither"),
    ("wireroom: noindex", "noindex"),
    ("Wireroom:noarchive", "noarchive"),
    (" WIREROOM : noindex, noarchive", "both"),
    ("wireroom: none", "both"),
    ("wireroom-extra: noindex", "neither"),
    ("noindex, googlebot: noarchive", "noindex"),
    ("wireroom: index", "neither"),
]


@pytest.mark.parametrize(("value", "said"), [*VALUES, *AGENTS])
def test_x_robots_tag(value: str, said: str) -> None:
    """Lists in any case of letters; what is said to other robots by name is not said to us."""
    told = rights([("X-Robots-Tag", value)])
    assert (told.noindex, told.noarchive) == SAID[said]


@pytest.mark.parametrize(("value", "said"), VALUES)
@pytest.mark.parametrize("name", ["robots", "ROBOTS", "wireroom"])
def test_meta_robots(value: str, said: str, name: str) -> None:
    """The same lists, in the tag for all robots and in ours."""
    told = rights(head=f'<meta name="{name}" content="{value}">')
    assert (told.noindex, told.noarchive) == SAID[said]


def test_meta_tags_for_others() -> None:
    """A tag named for another robot is not for us."""
    assert rights(head='<meta name="googlebot" content="none"><meta name="bingbot" content="noarchive">') == Rights()


@pytest.mark.parametrize(
    ("headers", "head"),
    [
        ([("x-robots-tag", "noarchive"), ("X-ROBOTS-TAG", "noindex")], ""),
        ([("X-Robots-Tag", "googlebot: all"), ("X-Robots-Tag", "wireroom: noindex"), ("X-Robots-Tag", "noarchive")], ""),
        ([("X-Robots-Tag", "noarchive")], '<meta name="robots" content="noindex">'),
        ([("X-Robots-Tag", "all")], '<meta name="robots" content="index"><meta name="robots" content="none">'),
        ([], '<meta name="robots" content="noindex"><meta name="wireroom" content="noarchive">'),
        ([], '<meta name="wireroom" content="all"><meta name="robots" content="none">'),
    ],
)
def test_places_add_up(headers: list[tuple[str, str]], head: str) -> None:
    """Every header of the name and every tag counts; what one place forbids no other allows."""
    told = rights(headers, head)
    assert (told.noindex, told.noarchive) == (True, True)


def test_nobody_said_anything() -> None:
    """Silence is None where there is a yes and a no, and False where there is only a no."""
    assert rights() == Rights(noindex=False, noarchive=False, robots_allowed=True, ai_allowed=None, tdm_reserved=None, free_to_read=None)


@pytest.mark.parametrize("ai_allowed", [True, False, None])
@pytest.mark.parametrize(
    ("headers", "head", "forbidden"),
    [
        ([], "", False),
        ([("X-Robots-Tag", "noindex")], "", False),
        ([("X-Robots-Tag", "noai")], "", True),
        ([("X-Robots-Tag", "noindex, NoML")], "", True),
        ([("X-Robots-Tag", "googlebot: noai")], "", False),
        ([("X-Robots-Tag", "noimageai")], "", False),
        ([], '<meta name="robots" content="noai, noimageai">', True),
    ],
)
def test_machines_that_learn(headers: list[tuple[str, str]], head: str, forbidden: bool, ai_allowed: bool | None) -> None:
    """What robots.txt said comes with the page and is passed on, unless the page itself forbids it."""
    assert rights(headers, head, ai_allowed=ai_allowed).ai_allowed is (False if forbidden else ai_allowed)


@pytest.mark.parametrize(
    ("headers", "head", "reserved"),
    [
        ([("tdm-reservation", "1")], "", True),
        ([("TDM-Reservation", " 1 ")], "", True),
        ([("tdm-reservation", "0")], "", False),
        ([], '<meta name="tdm-reservation" content="1">', True),
        ([], '<meta name="TDM-Reservation" content="0">', False),
        ([("tdm-reservation", "0")], '<meta name="tdm-reservation" content="1">', False),
        ([("tdm-reservation", "")], '<meta name="tdm-reservation" content="1">', True),
        ([("tdm-reservation", "yes")], "", None),
        ([("tdm-reservation", "11")], "", None),
        ([("tdm-policy", "https://paper.example/tdm")], "", None),
    ],
)
def test_tdm_reservation(headers: list[tuple[str, str]], head: str, reserved: bool | None) -> None:
    """1 reserves, 0 does not, the header goes before the tag, and anything else says nothing."""
    assert rights(headers, head).tdm_reserved is reserved


@pytest.mark.parametrize(
    ("nodes", "free"),
    [
        ([{"isAccessibleForFree": True}], True),
        ([{"isAccessibleForFree": False}], False),
        ([{"isAccessibleForFree": "True"}], True),
        ([{"isAccessibleForFree": "false"}], False),
        ([{"isAccessibleForFree": "FALSE "}], False),
        ([{"isAccessibleForFree": "http://schema.org/False"}], False),
        ([{"isAccessibleForFree": "https://schema.org/True"}], True),
        ([{"isAccessibleForFree": ""}], None),
        ([{"isAccessibleForFree": "maybe"}], None),
        ([{"isAccessibleForFree": None}], None),
        ([{"isAccessibleForFree": ["x"]}], None),
        ([{"isAccessibleForFree": {"a": "b"}}], None),
        ([{"headline": "x"}, {"isAccessibleForFree": False}], False),
        ([{"isAccessibleForFree": "maybe"}, {"isAccessibleForFree": "no/True"}], True),
        ([{"isAccessibleForFree": True, "hasPart": {}}, {"isAccessibleForFree": False}], True),
        ([], None),
    ],
)
def test_free_to_read(nodes: list[dict[str, object]], free: bool | None) -> None:
    """A boolean, a word or an address of schema.org; the first node that tells is the outer one."""
    assert rights(nodes=nodes).free_to_read is free


def test_the_article_s_word_goes_first() -> None:
    """A site that is not free may have articles that are, and the other way about."""
    assert rights(nodes=[{"isAccessibleForFree": False}], node={"isAccessibleForFree": True}).free_to_read is True
    assert rights(nodes=[{"isAccessibleForFree": True}], node={"isAccessibleForFree": "False"}).free_to_read is False
    assert rights(nodes=[{"isAccessibleForFree": False}], node={"headline": "x"}).free_to_read is False


@pytest.mark.parametrize(("tier", "free"), [("locked", False), ("Free", True), ("metered", None), ("", None)])
def test_tiers(tier: str, free: bool | None) -> None:
    """Of what is metered nobody can tell; JSON-LD goes first."""
    head = f'<meta property="article:content_tier" content="{tier}">'
    assert rights(head=head).free_to_read is free
    assert rights(head=head, nodes=[{"isAccessibleForFree": True}]).free_to_read is True


WALL = "<div class='paywall'><h2>This article is for subscribers only</h2><p>Already a subscriber? <a href='/login'>Log in</a></p></div>"


def _story(begin: int, wall: str) -> Article:
    more = [f"On day {number} the crane moved the tower by {number} metres more, and nobody went home before." for number in range(2, 14)]
    paragraphs = "".join(f"<p>{text}</p>" for text in (*STORY, *more)[:begin])
    return article_of(page_of(PAGE.format(title=TITLE, url=STORY_URL, head="", top="", body=paragraphs + wall, bottom="")))


def test_the_free_part_is_kept_and_says_so() -> None:
    """What stands before the wall is the text; the wall is none of it."""
    article = _story(2, WALL)
    assert [block.text for block in article.blocks] == list(STORY[:2])
    assert article.rights.free_to_read is False
    assert "paywalled" in article.flags


@pytest.mark.parametrize(
    ("begin", "wall"),
    [
        (2, ""),
        (2, WALL.replace("<div ", "<div hidden ")),
        (2, "<p>Scroll to continue reading</p>"),
        (2, "<p>" + "Nobody here is already a subscriber of anything, said Ada Brook. " * 4 + "</p>"),
        (18, WALL),
    ],
)
def test_no_wall(begin: int, wall: str) -> None:
    """None is there, or nobody sees it, or it is an advertisement's, or a sentence, or the text is whole beside it."""
    article = _story(begin, wall)
    assert article.rights.free_to_read is None
    assert "paywalled" not in article.flags


WORDS = st.lists(
    st.sampled_from(["noindex", "none", ",", ":", " ", "wireroom", "googlebot", "max-snippet", "\0", "=", "é", "noai"]), max_size=12
)


@given(st.text(max_size=60) | WORDS.map("".join), st.text(max_size=10))
def test_any_header(value: str, tdm: str) -> None:
    """Whatever a header holds, something is allowed or not."""
    told = rights([("X-Robots-Tag", value), ("tdm-reservation", tdm)])
    assert told.noindex in {True, False}
    assert told.tdm_reserved in {True, False, None}


def test_long_headers() -> None:
    """A header of a million signs is read like any."""
    assert rights(
        [("X-Robots-Tag", " " * 1_000_000 + "noindex"), ("X-Robots-Tag", "a" * 1_000_000), ("X-Robots-Tag", "," * 100_000)]
    ).noindex
