"""An article's title: read from several places, without the site's name, chosen by agreement. Pure.

The rule: every reading is stripped of the site's name and of sections after it; readings that say the same are one; each
place has a weight, and the reading with the most weight behind it wins, the earlier place in doubt. A page's heading alone
is outvoted by what it tells others, JSON-LD alone by a heading that og:title repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.clean.hygiene import bare, tidy

# How much each place is worth, in the order of preference.
WEIGHTS: Final = {"json-ld": 2.2, "og": 1.5, "h1": 1.4, "feed": 1.2, "twitter": 0.4, "title": 0.6, "meta": 0.4}
MIN_TITLE: Final = 3  # letters
MAX_TITLE: Final = 400

_SEPARATOR: Final = re.compile(r"\s+[|•·»›–—-]+\s+|\s*[|｜]\s*|--|：|\s*::\s*")
_MARKUP: Final = re.compile(r"<[^<>]{1,200}>")


def choose_title(readings: Sequence[tuple[str, str]], site_names: Iterable[str]) -> tuple[str, list[tuple[str, str]]]:
    """Return (the title, the readings as they were weighed). Readings are (place, text), places as in WEIGHTS.

    '' where no reading holds three letters.
    """
    names = {bare(name) for name in site_names if len(bare(name)) > 1}
    plain = [(place, _plain(text)) for place, text in readings]
    stripped = [(place, without_site(text, names, [other for _, other in plain])) for place, text in plain if text]
    weighed = [(place, text) for place, text in stripped if len(bare(text)) >= MIN_TITLE and bare(text) not in names]
    if not weighed:
        return "", stripped
    order = list(WEIGHTS)
    best = max(weighed, key=lambda reading: (_weight(reading[1], weighed), -order.index(reading[0])))
    return best[1], weighed


def without_site(title: str, names: set[str], others: Iterable[str] = ()) -> str:
    """Return a title without the parts that name the site, and without what follows where another reading ends there."""
    for other in others:
        if len(other) >= 12 and len(other) < len(title) and title.startswith(other) and _SEPARATOR.match(title, len(other)):
            return other
    parts = list(_SEPARATOR.finditer(title))
    end = len(title)
    for cut in reversed(parts):
        tail = title[cut.end() : end]
        if not _names_site(tail, names):
            break
        end = cut.start()
    begin = parts[0].end() if parts and parts[0].end() < end and _names_site(title[: parts[0].start()], names) else 0
    return title[begin:end].strip() or title


def _names_site(part: str, names: set[str]) -> bool:
    """Whether a part of a title is the site's name: the same letters, or most of them, or a host name."""
    key = bare(part)
    if not key:
        return True
    return key in names or any(len(key) > 3 and (key in name or name in key) and abs(len(name) - len(key)) <= 6 for name in names)


def _plain(text: str) -> str:
    return tidy(_MARKUP.sub("", text))[:MAX_TITLE]


def _weight(text: str, readings: Sequence[tuple[str, str]]) -> float:
    key = bare(text)
    return sum(WEIGHTS[place] for place, other in dict(readings).items() if bare(other) == key)
