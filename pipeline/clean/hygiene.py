"""Clean characters: one normal form, no invisible ones, and the forms texts are compared in. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pipeline.types import Digest

# Soft hyphens, zero-width spaces and byte order marks break words in search. Joiners (U+200C, U+200D) and direction
# marks are letters' business in Persian, Hindi, Arabic and emoji, and stay.
_INVISIBLE: Final = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF, 0x180E, 0xFFFC, *range(0xFFF9, 0xFFFC)])
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»″‶", '"') | dict.fromkeys("‘’‚‛′`´‹›", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_CLOCK: Final = re.compile(r"\b\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|uhr|hrs?)?(?!\w)", re.IGNORECASE)
REMEMBERED: Final = 500  # characters; longer lines are no phrases
_SIGNS: Final = re.compile(r"[\W_]+")
_DIGIT_RUN: Final = re.compile(r"\d+")


def tidy(text: str) -> str:
    """Return the text on one line: NFC, every kind of space one blank, no control or invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    bare = _CONTROL.sub("", " ".join(text.split()).translate(_INVISIBLE))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def without_controls(text: str) -> str:
    """Return the text without characters that no markup may hold; line breaks and tabs stay."""
    return text if text.isascii() and text.isprintable() else _CONTROL.sub("", text)


def bare(text: str) -> str:
    """Return letters and digits only, lower-case: the form in which two prints of one line are the same."""
    return _SIGNS.sub("", text).casefold()


def phrase_key(text: str) -> str:
    """Return the form in which a line is looked up among boilerplate phrases: folded, digits as 0, outer signs gone."""
    return _known_key(text) if len(text) <= REMEMBERED else _phrase_key(text)


@lru_cache(maxsize=4096)  # a page's rules ask for the same lines a dozen times
def _known_key(text: str) -> str:
    return _phrase_key(text)


def _phrase_key(text: str) -> str:
    plain = _DIGIT_RUN.sub("0", text.translate(_QUOTES).casefold())
    return " ".join(plain.split()).strip(" .:…!*•·|>»→›-–_\"'()[]")


def text_digest(title: str, texts: Iterable[str]) -> Digest:
    """Return a digest of title and body that does not change with whitespace, the shape of quotes and dashes, or clocks."""
    lines = (" ".join(_CLOCK.sub("", text.translate(_QUOTES)).split()) for text in (title, *texts))
    return Digest(hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest())
