"""Facets as the page shows them: names, counts, and the query that each value leads to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.index.query import FACETS, FacetCount
from pipeline.web.languages import language_name
from pipeline.web.moments import counted, read_day, short_day
from pipeline.web.query_text import FIELD_OF_FACET, filters, with_filter

SHOWN_AT_ONCE = 6
MOST_VALUES = 20  # of a facet other than days, which go back as far as the chart
FEWEST_BARS, MOST_BARS = 14, 31
BAR_PITCH, BAR_WIDTH, CHART_HEIGHT = 10, 8, 48  # in units of the drawing
TITLES = {name: name.capitalize() for name in FACETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value: `query` is the query with it, or without it where it is `active`."""

    label: str
    count: int
    query: str
    active: bool
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of the chart, in drawing units. A day without articles has height 0."""

    x: int
    y: int
    width: int
    height: int
    title: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet with the values shown at once and those behind "more"; days have bars too, oldest first."""

    name: str
    title: str
    first: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    bars: tuple[Bar, ...] = ()

    @property
    def width(self) -> int:
        """The width of the chart in drawing units."""
        return max(1, len(self.bars)) * BAR_PITCH


def facets_of(counts: Mapping[str, Sequence[FacetCount]], text: str) -> tuple[Facet, ...]:
    """Return the facets that have values, in the order of FACETS."""
    active = {(one.field, one.value.casefold()): one.without for one in filters(text) if not one.negated}
    shown = []
    for name in FACETS:
        values = [_value(name, one, text, active) for one in _ordered(name, counts.get(name, ()))]
        if values:
            bars = _bars(counts[name], text) if name == "day" else ()
            first, more = tuple(values[:SHOWN_AT_ONCE]), tuple(values[SHOWN_AT_ONCE:])
            shown.append(Facet(name=name, title=TITLES[name], first=first, more=more, bars=bars))
    return tuple(shown)


def _ordered(name: str, counts: Iterable[FacetCount]) -> list[FacetCount]:
    return sorted(counts, key=lambda one: one.value, reverse=True) if name == "day" else list(counts)[:MOST_VALUES]


def _value(name: str, one: FacetCount, text: str, active: Mapping[tuple[str, str], str]) -> FacetValue:
    without = active.get((FIELD_OF_FACET[name], one.value.casefold()))
    return FacetValue(
        label=_label(name, one.value),
        count=one.count,
        query=with_filter(text, name, one.value) if without is None else without,
        active=without is not None,
    )


def _label(name: str, value: str) -> str:
    day = read_day(value) if name == "day" else None
    if day is not None:
        return f"{short_day(day)} {day.year:04}"
    return language_name(value) if name == "language" else value


def _bars(counts: Iterable[FacetCount], text: str) -> tuple[Bar, ...]:
    by_day = {day: one.count for one in counts if (day := read_day(one.value)) is not None}
    if len(by_day) < 2:
        return ()
    highest = max(by_day.values()) or 1
    return tuple(_bar(place, day, by_day.get(day, 0), highest, text) for place, day in enumerate(_span(by_day)))


def _span(days: Iterable[date]) -> list[date]:
    """Every day of a span that fits the chart, up to the last, else only the days there are, the newest that fit."""
    ordered = sorted(days)
    length = max(FEWEST_BARS, (ordered[-1] - ordered[0]).days + 1)
    if length > MOST_BARS:
        return ordered[-MOST_BARS:]
    return [ordered[-1] - timedelta(days=back) for back in reversed(range(length))]


def _bar(place: int, day: date, count: int, highest: int, text: str) -> Bar:
    height = max(2, round(CHART_HEIGHT * count / highest)) if count else 0
    return Bar(
        x=place * BAR_PITCH,
        y=CHART_HEIGHT - height,
        width=BAR_WIDTH,
        height=height,
        title=f"{short_day(day)}: {counted(count, 'article')}",
        query=with_filter(text, "day", day.isoformat()),
    )
