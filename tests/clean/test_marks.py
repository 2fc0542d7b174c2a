"""What the names of elements say, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.marks import MARK_WORDS, MAX_NAME, name_words, read_name, role_mark


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("articleNewsletter--box", "-article-newsletter-box-"),
        ("related_articles", "-related-articles-"),
        ("c-card__title is-big", "-c-card-title-is-big-"),
        ("HTMLBox", "-htmlbox-"),
        ("Größe", "-gr-e-"),
        ("", "--"),
        ("\0 --- \ud800", "--"),
        ("a2Box", "-a2-box-"),
    ],
)
def test_name_words(name: str, words: str) -> None:
    """Cut at signs and at capitals after small letters or digits, in small letters, between hyphens."""
    assert name_words(name) == words


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("ad-slot", {"advert"}),
        ("sponsoredContent", {"advert"}),
        ("author-bio", {"author"}),
        ("byline", {"author"}),
        ("comments", {"comments"}),
        ("cookieNotice", {"consent"}),
        ("correction", {"correction"}),
        ("site-footer", {"footer"}),
        ("factbox", {"infobox"}),
        ("standfirst", {"lead"}),
        ("main-nav", {"nav"}),
        ("articleNewsletter--box", {"newsletter"}),
        ("mc4wp newsletterform", {"newsletter"}),
        ("paywall", {"paywall"}),
        ("pull-quote", {"quote"}),
        ("related-posts", {"related"}),
        ("readMore", {"related"}),
        ("more_from", {"related"}),
        ("socialShare", {"share"}),
        ("tag-list", {"tags"}),
        ("jwplayer", {"video"}),
        ("unrelated", set()),
        ("adage", set()),
        ("download", set()),
        ("timeline", set()),
        ("headline", set()),
        ("commentary", set()),
        ("shareholder", set()),
        ("has-sidebar", set()),
        ("x", set()),
        ("", set()),
        ("\0", set()),
    ],
)
def test_marks(name: str, marks: set[str]) -> None:
    """Words bear marks, parts of words bear none."""
    assert read_name(name) == (name_words(name), frozenset(marks))


def test_several_marks() -> None:
    """A name may say more than one thing, and in any order."""
    assert read_name("newsletter related-box")[1] == read_name("related newsletter")[1] == {"newsletter", "related"}


def test_bodies() -> None:
    """Names that bodies bear are told too, also beside others."""
    assert read_name("article-body")[1] == {"body"}
    assert read_name("articleBody newsletter")[1] == {"body", "newsletter"}


@pytest.mark.parametrize("mark", sorted(MARK_WORDS))
def test_first_words(mark: str) -> None:
    """Each list is asked for: the plainest of its words bears the mark, alone, within others and in capitals."""
    plain = {"advert": "ads", "consent": "cookie", "gallery": "gallery", "lead": "teaser", "nav": "menu", "paywall": "paywall"}
    word = plain.get(mark, mark)
    for name in (word, f"site_{word}--x", word.upper(), f"x-{word}"):
        assert mark in read_name(name)[1], name


def test_long_names() -> None:
    """What stands behind the length that is looked at is not seen, and a name of a million signs is no burden."""
    assert read_name("x" * (MAX_NAME - 9) + " related")[1] == {"related"}
    assert read_name("x" * MAX_NAME + " related")[1] == frozenset()
    assert len(name_words("aB" * 1_000_000)) <= 2 * MAX_NAME + 2


@pytest.mark.parametrize(
    ("role", "mark"),
    [
        ("navigation", "nav"),
        (" Navigation ", "nav"),
        ("menu", "nav"),
        ("menubar", "nav"),
        ("search", "nav"),
        ("complementary", "aside"),
        ("contentinfo", "footer"),
        ("banner", "header"),
        ("dialog", "consent"),
        ("alertdialog", "consent"),
        ("main", None),
        ("", None),
        ("\0", None),
    ],
)
def test_roles(role: str, mark: str | None) -> None:
    """ARIA roles in any case of letters; those of a body bear none."""
    assert role_mark(role) == mark


@given(st.text(max_size=400))
def test_any_name(name: str) -> None:
    """Whatever an element is called, its marks are of those there are."""
    words, marks = read_name(name)
    assert words.startswith("-")
    assert words.endswith("-")
    assert words.isascii()
    assert marks <= {*MARK_WORDS, "body"}
    role_mark(name)
