"""Alphabets."""

from __future__ import annotations

import pytest

from pipeline.enrich.scripts import count_unspaced, language_of_script, letters_by_script, main_script, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Zürich, łódź", "latin"),
        ("Москва", "cyrillic"),
        ("Αθήνα", "greek"),
        ("القاهرة", "arabic"),
        ("東京", "han"),
        ("サッカー", "kana"),
        ("서울", "hangul"),
        ("กรุงเทพ", "thai"),
        ("12 : 30", "latin"),
    ],
)
def test_the_main_script(text: str, script: str) -> None:
    """Most letters decide; no letters are Latin."""
    assert main_script(text) == script
    assert script_of(text[0]) == script


def test_letters_are_counted_by_script() -> None:
    """Digits and signs count nowhere."""
    assert letters_by_script("Ab 12 Жж!") == {"latin": 2, "cyrillic": 2}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("東京で地震があった", "ja"),
        ("北京发生地震", "zh"),
        ("서울에서 CNN 회의", "ko"),
        ("Η κυβέρνηση", "el"),
        ("Москва", None),
        ("London", None),
        ("", None),
        ("The letters αβγ are Greek", None),
    ],
)
def test_scripts_that_give_a_language_away(text: str, language: str | None) -> None:
    """Kana makes Japanese of Chinese characters; a script of several languages says nothing, nor does a minority."""
    assert language_of_script(letters_by_script(text)) == language


def test_letters_without_spaces_are_counted() -> None:
    """Korean writes spaces and does not count."""
    assert count_unspaced("東京 and ไทย and 서울") == 5
