"""Places of articles."""

from __future__ import annotations

import pytest

from pipeline.enrich.places import MOST_PLACES, PlaceEnricher
from pipeline.types import Entity, Place
from tests.enrich.articles import make_enriched


def _places(*names: str, language: str = "en", label: str = "GPE", **fields: object) -> dict[str, Place]:
    entities = tuple(Entity(name=name, label=label, mentions=((0, 1),)) for name in names)
    enriched = PlaceEnricher().enrich(make_enriched("x", language=language, entities=entities, **fields))
    assert enriched.enrichers == ("places/1",)
    return {place.name: place for place in enriched.places}


def _near(place: Place, latitude: float, longitude: float) -> bool:
    return abs(place.latitude - latitude) < 1 and abs(place.longitude - longitude) < 1


def test_the_dateline_comes_first() -> None:
    """In capitals, with country and agency behind it, and though the text may not name it."""
    places = _places("Russia", dateline="REYKJAVIK, Iceland (AP) –")
    assert list(places) == ["Reykjavik", "Russia"]
    assert places["Reykjavik"].country == "IS"
    assert _near(places["Reykjavik"], 64.1, -21.9)


def test_the_largest_is_taken_where_nothing_speaks_for_another() -> None:
    """Paris is in France, Washington the capital, and Georgia a country."""
    places = _places("Paris", "Washington", "Georgia")
    assert [place.country for place in places.values()] == ["FR", "US", "GE"]
    assert _near(places["Washington"], 38.9, -77.0)
    assert _places("New York")["New York"].latitude == pytest.approx(40.714, abs=0.001)  # the city, not the state around it


@pytest.mark.parametrize(
    ("names", "fields", "country"),
    [
        (("Birmingham", "Alabama"), {}, "US"),
        (("Birmingham",), {}, "GB"),
        (("Birmingham", "United States"), {}, "US"),
        (("Birmingham",), {"dateline": "MONTGOMERY, Alabama"}, "US"),
        (("Birmingham", "United States", "Britain"), {}, "GB"),
        (("London", "Canada"), {}, "GB"),
        (("London",), {"dateline": "TORONTO"}, "GB"),
        (("Paris", "United States", "Washington", "New York"), {}, "FR"),
        (("Paris", "Texas"), {}, "US"),
        (("Vancouver", "Washington"), {}, "CA"),
        (("Valencia",), {}, "VE"),
        (("Valencia",), {"country": "ES"}, "ES"),
        (("Valencia",), {"dateline": "MADRID (EFE)"}, "ES"),
    ],
)
def test_names_of_several_places(names: tuple[str, ...], fields: dict[str, object], country: str) -> None:
    """A country or state that the text or its dateline names decides, then the publisher's country, then size."""
    assert _places(*names, **fields)[names[0]].country == country


def test_the_state_decides_between_cities_of_one_country() -> None:
    """There is a Springfield in most of them."""
    assert _near(_places("Springfield", "Illinois")["Springfield"], 39.8, -89.6)
    assert _near(_places("Springfield", "Missouri")["Springfield"], 37.2, -93.3)


def test_a_small_place_needs_its_country() -> None:
    """The only Palm Beach of the gazetteer is Australian, which an article about Florida does not mean."""
    assert "Palm Beach" not in _places("Palm Beach", "Florida")
    assert "Palm Beach" in _places("Palm Beach", "Australia")


def test_names_in_the_articles_language() -> None:
    """Countries and capitals under their names there."""
    places = _places("Russland", "Moskau", "Vereinigte Staaten", language="de")
    assert [place.country for place in places.values()] == ["RU", "RU", "US"]


def test_only_what_has_a_government_is_a_place() -> None:
    """Seas and people are not, nor is a name nobody knows."""
    assert _places("Paris", label="PERSON") == {}
    assert _places("Brightwater-on-Sea") == {}


def test_one_place_under_two_names_is_one() -> None:
    """The first name stays."""
    assert list(_places("U.S.", "United States", "America")) == ["U.S."]


def test_places_are_bounded() -> None:
    """A list of the world's cities is no setting."""
    from pipeline.enrich.geography import country_names

    assert len(_places(*country_names("en"))) == MOST_PLACES
