from __future__ import annotations

import pytest

from pipeline.index.analysis import analysed
from pipeline.index.stemming import LIGHT_ENDINGS, SNOWBALL, STEM_GROUPS, stem_group, stems, words_anywhere


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("ar", "كتاب الكتاب"),
        ("cs", "volby volbách volbami"),
        ("da", "valg valget"),
        ("de", "Wahl Wahlen WAHLEN"),
        ("el", "εκλογές εκλογών"),
        ("en", "diplomat diplomats"),
        ("es", "nación naciones"),
        ("fi", "presidentti presidentin"),
        ("fr", "élection élections"),
        ("hu", "választás választások"),
        ("it", "elezione elezioni"),
        ("nl", "verkiezing verkiezingen"),
        ("no", "valget valgene"),
        ("pl", "wybory wyborów wyborach wyborami"),
        ("pt", "eleitor eleitores"),
        ("ro", "guvernul guvernului"),
        ("ru", "выборы выборов выборами"),
        ("sv", "flickorna flickor"),
        ("ta", "புத்தகம் புத்தகங்கள்"),
        ("tr", "kitap kitaplar"),
        ("uk", "вибори виборів виборами"),
    ],
)
def test_forms_of_a_word_share_a_stem(group: str, words: str) -> None:
    """In each language that has a stemmer, two forms of a word are one."""
    found = set(stems(words.split(), group))
    assert len(found) == 1
    assert found.pop().startswith(f"{group}:")


def test_every_group_has_its_case() -> None:
    """The list above is complete."""
    cases = {mark.args[1][at][0] for mark in test_forms_of_a_word_share_a_stem.pytestmark for at in range(len(mark.args[1]))}
    assert cases == set(STEM_GROUPS) == {*SNOWBALL, *LIGHT_ENDINGS}


@pytest.mark.parametrize(
    ("language", "group"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("PT-br", "pt"),
        ("nb", "no"),
        ("nn-NO", "no"),
        ("sk", "cs"),
        ("ja", None),
        ("und", None),
        ("", None),
        (None, None),
    ],
)
def test_group_of_a_language(language: str | None, group: str | None) -> None:
    """Regions share their language's stemmer; a language without one has no group."""
    assert stem_group(language) == group


def test_short_words_keep_their_letters() -> None:
    """An ending is only taken off where three letters remain."""
    assert stems(["do", "oko", "dom"], "pl") == ["pl:do", "pl:oko", "pl:dom"]


def test_a_soft_hyphen_is_no_letter() -> None:
    """A word that was hyphenated for print is the same word."""
    assert stems(["Wah\u00adlen"], "de") == stems(["Wahlen"], "de")


def test_words_anywhere() -> None:
    """One for each word, two with a space between where folding changes it; characters of scripts without spaces are kept."""
    assert words_anywhere(*analysed("Zürich votes"), "en") == ["en:zurich zurich", "en:vote"]
    assert words_anywhere(*analysed("京都 votes"), "en") == ["京都", "都", "en:vote"]
    assert words_anywhere(*analysed("Zürich votes"), None) == ["zurich", "votes"]
