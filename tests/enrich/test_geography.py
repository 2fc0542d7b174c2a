"""Countries, states and cities."""

from __future__ import annotations

import pytest

from pipeline.enrich.geography import SpotKind, country_names, folded, load_geography


def test_a_city_has_its_names() -> None:
    """As at home, in English, without accents; other languages' names only of large cities and capitals."""
    cities = load_geography().cities
    for name in ("Reykjavík", "Reykjavik"):
        assert cities[name][0].spot.country == "IS"
        assert not cities[name][0].alternate
    assert cities["Moskau"][0].spot.name == "Moscow"
    assert cities["Moskau"][0].alternate
    assert cities["Москва"][0].spot.name == "Moscow"


def test_the_capital_comes_first_then_the_largest() -> None:
    """Of many places of one name."""
    spots = [named.spot for named in load_geography().cities["Washington"]]
    assert (spots[0].state, spots[0].capital) == ("DC", True)
    assert [spot.population for spot in spots[1:]] == sorted((spot.population for spot in spots[1:]), reverse=True)


def test_each_country_has_one_capital_at_most() -> None:
    """Villages called like the capital are none."""
    spots = {named.spot for spots in load_geography().cities.values() for named in spots}
    capitals = [spot.country for spot in spots if spot.capital]
    assert len(capitals) == len(set(capitals)) > 200


def test_countries_and_states_stand_among_their_people() -> None:
    """Also across the date line, where a plain mean would be on the other side of the world."""
    geography = load_geography()
    germany, fiji, california = geography.countries["DE"], geography.countries["FJ"], geography.states["California"]
    assert 50 < germany.latitude < 52
    assert 8 < germany.longitude < 11
    assert abs(fiji.longitude) > 176
    assert california.kind is SpotKind.STATE
    assert 33 < california.latitude < 39


def test_codes_and_transliterations_are_no_names() -> None:
    """Airports' letters and lower-case spellings would be found everywhere."""
    cities = load_geography().cities
    assert not [name for name in cities if name.isupper() and len(name) == 3 and name.isascii()]
    assert "Maskva" in cities
    assert not {"masko", "MOW", "Mosko 1"} & set(cities)


@pytest.mark.parametrize(
    ("language", "name", "code"),
    [
        ("en", "Russia", "RU"),
        ("en", "Syria", "SY"),
        ("en", "Palestine", "PS"),
        ("de", "Südkorea", "KR"),
        ("fr", "Russie", "RU"),
        ("no", "Sør-Korea", "KR"),
        ("zh", "俄罗斯", "RU"),
        ("xx", "France", "FR"),
    ],
)
def test_countries_have_names_in_languages(language: str, name: str, code: str) -> None:
    """Upside-down official forms are straightened; an unknown language uses English."""
    assert country_names(language)[name] == code


def test_what_two_countries_may_be_called_is_no_name() -> None:
    """Two Congos, two Koreas."""
    assert "Congo" not in country_names("en")
    assert "Korea" not in country_names("de")


def test_names_are_found_by_script() -> None:
    """Each script has its own."""
    names = dict(load_geography().in_script("cyrillic"))
    assert "Москва" in names
    assert "Moscow" not in names


@pytest.mark.parametrize(("name", "plain"), [("Reykjavík", "Reykjavik"), ("Łódź", "Łodz"), ("London", "London")])
def test_accents_are_taken_off(name: str, plain: str) -> None:
    """Letters that are no accented ones stay."""
    assert folded(name) == plain
