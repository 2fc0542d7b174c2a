"""Which encoding bytes are really in, where what is declared cannot be true."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Final

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})")
_SAMPLE: Final = 200_000  # bytes that are looked at
_TOLERATED: Final = 0.02  # share of broken sequences in what is still called UTF-8: one torn character spoils no feed

_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030"}  # what is declared as the smaller set holds the larger one's characters
# Codecs of Python that no document is in; some take time that grows with the square of the text.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})

# By language: what its publishers used before UTF-8, likeliest first.
_BY_LANGUAGE: Final = {
    "ar": ("windows-1256",),
    "be": ("windows-1251", "koi8-r"),
    "bg": ("windows-1251",),
    "cs": ("windows-1250", "iso-8859-2"),
    "el": ("windows-1253", "iso-8859-7"),
    "fa": ("windows-1256",),
    "he": ("windows-1255",),
    "hr": ("windows-1250", "iso-8859-2"),
    "hu": ("windows-1250", "iso-8859-2"),
    "ja": ("shift_jis", "euc-jp"),
    "ko": ("cp949",),
    "lt": ("windows-1257",),
    "lv": ("windows-1257",),
    "mk": ("windows-1251",),
    "pl": ("iso-8859-2", "windows-1250"),
    "ro": ("iso-8859-2", "windows-1250"),
    "ru": ("windows-1251", "koi8-r"),
    "sk": ("windows-1250", "iso-8859-2"),
    "sl": ("windows-1250", "iso-8859-2"),
    "sr": ("windows-1251", "windows-1250"),
    "th": ("tis-620",),
    "tr": ("windows-1254",),
    "uk": ("windows-1251", "koi8-u"),
    "vi": ("windows-1258",),
    "zh": ("gb18030", "big5"),
}
_ANYWHERE: Final = ("windows-1252", "windows-1251", "windows-1250", "koi8-r")


def declared_charset(body: bytes) -> str | None:
    """Return the encoding an XML declaration names, lower-case, or None."""
    match = _DECLARED.match(body)
    return match[1].decode("ascii").lower() if match else None


def declared_text(body: bytes) -> str | None:
    """Return the text in the encoding that is declared (UTF-8 where none is), None where the bytes do not fit it."""
    encoding = declared_charset(body) or "utf-8"
    try:
        codec = codecs.lookup(_WIDER.get(encoding, encoding)).name.replace("_", "-")
        return None if codec in _NO_CHARSETS else body.decode(codec)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def likely_text(body: bytes, language: str | None) -> str:
    """Return the text in the encoding that the bytes are likeliest to be in, whatever is declared. Never fails."""
    text = body.decode("utf-8", "replace")
    if "\ufffd" not in text or _mostly_utf8(text):
        return text
    candidates = (*_BY_LANGUAGE.get((language or "").partition("-")[0].lower(), ()), *_ANYWHERE)
    return body.decode(_likeliest(body[:_SAMPLE], candidates), "replace")


def decoded(body: bytes, language: str | None) -> str:
    """Return the text of bytes: in the declared encoding where they fit it, else in the likeliest. Never fails."""
    text = declared_text(body)
    return likely_text(body, language) if text is None else text


def _mostly_utf8(text: str) -> bool:
    broken = text.count("\ufffd", 0, _SAMPLE)
    sound = sum(character > "\x7f" for character in text[:_SAMPLE]) - broken
    return broken < sound and broken <= max(1, sound * _TOLERATED)


def _likeliest(sample: bytes, candidates: Iterable[str]) -> str:
    """Return the candidate whose reading looks most like words; the earlier one where two are alike."""
    return max(dict.fromkeys(candidates), key=lambda encoding: _wordliness(sample.decode(encoding, "replace")))


def _wordliness(text: str) -> float:
    """Score a reading. Small letters in words of one script speak for it; symbols, controls and capitals within words against it."""
    score, before = 0.0, " "
    for character in text:
        if character > "\x7f":
            score += _fit(character, before)
        before = character
    return score


def _fit(character: str, before: str) -> float:
    if character == "\ufffd" or character < "\xa0":
        return -5
    if not character.isalpha():
        return -1 if before.isalpha() else 0
    if character.isupper():
        return -2 if before.islower() else 0.5
    if character < "\u0250":  # in Latin script, letters with marks stand among letters without
        return -0.5 if before > "\x7f" and before.isalpha() else 1
    return -2 if before.isascii() and before.isalpha() else 1  # in other scripts, never
