"""pipeline/fetch/rights.py: what a publisher reserves, wherever it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.fetch.rights import SCANNED, read_rights
from pipeline.types import Digest, FetchedPage, Rights


def page(html: str = "", *headers: tuple[str, str]) -> FetchedPage:
    """Make a page."""
    return FetchedPage(
        url="https://a.example/",
        final_url="https://a.example/",
        status=200,
        headers=headers,
        body=html.encode(),
        digest=Digest(""),
        fetched_at=datetime(2026, 11, 18, tzinfo=UTC),
    )


def test_silence_is_no_reservation() -> None:
    """What is not said is None, or allowed."""
    assert read_rights(page("<html><meta charset=utf-8></html>")) == Rights()


@pytest.mark.parametrize("allowed", [True, False, None])
def test_what_robots_txt_says_is_passed_on(allowed: bool | None) -> None:
    """The verdicts come from the fetch."""
    assert read_rights(page(), True, allowed).ai_allowed is allowed
    assert read_rights(page(), allowed is not False).robots_allowed is (allowed is not False)


@pytest.mark.parametrize(
    ("value", "noindex", "noarchive"),
    [
        ("noindex", True, False),
        ("NOINDEX, nofollow", True, False),
        ("none", True, False),
        ("noarchive", False, True),
        ("nocache", False, True),
        ("noindex,noarchive", True, True),
        ("index, follow, max-image-preview:large", False, False),
        ("unavailable_after: 25 Jun 2027 15:00:00 PST, noarchive", False, True),
        ("googlebot: noindex", False, False),
        ("otherbot: noindex, noarchive", False, False),
        ("wireroom: noindex", True, False),
        ("*: noarchive", False, True),
        ("", False, False),
        ("no-index", False, False),
    ],
)
def test_x_robots_tag(value: str, noindex: bool, noarchive: bool) -> None:
    """Directives for all and for us count, those for others do not."""
    rights = read_rights(page("", ("X-Robots-Tag", value)))
    assert (rights.noindex, rights.noarchive) == (noindex, noarchive)


def test_several_headers_add_up() -> None:
    """Each may say something else."""
    rights = read_rights(page("", ("X-Robots-Tag", "noarchive"), ("x-robots-tag", "googlebot: nofollow"), ("X-ROBOTS-TAG", "noindex")))
    assert (rights.noindex, rights.noarchive) == (True, True)


@pytest.mark.parametrize(
    ("html", "noindex"),
    [
        ('<meta name="robots" content="noindex">', True),
        ("<META NAME='ROBOTS' CONTENT='NOINDEX, FOLLOW' />", True),
        ("<meta content=noindex name=robots>", True),
        ('<meta\n name = "robots"\n content = "nofollow, noindex">', True),
        ('<meta name="wireroom" content="noindex">', True),
        ('<meta name="googlebot" content="noindex">', False),
        ('<meta name="robots" content="index,follow">', False),
        ('<!-- <meta name="robots" content="noindex"> -->', False),
        ('<!-- a --><meta name="robots" content="noindex"><!-- b -->', True),
        ('<!-- never closed <meta name="robots" content="noindex">', False),
        ('<meta name="description" content="robots noindex">', False),
        ('<p>name="robots" content="noindex"</p>', False),
    ],
)
def test_meta_robots(html: str, noindex: bool) -> None:
    """In every way it is written; not in comments."""
    assert read_rights(page(html)).noindex is noindex


@pytest.mark.parametrize("said", ["header", "meta"])
@pytest.mark.parametrize("word", ["noai", "noimageai, noai", "NOAI"])
def test_noai_narrows_what_robots_txt_allows(said: str, word: str) -> None:
    """The narrower word counts."""
    spoken = page("", ("X-Robots-Tag", word)) if said == "header" else page(f'<meta name="robots" content="{word}">')
    assert read_rights(spoken, True, True).ai_allowed is False


@pytest.mark.parametrize(
    ("html", "headers", "reserved"),
    [
        ("", (("TDM-Reservation", "1"),), True),
        ("", (("tdm-reservation", "0"),), False),
        ('<meta name="tdm-reservation" content="1">', (), True),
        ('<meta name="tdm-reservation" content="0">', (), False),
        ('<meta name="tdm-reservation" content="1">', (("tdm-reservation", "0"),), False),
        ('<meta name="tdm-reservation" content="maybe">', (), None),
        ("", (("tdm-reservation", "yes"),), None),
    ],
)
def test_tdm_reservation(html: str, headers: tuple[tuple[str, str], ...], reserved: bool | None) -> None:
    """1 and 0, the header before the page."""
    assert read_rights(page(html, *headers)).tdm_reserved is reserved


@pytest.mark.parametrize(
    ("html", "free"),
    [
        ('{"@type":"NewsArticle","isAccessibleForFree":true}', True),
        ('{"isAccessibleForFree" : "False"}', False),
        ('{"isAccessibleForFree":"http://schema.org/True"}', True),
        ('{"isAccessibleForFree":true,"hasPart":{"isAccessibleForFree":false,"cssSelector":".paywall"}}', False),
        ('<meta property="article:content_tier" content="locked">', False),
        ('<meta property="article:content_tier" content="free">', True),
        ('<meta property="article:content_tier" content="metered">', None),
        ('{"isAccessibleForFree":"perhaps"}', None),
    ],
)
def test_free_to_read(html: str, free: bool | None) -> None:
    """JSON-LD and content tiers; a part behind a wall is a page behind a wall."""
    assert read_rights(page(html)).free_to_read is free


def test_only_the_top_is_read() -> None:
    """A page of ten megabytes is not searched."""
    assert not read_rights(page(" " * SCANNED + '<meta name="robots" content="noindex">')).noindex


@pytest.mark.parametrize(
    "html",
    [
        "<meta " * 40_000,
        "<!--" * 60_000,
        "<meta " + "a=" * 100_000 + ">",
        '<meta name="robots" ' + "content " * 30_000,
        '"isAccessibleForFree"' * 10_000,
        '"isAccessibleForFree"' + " " * 200_000,
        "<meta a" + " " * 190_000 + ">",
    ],
)
@pytest.mark.timeout(20)
def test_hostile_pages_cost_little(html: str) -> None:
    """No pattern becomes slow: this would take hours, not seconds."""
    assert read_rights(page(html)).noindex is False
