"""Characters: what goes, what stays, and which lines are the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.clean.hygiene import bare, phrase_key, text_digest, tidy, without_controls

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two \t words\r\n here ", "two words here"),
        (" two  words ", "two words"),
        ("\u180emark\ufffa", "mark"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\u2060joined", "zerowidthjoined"),
        ("\ufeffmark", "mark"),
        ("hard\u00a0space\u3000wide\u2028line\u2029paragraph\x85next", "hard space wide line paragraph next"),
        ("a \u200b b", "a b"),
        ("e\u0301", "é"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\0b\x1bc\x7fd\x9fe", "abcde"),
        ("lone\ud83d half", "lone half"),
        ("non\ufffe\uffffcharacters", "noncharacters"),
        ("\ufffcobject\ufff9", "object"),
        ("ﬁ ｆ ²", "ﬁ ｆ ²"),
        ("", ""),
        ("\u200b\0 \u00ad", ""),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    """One line, one normal form, nothing invisible; joiners that letters need stay."""
    assert tidy(text) == expected


@given(ANY_TEXT)
def test_tidy_is_final(text: str) -> None:
    """What is tidy stays as it is, can be written as UTF-8, and holds single blanks only."""
    once = tidy(text)
    once.encode()
    assert tidy(once) == once
    assert once == " ".join(once.split())
    assert unicodedata.is_normalized("NFC", once)


@given(ANY_TEXT)
def test_without_controls(text: str) -> None:
    """What is left can be written as UTF-8, and keeps line breaks and tabs."""
    left = without_controls(text)
    left.encode()
    assert [letter for letter in left if letter in "\n\t"] == [letter for letter in text if letter in "\n\t"]
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in left if letter not in "\n\t\r")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storm hits the coast", "STORM HITS THE COAST!"),
        ("It’s – “here”", "it's - 'here'"),
        ("Straße", "STRASSE"),
        ("a_b", "ab"),
        ("— …", ""),
    ],
)
def test_bare(one: str, other: str) -> None:
    """Two prints of one line have the same bare form, letters and digits only."""
    assert bare(one) == bare(other)
    assert bare(one) in {"stormhitsthecoast", "itshere", "strasse", "ab", ""}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Read more »", "read more"),
        ("  READ\u00a0  MORE: ", "read more"),
        ("Don’t miss", "don't miss"),
        ("[Top 10 stories]", "top 0 stories"),
        ("12,345 comments", "0,0 comments"),
        ("“Quoted” — so", 'quoted" - so'),
        ("٣٤ تعليق", "0 تعليق"),
        ("***", ""),
    ],
)
def test_phrase_key(text: str, key: str) -> None:
    """Case, blanks, digits, the shape of quotes and signs around a line are of no account."""
    assert phrase_key(text) == key


@given(ANY_TEXT)
def test_phrase_keys_are_tidy(text: str) -> None:
    """A key is one line in folded letters."""
    key = phrase_key(text)
    assert key == key.strip()
    assert key == " ".join(key.split())


HEAD = "Storm hits the coast"
LINES = ["The harbour closed at 10:30 am and stays so.", "“Nobody” was — luckily — hurt."]


@pytest.mark.parametrize(
    "lines",
    [
        ["The harbour  closed at 11:45 pm and stays so.", *LINES[1:]],
        ["The harbour closed at 9.05 Uhr and stays so.", *LINES[1:]],
        ["The harbour closed at 14h30 and stays so.", *LINES[1:]],
        ["The\u00a0harbour closed at 10:30:59 and stays so.", *LINES[1:]],
        [LINES[0], '"Nobody" was - luckily – hurt.'],
    ],
)
def test_the_same_text(lines: list[str]) -> None:
    """Blanks, clocks and the shape of quotes and dashes make no new version."""
    assert text_digest(HEAD, lines) == text_digest(HEAD, LINES)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (HEAD, ["The harbour opened at 10:30 am and stays so.", *LINES[1:]]),
        (HEAD, [*LINES, "More."]),
        (HEAD, LINES[::-1]),
        (HEAD, [" ".join(LINES)]),
        (HEAD.upper(), LINES),
        ("", [HEAD, *LINES, ""]),
        (HEAD, [LINES[0], LINES[1].replace("“", "").replace("”", "")]),
    ],
)
def test_another_text(title: str, lines: list[str]) -> None:
    """Words, their order, their case, the cut into lines and quotation itself do."""
    assert text_digest(title, lines) != text_digest(HEAD, LINES)


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3))
@example("\ud800", ["\udfff"])
def test_digests_of_anything(title: str, lines: list[str]) -> None:
    """Any text has a digest of 64 hexadecimal digits, surrogates or not, and it is steady."""
    digest = text_digest(title, iter(lines))
    assert len(digest) == len(bytes.fromhex(digest)) * 2 == 64
    assert digest == text_digest(title, lines)
