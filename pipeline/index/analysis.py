"""Text → the words it is searched by. One analysis for index, query, snippet and every backend that has none of its own.

Folding makes `Zürich` and `zurich` the same word. Scripts that put no space between words (Chinese, Japanese, Korean, Thai …)
become overlapping pairs of characters, one a position, so that any substring is a phrase. Stems are added by `stemming.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from unicodedata import category, normalize

LONGEST_WORD = 64  # characters; what is longer is no word but an address or a key, and is compared by its beginning
_LARGEST_CACHE = 100_000  # words

# Scripts without spaces, and Hangul, whose particles are written onto the word.
UNSPACED_CLASS = (
    "\u0e01-\u0e4e\u0e81-\u0edf\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Combining marks are part of a word, and so are the soft hyphen and the two joiners; Python's \w knows none of them.
MARK_CLASS = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03"
    "\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c4d"
    "\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
_CHUNK = re.compile(f"[\\w{MARK_CLASS}]+")
_ASCII_CHUNK = re.compile(r"\w+", re.ASCII)  # the same for most of English, a third faster
_UNSPACED = re.compile(f"[{UNSPACED_CLASS}]")
_RUNS = re.compile(f"[{UNSPACED_CLASS}]+|[^{UNSPACED_CLASS}]+")

_DROPPED = frozenset("\u00ad\u0640\u0670\u200c\u200d")
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n", "ſ": "s",
    "ς": "σ", "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip


def _is_dropped(char: str) -> bool:
    """Accents, Hebrew points and Arabic vowel signs; never the vowel signs of India, which are letters in all but name."""
    marks = "\u0300" <= char <= "\u036f" or "\u0591" <= char <= "\u05c7" or "\u064b" <= char <= "\u065f"
    return char in _DROPPED or (marks and category(char) == "Mn")


def _is_latin_or_greek(char: str) -> bool:
    return char < "\u0250" or "\u0370" <= char <= "\u03ff" or "\u1e00" <= char <= "\u1fff"


def _fold_char(char: str) -> str:
    if "\uff01" <= char <= "\uff5e" or "\ufb00" <= char <= "\ufb06":  # full-width Latin of Japanese text; ligatures of PDFs
        char = normalize("NFKC", char)
    folded = []
    for letter in char.lower():
        decomposed = normalize("NFD", letter) if _is_latin_or_greek(letter) else letter
        folded += [_LETTERS.get(part, part) for part in decomposed if not _is_dropped(part)]
    return "".join(folded).replace("_", " ")


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return the text in small letters without accents: `Élections à Zürich` → `elections a zurich`.

    Letters that are no accented Latin or Greek ones stay themselves, but for a few that are written both ways (ё, alef).
    """
    return text.lower().replace("_", " ") if text.isascii() else text.translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class QueryToken:
    """One word of a question: its place relative to the first, and whether any word that begins so will do."""

    offset: int
    text: str
    open: bool = False


def _pairs(run: str) -> list[str]:
    """東京都 → 東京, 京都, 都: one for each character, so that positions stay those of the characters."""
    return [run[at : at + 2] for at in range(len(run))]


class _Folded(dict[str, str]):
    """Remembers the folded form of single words: texts use the same ones over and over."""

    def __missing__(self, chunk: str) -> str:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        folded = self[chunk] = fold(chunk)[:LONGEST_WORD]
        return folded


_FOLDED = _Folded()


def _chunks(text: str) -> list[str]:
    return (_ASCII_CHUNK if text.isascii() else _CHUNK).findall(text)


def _bounded(words: list[str]) -> list[str]:
    return [word[:LONGEST_WORD] for word in words] if max(map(len, words), default=0) > LONGEST_WORD else words


def _without_low_lines(text: str) -> str:
    return text.replace("_", " ").replace("＿", " ")


