"""Where an article plays: its countries, states and cities with coordinates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipeline.enrich.geography import Geography, Spot, SpotKind, country_names, load_geography
from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import GPE
from pipeline.types import Place

if TYPE_CHECKING:
    from pipeline.types import Article, EnrichedArticle

MOST_PLACES: Final = 50
# Weights, against the power of ten of a city's inhabitants: Paris, Texas needs its state, Birmingham, Alabama its country.
_STATE_NAMED = 3.0
_COUNTRY_NAMED = 2.0
_WHERE_IT_WAS_WRITTEN = 1.5
_PUBLISHED_THERE = 1.0
_CAPITAL = 1.0
_LARGE = 100_000
_CITIES_TOO = frozenset({"New York", "Washington"})  # no sign that the state is meant
_NAME_OF_DATELINE = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What speaks for one of several places of a name: countries and states of the text, of its dateline, of its publisher."""

    named: frozenset[str]
    states: frozenset[str]
    dateline: str | None
    published: str | None


class PlaceEnricher:
    """Sets `places`: the dateline first, then what `entities` names with a government of its own, at most 50.

    Of several places of one name it weighs size against what points to another: its state or country is named, the
    article was written or published there. Countries stand at the centre of their inhabitants.
    """

    name = "places"
    version = "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        geography = load_geography()
        codes = {**country_names(enriched.language), **load_lexicon(enriched.language).countries}
        dateline = _dateline_names(enriched.article)
        mentioned = [entity.name for entity in enriched.entities if entity.label == GPE]
        setting = _setting(geography, codes, (*mentioned, *dateline), enriched.article)
        spots = _located(geography, codes, dateline[:1], setting)
        if spots:
            setting = replace(setting, dateline=spots[0][1].country)
        spots += _located(geography, codes, mentioned, setting)
        places = dict.fromkeys(_place(name, spot) for name, spot in _once(spots)[:MOST_PLACES])
        return replace(enriched, places=tuple(places), enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def _dateline_names(article: Article) -> tuple[str, ...]:
    """Return the names in a dateline, the place first: "REYKJAVIK, Iceland (AP)" gives Reykjavik and Iceland."""
    bare = re.sub(r"\(.*?\)|[—–-]+\s*$", "", article.dateline or "")
    found = (match.group() for part in bare.split(",")[:3] if (match := _NAME_OF_DATELINE.search(part)))
    return tuple(name.title() if name.isupper() and len(name) > 3 else name for name in found)


def _setting(geography: Geography, codes: Mapping[str, str], names: Iterable[str], article: Article) -> Setting:
    names = tuple(names)
    states = frozenset(geography.states[name].state for name in names if name in geography.states and name not in _CITIES_TOO | set(codes))
    return Setting(
        named=frozenset(codes[name] for name in names if name in codes) | ({"US"} if states else set()),
        states=states,
        dateline=None,
        published=article.country,
    )


def _located(geography: Geography, codes: Mapping[str, str], names: Sequence[str], setting: Setting) -> list[tuple[str, Spot]]:
    located = ((name, _best(geography, codes, name, setting)) for name in names)
    return [(name, spot) for name, spot in located if spot is not None]


def _best(geography: Geography, codes: Mapping[str, str], name: str, setting: Setting) -> Spot | None:
    if name in codes:
        return geography.countries.get(codes[name])
    cities = [named.spot for named in geography.cities.get(name, ()) if _is_likely(named.spot, setting)]
    state = geography.states.get(name)
    return max(cities + ([state] if state else []), key=lambda spot: _weight(spot, setting), default=None)


def _is_likely(spot: Spot, setting: Setting) -> bool:
    """Whether a city is large, or in a country that something points to: an unknown Palm Beach is not the Australian one."""
    pointed_to = spot.country in setting.named or spot.country in (setting.dateline, setting.published)
    return pointed_to or spot.capital or spot.population >= _LARGE


def _weight(spot: Spot, setting: Setting) -> float:
    """Return how much speaks for a spot. A state counts like a city of a tenth of its size: "Washington" is the capital."""
    weight = math.log10(max(spot.population, 1)) - (spot.kind is SpotKind.STATE)
    weight += _CAPITAL * spot.capital
    if spot.kind is SpotKind.CITY and spot.country == "US" and spot.state in setting.states:
        weight += _STATE_NAMED
    elif spot.country in setting.named:
        weight += _COUNTRY_NAMED
    weight += _WHERE_IT_WAS_WRITTEN * (spot.country == setting.dateline)
    return weight + _PUBLISHED_THERE * (spot.country == setting.published)


def _once(spots: Iterable[tuple[str, Spot]]) -> list[tuple[str, Spot]]:
    seen: dict[int, tuple[str, Spot]] = {}
    for name, spot in spots:
        seen.setdefault(id(spot), (name, spot))
    return list(seen.values())


def _place(name: str, spot: Spot) -> Place:
    return Place(name=name, country=spot.country, latitude=spot.latitude, longitude=spot.longitude)
