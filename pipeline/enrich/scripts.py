"""Which alphabet a text is written in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

_RANGES: Final[Mapping[str, str]] = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "arabic": "\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff",
    "hebrew": "\u05d0-\u05ea",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "gurmukhi": "\u0a00-\u0a7f",
    "gujarati": "\u0a80-\u0aff",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cff",
    "malayalam": "\u0d00-\u0d7f",
    "sinhala": "\u0d80-\u0dff",
    "thai": "\u0e00-\u0e7f",
    "lao": "\u0e80-\u0eff",
    "tibetan": "\u0f00-\u0fff",
    "burmese": "\u1000-\u109f",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "ethiopic": "\u1200-\u139f",
    "khmer": "\u1780-\u17ff",
    "armenian": "\u0530-\u058f",
    "kana": "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
}
_LETTERS = {script: re.compile(f"[{ranges}]") for script, ranges in _RANGES.items()}

UNSPACED: Final = frozenset({"han", "kana", "thai", "lao", "khmer", "burmese", "tibetan"})  # words stand without spaces
AGGLUTINATED: Final = UNSPACED | {"hangul"}  # or particles are written onto the noun
CASED: Final = frozenset({"latin", "cyrillic", "greek", "armenian"})  # capitals tell names
_UNSPACED_LETTER = re.compile("[" + "".join(_RANGES[script] for script in sorted(UNSPACED)) + "]")

# Scripts that one language of the news uses. Japanese is told by its kana: its Han characters it shares with Chinese.
OF_ONE_LANGUAGE: Final[Mapping[str, str]] = {
    "armenian": "hy",
    "burmese": "my",
    "georgian": "ka",
    "greek": "el",
    "gujarati": "gu",
    "gurmukhi": "pa",
    "hangul": "ko",
    "hebrew": "he",
    "kannada": "kn",
    "khmer": "km",
    "lao": "lo",
    "malayalam": "ml",
    "sinhala": "si",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "tibetan": "bo",
}


def letters_by_script(text: str) -> dict[str, int]:
    """Count letters by script; scripts without any are left out. Digits, signs and spaces count nowhere."""
    counts = {script: len(pattern.findall(text)) for script, pattern in _LETTERS.items()}
    return {script: count for script, count in counts.items() if count}


def main_script(text: str) -> str:
    """Return the script of most letters; "latin" where there are none."""
    counts = letters_by_script(text)
    return max(counts, key=lambda script: counts[script]) if counts else "latin"


@cache
def script_of(letter: str) -> str:
    """Return the script of one letter; "latin" for what is none."""
    return next((script for script, pattern in _LETTERS.items() if pattern.match(letter)), "latin")


def count_unspaced(text: str) -> int:
    """Count the letters of scripts that write words without spaces."""
    return len(_UNSPACED_LETTER.findall(text))


def language_of_script(counts: Mapping[str, int]) -> str | None:
    """Return the language that the script alone gives away, None where several share it.

    A tenth of kana among Chinese characters makes Japanese; half of all letters decide elsewhere, so that a Korean text
    full of Latin names is Korean.
    """
    total = sum(counts.values())
    kana, han = counts.get("kana", 0), counts.get("han", 0)
    if total and (kana + han) * 2 > total:
        return "ja" if kana * 10 >= kana + han else "zh"
    return next((language for script, language in OF_ONE_LANGUAGE.items() if counts.get(script, 0) * 2 > total), None)
