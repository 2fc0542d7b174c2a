"""Facets as the page shows them."""

from __future__ import annotations

from pipeline.index.query import FACETS, FacetCount
from pipeline.web.facets_view import CHART_HEIGHT, FEWEST_BARS, MOST_BARS, TITLES, facets_of


def days(**counts: int) -> dict[str, tuple[FacetCount, ...]]:
    return {"day": tuple(FacetCount(value=f"2026-{name[1:3]}-{name[3:]}", count=count) for name, count in counts.items())}


def sources(number: int) -> dict[str, tuple[FacetCount, ...]]:
    return {"source": tuple(FacetCount(value=f"Paper {place}", count=99 - place) for place in range(number))}


def test_every_facet_has_a_title() -> None:
    """A new facet is shown under its name, capitalised."""
    assert list(TITLES) == list(FACETS)


def test_facets_without_values_are_not_shown() -> None:
    """An empty facet takes no room."""
    assert facets_of({"source": (), "language": ()}, "") == ()


def test_values_lead_to_narrower_queries() -> None:
    """A value adds itself to the query; one in use takes itself off, whatever its capitals."""
    (facet,) = facets_of(
        {"source": (FacetCount(value="La Costa", count=3), FacetCount(value="Nordlicht", count=1))}, 'ferry source:"la costa"'
    )
    assert [(one.label, one.count, one.active, one.query) for one in facet.first] == [
        ("La Costa", 3, True, "ferry"),
        ("Nordlicht", 1, False, 'ferry source:"la costa" source:"Nordlicht"'),
    ]


def test_what_is_excluded_is_not_in_use() -> None:
    """`-source:x` does not make x an active value."""
    (facet,) = facets_of({"source": (FacetCount(value="x", count=1),)}, '-source:"x"')
    assert not facet.first[0].active


def test_long_facets_are_cut() -> None:
    """Six at once, up to twenty behind more."""
    (facet,) = facets_of(sources(31), "")
    assert (len(facet.first), len(facet.more)) == (6, 14)


def test_languages_and_days_are_named() -> None:
    """Codes become words; days are newest first."""
    language = facets_of({"language": (FacetCount(value="es", count=1),)}, "")[0]
    day = facets_of(days(d0701=1, d0714=2), "")[0]
    assert [one.label for one in language.first] == ["Spanish"]
    assert [one.label for one in day.first] == ["14 Jul 2026", "1 Jul 2026"]


def test_bars_stand_for_every_day() -> None:
    """Days without articles have a place and no bar; the busiest is as high as the chart; few days leave room before them."""
    (facet,) = facets_of(days(d0712=1, d0714=4), "ferry")
    bars = facet.bars
    assert len(bars) == FEWEST_BARS
    assert [bar.height for bar in bars[-3:]] == [CHART_HEIGHT // 4, 0, CHART_HEIGHT]
    assert [bar.title for bar in bars[-2:]] == ["13 Jul: 0 articles", "14 Jul: 4 articles"]
    assert bars[-1].query == "ferry date:2026-07-14"
    assert facet.width == FEWEST_BARS * 10


def test_a_single_article_beside_thousands_is_seen() -> None:
    """A day with anything at all has a bar."""
    (facet,) = facets_of(days(d0713=1, d0714=5000), "")
    assert facet.bars[-2].height == 2


def test_one_day_needs_no_chart() -> None:
    """A chart of one bar says nothing."""
    assert facets_of(days(d0714=4), "")[0].bars == ()


def test_years_apart_are_shown_side_by_side() -> None:
    """A span longer than the chart is not filled with empty days, and never makes more bars than fit."""
    (facet,) = facets_of(days(d0101=1, d0714=2), "")
    assert [bar.title for bar in facet.bars] == ["1 Jan: 1 article", "14 Jul: 2 articles"]
    many = {"day": tuple(FacetCount(value=f"{year}-01-01", count=1) for year in range(1900, 2026))}
    assert len(facets_of(many, "")[0].bars) == MOST_BARS


def test_days_that_are_none() -> None:
    """A value that is no day is listed as it is and drawn nowhere."""
    odd = {"day": (FacetCount(value="never", count=1), FacetCount(value="2026-07-14", count=1))}
    (facet,) = facets_of(odd, "")
    assert [one.label for one in facet.first] == ["never", "14 Jul 2026"]
    assert facet.bars == ()
