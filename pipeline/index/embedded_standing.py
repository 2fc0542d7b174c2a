"""Facets of the broadest questions, counted by the writer and left beside what it committed.

To count the facets of a million hits takes a tenth of a second of two cores, and the front page asks for them whenever it is
opened. So the writer counts them once for each state of the search folder, and `PATH/search-000001/standing` holds them: of
everything, and of each language, section, source and year that more than STANDING articles have. Who reads never waits for it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipeline.index.query import Between, Equals, Everything, FacetCount, Query, SearchRequest

STANDING = 150_000  # hits; the facets of fewer are counted in less than 50 ms of CPU
LAGGING_SECONDS = 30.0  # for so long numbers of broad questions may lack what was committed last

_FILE = "standing"
_FIELDS = ("language", "section", "source")
_YEAR_FIELD = "@timestamp"

State = tuple[int, int]  # inode and time of the file that every commit replaces
Facets = dict[str, tuple[FacetCount, ...]]
_Counts = dict[str, list[tuple[str, int]]]
_Kept = tuple[State, list[tuple[str, str, _Counts]]]


class Standing:
    """What the writer counted for one state of a search folder. Opens nothing before it is first asked."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder = folder
        self._state = state
        self._read: tuple[int, State, Mapping[Query, _Counts]] = (0, (0, 0), {})

    def facets(self, request: SearchRequest) -> Facets | None:
        """Return the facets that a request asks for, as `SearchPage` promises; None where the writer did not count them.

        Numbers may be those of the commit before for as long as LAGGING_SECONDS: so long the writer has to count.
        """
        counts = self._counts().get(request.query)
        if counts is None:
            return None
        return {
            facet: tuple(FacetCount(value=value, count=count) for value, count in counts[facet][: request.facet_size])
            for facet in request.facets
        }

    def _counts(self) -> Mapping[Query, _Counts]:
        with suppress(OSError, msgspec.MsgspecError):
            written = (self._folder / _FILE).stat().st_mtime_ns
            if self._read[0] != written:
                state, questions = msgspec.msgpack.decode((self._folder / _FILE).read_bytes(), type=_Kept)
                self._read = written, state, {_question(field, value): counts for field, value, counts in questions}
            if self._read[1] == self._state or time.time() - self._state[1] / 1e9 < LAGGING_SECONDS:
                return self._read[2]
        return {}


def write_standing(folder: Path, state: State, count: Callable[[Query], Facets]) -> None:
    """Count, and leave the numbers for readers. A full disk costs them nothing but time.

    Args:
        folder: the search folder.
        state: of it, before it was opened to be counted.
        count: returns up to a thousand values of each facet.
    """
    everything = count(Everything())
    questions = [("", "", everything), *((field, value, count(_question(field, value))) for field, value in _broad(everything))]
    kept = [
        (field, value, {facet: [(one.value, one.count) for one in counts] for facet, counts in each.items()})
        for field, value, each in questions
    ]
    new = folder / f"{_FILE}.new"
    with suppress(OSError):
        new.write_bytes(msgspec.msgpack.encode((state, kept)))
        new.replace(folder / _FILE)


def is_standing(folder: Path) -> bool:
    """Whether a writer has counted here."""
    return (folder / _FILE).exists()


def _broad(everything: Facets) -> Iterator[tuple[str, str]]:
    for field in _FIELDS:
        yield from ((field, one.value) for one in everything[field] if one.count > STANDING)
    years: Counter[str] = Counter()
    for day in everything["day"]:
        years[day.value[:4]] += day.count
    yield from ((_YEAR_FIELD, year) for year, number in sorted(years.items()) if number > STANDING)


def _question(field: str, value: str) -> Query:
    if not field:
        return Everything()
    if field != _YEAR_FIELD:
        return Equals(field=field, value=value)
    begin, end = (datetime(int(value) + more, 1, 1, tzinfo=UTC) for more in (0, 1))
    return Between(field=field, start=begin, end=end)
