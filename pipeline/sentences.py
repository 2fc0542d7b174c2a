"""A text in sentences, in the languages of the news. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_MOST_SENTENCES: Final = 2_000  # of a text; what follows counts as one
_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[\"“„«(\[¿¡]*[^\W\d_a-zа-яёàâçéèêîïôùûäöüñ])|(?<=[。！？])(?![」』）])|\n+")
_SHORTENED = re.compile(
    r"(?:\b(?:(?:am|vom|bis|zum|der|den|dem|des|und) \d{1,2}|[A-ZÀ-Þ]|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Jr|Sr|No|Nr|vs|etc"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct"
    r"|Nov|Dec|bzw|ca|z\.B|M|Mme|Sra|г|им|ул))\.$"
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a blank line ends one too, an initial or a title ("Dr.") does not."""
    found: list[str] = []
    for line in text.split("\n"):
        found += _of_line(line)
    return found if len(found) <= _MOST_SENTENCES else [*found[:_MOST_SENTENCES], " ".join(found[_MOST_SENTENCES:])]


def _of_line(line: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(line):
        if _SHORTENED.search(line, max(start, match.start() - 10), match.start()):
            continue
        if sentence := line[start : match.end()].strip():
            yield sentence
        start = match.end()
    if rest := line[start:].strip():
        yield rest
