"""Keywords."""

from __future__ import annotations

import pytest

from pipeline.enrich.keywords import KeywordEnricher, weigh
from tests.enrich.articles import make_enriched

TEXT = (
    "The North Pier will be rebuilt. Storms had damaged the pier badly, and the North Pier was closed. "
    "The storms came in autumn, said the mayor. The mayor's plan for the pier costs money; money is short."
)


def test_what_comes_often_and_in_the_title_comes_first() -> None:
    """As it is written most, without stop words, and a phrase before its words."""
    keywords = weigh("Pier to be rebuilt after storms", TEXT, "en")
    assert keywords[:2] == ("pier", "storms")
    assert {"North Pier", "money"} <= set(keywords)
    assert not {"the", "The", "North", "said", "mayor's"} & set(keywords)


def test_the_title_counts_twice() -> None:
    """A word that is once in the title and once in the text weighs as much as one that is three times in the text, and came first."""
    text = " ".join(["harbor", *["lantern"] * 3, *["pilot", "ferry", "signal", "storm"] * 4])
    found = weigh("harbor", text, "en")
    assert found[-2:] == ("harbor", "lantern")


def test_at_most_ten() -> None:
    """However long the text."""
    words = " ".join(f"word{'abcdefghijklmnopqrst'[number]} " * 3 for number in range(20))
    assert len(weigh("", words, "en")) == 10


def test_a_short_text_gives_what_it_has() -> None:
    """Words that come once are better than none."""
    assert set(weigh("", "Harbour reopens", "en")) == {"Harbour", "reopens"}
    assert weigh("", "", "en") == ()


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("Der Hafen wird gebaut. Im Hafen liegt Schlick, der Hafen ruht.", "de", "Hafen"),
        ("Порт закрыт. Порт откроют летом, сказал мэр, и порт расширят.", "ru", "порт"),
        ("東京港は閉鎖。東京港の工事。サッカー", "ja", "東京港"),
        ("Ikomkhulu ikomkhulu elinye", "zu", "Ikomkhulu"),
    ],
)
def test_other_languages(text: str, language: str, first: str) -> None:
    """With and without stop words, with and without spaces."""
    assert weigh("", text, language)[0].lower() == first.lower()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["a" * 1_000_000, "A-" * 500_000, "Aa " * 300_000, "A'" * 500_000, "北京" * 400_000])
def test_hostile_text_takes_no_longer(text: str) -> None:
    """Only the first characters are looked at, in time proportional to them."""
    enriched = KeywordEnricher().enrich(make_enriched(text, title=text))
    assert len(enriched.keywords) <= 10
    assert all(len(keyword) <= 40 for keyword in enriched.keywords)
