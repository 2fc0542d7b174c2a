"""Tables of words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.enrich import lexicon
from pipeline.enrich.geography import load_geography
from pipeline.enrich.lexicon import Lexicon, load_lexicon

FOLDER = Path(lexicon.__file__).parent
LOWER = ("titles", "title_ends", "portfolios", "roles", "speech", "org_roles", "joints", "particles", "place_hints", "articles")


def _lists(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{path}{name}.")
        elif isinstance(value, list):
            yield f"{path}{name}", value


TABLES = {name: tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("rules.toml", "known.toml")}
LISTS = [(f"{file}:{name}", values) for file, table in TABLES.items() for name, values in _lists(table)]


@pytest.mark.parametrize(("name", "values"), LISTS, ids=[name for name, _ in LISTS])
def test_lists_are_sorted_and_say_nothing_twice(name: str, values: list[str]) -> None:
    """So that a change is one line and a doubt is soon settled."""
    assert values == sorted(set(values))


def test_every_table_is_known() -> None:
    """A misspelt table would be silently empty."""
    fields = set(Lexicon.__dataclass_fields__)
    assert {name for table in TABLES["rules.toml"].values() for name in table} <= fields


def test_words_of_rules_are_in_lower_case() -> None:
    """They are compared with words in lower case."""
    for language, tables in TABLES["rules.toml"].items():
        for name in LOWER:
            assert [word for word in tables.get(name, []) if word != word.lower()] == [], f"{language}.{name}"


def test_country_codes_exist() -> None:
    """Each further name stands for a country of the gazetteer."""
    codes = {code for names in TABLES["known.toml"]["countries"].values() for code in names.values()}
    assert codes <= set(load_geography().countries)


def test_given_names_are_sorted() -> None:
    """A line for each first letter, each sorted."""
    lines = [line.split() for line in (FOLDER / "given_names.txt").read_text(encoding="utf-8").splitlines()[1:]]
    names = [name for line in lines for name in line]
    assert names == sorted(set(names))
    assert all(len({name[0] for name in line}) == 1 for line in lines)


def test_a_language_has_its_own_tables_and_those_of_all() -> None:
    """What holds in any language is joined in; an unknown language has that alone."""
    german, none = load_lexicon("de"), load_lexicon("xx")
    assert {"kanzlerin", "dr"} <= german.titles
    assert "kanzlerin" not in none.titles
    assert "dr" in none.titles
    assert {"NATO", "Bundesrat"} <= german.organisations
    assert german.countries["Russland"] == "RU"
    assert german.is_title("außenministerin")
    assert not none.is_title("außenministerin")
    assert german.is_joint("von")
    assert german.is_joint("für")
    assert not german.is_joint("of")
