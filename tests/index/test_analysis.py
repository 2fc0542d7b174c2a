from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.index.analysis import QueryToken, ScannedText, analysed, fold, has_words, is_word_character, key_form, query_tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élections à Zürich", "elections a zurich"),
        ("STRASSE Straße ẞ", "strasse strasse ss"),
        ("Łódź Ørsted Þór Æsir œuvre Đà İstanbul ısı", "lodz orsted thor aesir oeuvre da istanbul isi"),
        ("e\u0301", "e"),
        ("Ёлка Йод", "елка йод"),  # й is a letter of its own, ё is mostly written е
        ("Αθήνα ΟΔΟΣ οδός", "αθηνα οδοσ οδοσ"),
        ("إسكندرية مُحَمَّد", "اسكندريه محمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),  # vowel signs are letters in all but name
        ("ＡＢＣ１２", "abc12"),
        ("ﬁnance", "finance"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    """Accents and case make no difference; letters do."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("—…!", []),
        ("O’Brien’s well-known 3.5%", ["o", "brien", "s", "well", "known", "3", "5"]),
        ("snake_case ＿x＿", ["snake", "case", "x"]),
        ("東京都", ["東京", "京都", "都"]),
        ("東京 都", ["東京", "京", "都"]),
        ("iPhone発売", ["iphone", "発売", "売"]),
        ("한국어", ["한국", "국어", "어"]),
        ("กรุงเทพ", ["กร", "รุ", "ุง", "งเ", "เท", "ทพ", "พ"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("می\u200cخواهم", ["ميخواهم"]),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    """Words are letters, digits and marks; scripts without spaces become pairs, one for each character."""
    assert analysed(text)[0] == words


def test_what_is_stemmed_keeps_its_spelling() -> None:
    """Stemmers get words as written, and none of scripts without spaces."""
    assert analysed("Häuser iPhone発売")[1] == ["Häuser", "iPhone"]


@pytest.mark.parametrize(
    ("text", "prefix", "tokens"),
    [
        ("Zürich", False, (QueryToken(0, "zurich"),)),
        ("well-known", False, (QueryToken(0, "well"), QueryToken(1, "known"))),
        ("well-kno", True, (QueryToken(0, "well"), QueryToken(1, "kno", open=True))),
        ("東京都", False, (QueryToken(0, "東京"), QueryToken(1, "京都"))),
        ("東", False, (QueryToken(0, "東", open=True),)),
        ("東京", True, (QueryToken(0, "東京"),)),
        ("発売 iPhone", False, (QueryToken(0, "発売"), QueryToken(2, "iphone"))),
        ("…", True, ()),
    ],
)
def test_query_tokens(text: str, prefix: bool, tokens: tuple[QueryToken, ...]) -> None:
    """Offsets are those that the words have in a text."""
    assert query_tokens(text, prefix=prefix) == tokens


def test_spans_point_into_the_text() -> None:
    """Each word stands for the characters it was made of."""
    text = "Die Straße, 東京都 e\u0301te\u0301 \u0301x"
    scanned = ScannedText(text)
    places = [scanned.span(at) for at in range(len(scanned.words))]
    assert [text[start:end] for start, end in places] == ["Die", "Straße", "東京", "京都", "都", "e\u0301te\u0301", "x"]
    assert scanned.words == ["die", "strasse", "東京", "京都", "都", "ete", "x"]
    assert scanned.written == ["Die", "Straße", "東京", "京都", "都", "e\u0301te\u0301", "x"]


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aé東京ก\u0301 _-ßﬁ")), max_size=60))
def test_index_question_and_snippet_agree(text: str) -> None:
    """The three readings of a text give the same words, and a text is found by itself."""
    words = analysed(text)[0]
    scanned = ScannedText(text)
    assert scanned.words == words
    assert all(0 <= start < end <= len(text) for start, end in map(scanned.span, range(len(words))))
    assert has_words(text) == bool(words)
    assert all(words[token.offset].startswith(token.text) for token in query_tokens(text))


def test_word_characters() -> None:
    """Underscores are between words, for they are in names and never in news."""
    assert [char for char in "aé1東_＿-'\u0301 " if is_word_character(char)] == ["a", "é", "1", "東", "\u0301"]


def test_whole_names_are_folded_and_bounded() -> None:
    """Spaces and case of a name make no difference; a name is no novel."""
    assert key_form("  La\u00a0 COSTA ") == "la costa"
    assert len(key_form("x" * 1000)) == 256
