from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.index.elastic_query import Clause, clause_of
from pipeline.index.parser import parse_query

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def unscored(clause: Clause) -> Clause:
    """Yes or no."""
    return {"constant_score": {"filter": clause, "boost": 0}}


def either(*clauses: Clause) -> Clause:
    """At least one of them."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def row(field: str, text: str) -> Clause:
    """Words in a row."""
    return {"match_phrase": {field: {"query": text}}}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("", {"match_all": {}}),
        ("title:Wahlen", either(row("title.exact", "Wahlen"), {"match": {"title": {"query": "wahlen"}}})),
        ("title:Russia's", either(row("title.exact", "Russia"), {"match": {"title": {"query": "russia"}}})),
        ('title:"Wahlen"', row("title.exact", "Wahlen")),
        ("title:well-known", row("title.exact", "well-known")),
        ("title:Zür*", {"prefix": {"title.exact": {"value": "zur"}}}),
        ("title:well-kno*", {"match_phrase_prefix": {"title.exact": {"query": "well-kno", "max_expansions": 10_000}}}),
        ("title:東*", row("title.exact", "東")),
        ("title:東京*", row("title.exact", "東京")),
        ("person:blinken", unscored(row("people.words", "blinken"))),
        ('person:"Antony Blinken"', unscored({"term": {"people.folded": "Antony Blinken"}})),
        ("language:pt", unscored(either({"term": {"language.folded": "pt"}}, {"prefix": {"language.folded": "pt-"}}))),
        ("language:pt-BR", unscored({"term": {"language.folded": "pt-BR"}})),
        ("feed:La-*", unscored({"prefix": {"feed_id.folded": {"value": "la-"}}})),
        ("url:a.example/x?utm_source=y", unscored({"term": {"search.urls": "https://a.example/x"}})),
        ("url:a.example/x*", unscored({"prefix": {"search.urls": {"value": "https://a.example/x"}}})),
        ("after:2026-11-20", unscored({"range": {"search.moment": {"gte": 1_795_132_800_000_000}}})),
        ("revisions:all", unscored({"match_all": {}})),
    ],
)
def test_leaves(text: str, clause: Clause) -> None:
    """Each kind of leaf has its clause; a user's text is only ever a value in it."""
    assert clause_of(parse_query(text, now=NOW)) == clause


def test_operators() -> None:
    """What must not be is apart; a query of nothing else asks everything but that."""
    tree: dict[str, Any] = clause_of(parse_query("language:de -feed:x", now=NOW))
    assert list(tree) == ["bool"]
    assert len(tree["bool"]["must"]) == len(tree["bool"]["must_not"]) == 1
    alone = clause_of(parse_query("-feed:x", now=NOW))
    assert alone["bool"]["must"] == [{"match_all": {"boost": 0}}]


def test_zones_weigh() -> None:
    """Without a field, a title counts more than a body, and that more than the rest."""
    clauses = clause_of(parse_query('"oil"', now=NOW))["bool"]["should"]
    assert [each["bool"]["boost"] for each in clauses] == [3.0, 1.0, 0.5]
