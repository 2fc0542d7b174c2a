"""What stands between quotation marks, in whatever marks a language uses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MOST_QUOTES: Final = 200  # of a text
_LONGEST: Final = 5_000  # characters
_CLOSERS: Final[Mapping[str, str]] = {  # printers mix typographic and straight marks
    "“": "”\"", "„": "“”\"", "«": "»", "»": "«»", "「": "」", "『": "』", '"': '"”', "”": "”",
}  # fmt: skip
_MARK = re.compile(r"[“”„«»「」『』\"]")
_LETTER = re.compile(r"\w")
_TRIM: Final = " \u00a0\u202f,—–-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """One stretch between marks, as offsets into the text. `opened`, `closed`: where the marks themselves begin and end."""

    start: int
    end: int
    opened: int
    closed: int
    goes_on: bool = False  # it is not closed at the end of its paragraph: the next one continues it


def quoted(text: str) -> Iterator[Quoted]:
    """Yield what is quoted, paragraph by paragraph; of nested quotes the outermost.

    A paragraph whose quote is not closed goes on in the next, which opens it again, as printers have it.
    """
    paragraphs = text.split("\n\n")
    start, count = 0, 0
    for paragraph, following in zip(paragraphs, (*paragraphs[1:], ""), strict=True):
        for found in _of_paragraph(text, start, start + len(paragraph), goes_on=following[:1] in _CLOSERS):
            yield found
            count += 1
            if count >= MOST_QUOTES:
                return
        start += len(paragraph) + 2


def _of_paragraph(text: str, start: int, end: int, *, goes_on: bool) -> Iterator[Quoted]:
    at = start
    unclosed: set[str] = set()  # marks that nothing closes from here on: to look again for each would take for ever
    while match := _MARK.search(text, at, end):
        opener, at = match.group(), match.end()
        if opener not in _CLOSERS or opener in unclosed or not _opens(text, match.start(), end):
            continue
        close = _close(text, at, min(end, at + _LONGEST), opener)
        if close is not None:
            yield _trimmed(text, at, close, match.start(), close + 1)
            at = close + 1
        elif (goes_on or match.start() == start) and end - at <= _LONGEST:
            yield _trimmed(text, at, end, match.start(), end, goes_on=True)
            return
        else:
            unclosed.add(opener)


def _opens(text: str, at: int, end: int) -> bool:
    """Whether a mark opens: nothing of a word right before it, something of one soon after."""
    return not (at and _LETTER.match(text, at - 1)) and at + 1 < end and (text[at] == "«" or not text[at + 1].isspace())


def _close(text: str, at: int, end: int, opener: str) -> int | None:
    """Return where what `opener` opened is closed. Marks of another kind, or of the same one further in, are passed over."""
    depth = 1
    closers = _CLOSERS[opener]
    for match in _MARK.finditer(text, at, end):
        mark = match.group()
        if mark in closers and (mark != opener or not _opens_inside(text, match.start())):
            depth -= 1
            if depth == 0:
                return match.start()
        elif mark == opener and mark not in closers:
            depth += 1
    return None


def _opens_inside(text: str, at: int) -> bool:
    """Whether a straight mark is one that opens: a blank before it and a letter behind."""
    return text[at - 1 : at] == " " and bool(_LETTER.match(text, at + 1))


def _trimmed(text: str, start: int, end: int, opened: int, closed: int, *, goes_on: bool = False) -> Quoted:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip(_TRIM))
    end -= len(inner) - len(inner.rstrip(_TRIM))
    return Quoted(start=start, end=max(start, end), opened=opened, closed=closed, goes_on=goes_on)