def analysed(text: str) -> tuple[list[str], list[str]]:
    """Return the folded words in order, and the words with their accents, for stemming; scripts without spaces have none.

    The index in the first list is the position that phrases count by.
    """
    text = _without_low_lines(text)
    if text.isascii():  # most of English: nothing to fold, and half the work
        words = _bounded(_chunks(text.lower()))
        return words, words
    chunks = _chunks(text)
    if not _UNSPACED.search(text):
        return [word for word in map(_FOLDED.__getitem__, chunks) if word], chunks
    words = []
    for run in (run for chunk in _chunks(fold(text)) for run in _RUNS.findall(chunk)):
        words += _pairs(run) if _UNSPACED.match(run) else [run[:LONGEST_WORD]]
    return words, [run for chunk in chunks for run in _RUNS.findall(chunk) if not _UNSPACED.match(run)]


class ScannedText:
    """A text's folded words, as `analysed` gives them, each with its spelling and its place in the text."""

    def __init__(self, text: str) -> None:
        self._text = _without_low_lines(text)
        self._chunks = _chunks(self._text.lower() if text.isascii() else self._text)
        self.words = _bounded(self._chunks) if text.isascii() else list(map(_FOLDED.__getitem__, self._chunks))
        self._spans: list[tuple[int, int]] = []
        self._rest = (chunk.span() for chunk in _CHUNK.finditer(self._text))
        if not text.isascii() and ("" in self.words or _UNSPACED.search(text)):
            self.words, self._spans = _scan(self._text)
            self._chunks = [self._text[start:end] for start, end in self._spans]

    @property
    def written(self) -> list[str]:
        """The words with their accents, one for each of `words`."""
        return self._chunks

    def span(self, at: int) -> tuple[int, int]:
        """Return the characters [start, end) that word number `at` stands for."""
        if at >= len(self._spans):
            self._spans += islice(self._rest, at + 1 - len(self._spans))
        return self._spans[at]


def _scan(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Fold character by character, because folding may shorten or lengthen what the pairs are counted by."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text):
        letters = [(letter, chunk.start() + at) for at, char in enumerate(chunk.group()) for letter in fold(char)]
        for run in _RUNS.finditer("".join(letter for letter, _ in letters)):
            places = [at for _, at in letters[run.start() : run.end()]]
            end = letters[run.end()][1] if run.end() < len(letters) else chunk.end()  # with the marks behind its last letter
            if _UNSPACED.match(run.group()):
                words += _pairs(run.group())
                spans += zip(places, [*places[2:], end, end][: len(places)], strict=True)
            else:
                words.append(run.group()[:LONGEST_WORD])
                spans.append((places[0], end))
    return words, spans


def query_tokens(text: str, *, prefix: bool = False) -> tuple[QueryToken, ...]:
    """Return what a word or phrase of a question asks for; empty where it holds no letter or digit.

    With `prefix`, the last word may go on. A single character of a script without spaces always may: it begins a pair.
    """
    tokens: list[QueryToken] = []
    at = 0
    for chunk in _CHUNK.findall(fold(text)):
        for run in _RUNS.findall(chunk):
            if not _UNSPACED.match(run):
                tokens.append(QueryToken(at, run[:LONGEST_WORD]))
                at += 1
                continue
            pairs = _pairs(run)
            tokens += [QueryToken(at + place, pair) for place, pair in enumerate(pairs[:-1])] or [QueryToken(at, run, open=True)]
            at += len(run)
    if prefix and tokens and not _UNSPACED.match(tokens[-1].text):
        tokens[-1] = QueryToken(tokens[-1].offset, tokens[-1].text, open=True)
    return tuple(tokens)


def has_words(text: str) -> bool:
    """Whether there is anything in the text to search for."""
    return any(map(fold, _chunks(_without_low_lines(text))))


def is_word_character(char: str) -> bool:
    """Whether the character is part of a word rather than between words."""
    return char not in "_＿" and _CHUNK.match(char) is not None


def is_unspaced(text: str) -> bool:
    """Whether the text begins in a script that puts no space between words."""
    return _UNSPACED.match(text) is not None


def has_unspaced(text: str) -> bool:
    """Whether there is any character of such a script in the text."""
    return _UNSPACED.search(text) is not None


def key_form(value: str) -> str:
    """Return how whole names are compared: folded, spaces collapsed, bounded."""
    return " ".join(fold(value).split())[:256]
