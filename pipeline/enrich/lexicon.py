"""The tables of words that the rules for names look things up in: rules.toml, known.toml, given_names.txt."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What one language's rules know; rules.toml says what each table is for. All but names are in lower case."""

    language: str
    titles: frozenset[str]
    title_ends: tuple[str, ...]
    portfolios: frozenset[str]
    roles: frozenset[str]
    speech: frozenset[str]
    org_heads: frozenset[str]
    org_tails: frozenset[str]
    org_head_ends: tuple[str, ...]
    org_heads_lower: frozenset[str]
    org_goes_on: frozenset[str]
    org_goes_on_joints: frozenset[str]
    org_nouns: frozenset[str]
    org_nouns_from: tuple[str, ...]
    org_adjective_ends: tuple[str, ...]
    org_hints: tuple[str, ...]
    org_roles: frozenset[str]
    joints: frozenset[str]
    particles: frozenset[str]
    place_hints: frozenset[str]
    articles: frozenset[str]
    calendar: frozenset[str]
    no_given: frozenset[str]
    no_surnames: frozenset[str]
    genitive: str
    inflected: bool
    nouns_capitalised: bool
    heads_need_joints: bool
    given_names: frozenset[str]
    organisations: frozenset[str]
    regions: frozenset[str]
    countries: Mapping[str, str]  # further names → ISO code
    words: frozenset[str]  # cities called like a word or a person

    def is_title(self, word: str) -> bool:
        """Whether a word, in lower case, stands before names: "minister", "außenministerin"."""
        return word in self.titles or (bool(self.title_ends) and word.endswith(self.title_ends))

    def is_org_head(self, word: str) -> bool:
        """Whether a word, as written, begins an organisation's name: "Ministry", "Landgericht"."""
        return word in self.org_heads or (bool(self.org_head_ends) and word.endswith(self.org_head_ends) and word[:1].isupper())

    def is_joint(self, word: str) -> bool:
        """Whether a word, as written, holds a name together: "of", "von"."""
        return word in self.joints or word in self.particles


_JOINED = (
    "titles", "portfolios", "roles", "speech", "org_heads", "org_tails", "org_heads_lower", "org_goes_on", "org_goes_on_joints",
    "org_nouns", "org_roles", "particles", "place_hints", "articles", "calendar", "no_given", "no_surnames",
)  # fmt: skip
_BEGINNINGS_AND_ENDS = ("title_ends", "org_head_ends", "org_nouns_from", "org_adjective_ends", "org_hints")


@cache
def load_lexicon(language: str) -> Lexicon:
    """Return the tables of a language, joined with what holds in any; for a language without tables that alone."""
    rules, known = _table("rules.toml"), _table("known.toml")
    general, own = rules["any"], rules.get(language, {})
    joined: dict[str, Any] = {name: frozenset(general.get(name, ())) | frozenset(own.get(name, ())) for name in _JOINED}
    ends: dict[str, Any] = {name: tuple(own.get(name, ())) for name in _BEGINNINGS_AND_ENDS}

    def listed(name: str) -> frozenset[str]:
        return frozenset(known[name].get("any", ())) | frozenset(known[name].get(language, ()))

    return Lexicon(
        language=language,
        joints=frozenset(word for joint in own.get("joints", ()) for word in joint.split()),
        genitive=own.get("genitive", ""),
        inflected=own.get("inflected", False),
        nouns_capitalised=own.get("nouns_capitalised", False),
        heads_need_joints=own.get("heads_need_joints", False),
        given_names=_given_names(),
        organisations=listed("organisations"),
        regions=listed("regions"),
        countries={**known["countries"]["any"], **known["countries"].get(language, {})},
        words=listed("words"),
        **joined,
        **ends,
    )


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


@cache
def _given_names() -> frozenset[str]:
    lines = _text("given_names.txt").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def _text(name: str) -> str:
    return files("pipeline.enrich").joinpath(name).read_text(encoding="utf-8")
