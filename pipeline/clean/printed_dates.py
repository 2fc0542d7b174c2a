"""The day of publication as it is printed on the page, for pages that tell it to no machine. Pure.

Asked before htmldate, which searches the whole page: a line near the title, or one that begins `Published:`, is cheaper to
read and more often right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pipeline.clean.dates import DateReading, Moment, plausible
from pipeline.clean.hygiene import phrase_key
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.types import DatePrecision

BEFORE: Final = 4  # blocks above the title
AFTER: Final = 12  # blocks below it
MAX_LINE: Final = 120  # characters

_MONTH_NAMES: Final = "january february march april may june july august september october november december"
_MONTHS: Final = {name[:3]: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTH: Final = "(" + "|".join(f"{name[:3]}(?:{name[3:]}|t)?" if name[3:] else name for name in _MONTH_NAMES.split()) + r")\.?"
_YEAR: Final = r"((?:19|20)\d\d)(?!\d)"
_ISO: Final = re.compile(rf"(?<!\d){_YEAR}[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?!\d)")
_NUMBERS: Final = re.compile(rf"(?<![\d.])(\d{{1,2}})(\.\s?|/|-)(\d{{1,2}})\2{_YEAR}")
_DAY_FIRST: Final = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]{_MONTH},?[\s-]{_YEAR}", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(rf"(?<![a-z]){_MONTH}\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}", re.IGNORECASE)


def printed_date(blocks: Sequence[PageBlock], phrases: Phrases, language: str | None, fetched_at: datetime) -> DateReading | None:
    """Return the day in a line that says what it is the day of, else the one near the title; None where there is neither.

    Days of a change (`Updated …`), in captions, menus, comments and beside other stories are passed over.
    """
    for block in _lines(blocks, phrases):
        if _tells_of_change(block.text, phrases):
            continue
        day = read_day(block.text, language)
        if day is not None and plausible(Moment(at=day, precision=DatePrecision.DAY), fetched_at):
            return DateReading(source="visible", raw=block.text, moment=Moment(at=day, precision=DatePrecision.DAY))
    return None


def _lines(blocks: Sequence[PageBlock], phrases: Phrases) -> Iterator[PageBlock]:
    short = [block for block in blocks if _may_date(block)]
    yield from (block for block in short if phrases.dates.start(phrase_key(block.text)))
    title = next((block.order for block in blocks if block.tag == "h1"), None)
    if title is not None:
        yield from (block for block in short if title - BEFORE <= block.order <= title + AFTER)


def _tells_of_change(text: str, phrases: Phrases) -> bool:
    key = f" {phrase_key(text)} "
    return any(f" {word} " in key for word in phrases.updates)


def _may_date(block: PageBlock) -> bool:
    return (
        5 < len(block.text) <= MAX_LINE
        and any(letter.isdigit() for letter in block.text)
        and not block.has("hidden", "nav", "footer", "related", "comments", "caption", "aside")
    )


def read_day(text: str, language: str | None = None) -> datetime | None:
    """Return the first day a line holds, at midnight UTC; None where it holds none, or one no calendar has.

    Months are read in English or as numbers; `3/4/2026` is the fourth of March in English and the third of April elsewhere.
    """
    told = [found for found in (_iso(text), _numbers(text, language), *_named(text)) if found]
    for _, year, month, day in sorted(told):
        try:
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            continue
    return None


Found = tuple[int, int, int, int]  # place, year, month, day


def _iso(text: str) -> Found | None:
    found = _ISO.search(text)
    return (found.start(), int(found[1]), int(found[2]), int(found[3])) if found else None


def _numbers(text: str, language: str | None) -> Found | None:
    found = _NUMBERS.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    american = found[2] == "/" and (language or "").lower() in {"en", "en-us", ""}
    month_first = second > 12 or (american and first <= 12)
    return (found.start(), year, first, second) if month_first else (found.start(), year, second, first)


def _named(text: str) -> Iterator[Found]:
    if found := _DAY_FIRST.search(text):
        yield found.start(), int(found[3]), _MONTHS[found[2][:3].lower()], int(found[1])
    if found := _MONTH_FIRST.search(text):
        yield found.start(), int(found[3]), _MONTHS[found[1][:3].lower()], int(found[2])
