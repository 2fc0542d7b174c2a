"""The query tree → Elasticsearch's query DSL. Pure. The counterpart of `embedded_query`: both must find the same documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pipeline.index.analysis import fold, is_unspaced, key_form
from pipeline.index.dates import microseconds
from pipeline.index.elastic_mapping import FOREVER
from pipeline.index.fields import NAME_KEYS
from pipeline.index.query import LATEST, And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word
from pipeline.index.sought import ZONES, Sought, sought_by, without_possessive
from pipeline.urls import url_key

Clause = dict[str, Any]

MOMENT, UNTIL = "search.moment", "search.until"
_NOTHING: Clause = {"match_none": {}}
_MOST_EXPANSIONS = 10_000  # words a prefix at the end of a phrase may stand for


def clause_of(query: Query) -> Clause:
    """Return Elasticsearch's form of the tree. Only words and phrases score; the rest is yes or no."""
    match query:
        case Everything():
            return {"match_all": {}}
        case And(parts=parts):
            return _all(parts)
        case Or(parts=parts):
            return _any(map(clause_of, parts))
        case Not():
            return _all([query])
        case Equals(field=key, value=value):
            return _unscored(_equals(key, value))
        case Between():
            return _unscored(_between(query))
        case AsOf(moment=moment):
            return _unscored(_as_of(moment))
        case Word() | Phrase() | Prefix():
            return _text(query)


def _all(parts: Sequence[Query]) -> Clause:
    must = [clause_of(part) for part in parts if not isinstance(part, Not)]
    must_not = [clause_of(part.part) for part in parts if isinstance(part, Not)]
    return {"bool": {"must": must or [{"match_all": {"boost": 0}}], "must_not": must_not}}


def _any(clauses: Iterable[Clause]) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _unscored(clause: Clause) -> Clause:
    return {"constant_score": {"filter": clause, "boost": 0}}


def _equals(key: str, value: str) -> Clause:
    if key == "url":
        return {"term": {"search.urls": url_key(value)}}
    exact: Clause = {"term": {f"{key}.folded": value}}
    if key == "language" and "-" not in value:  # pt finds pt-BR
        return _any([exact, {"prefix": {"language.folded": f"{key_form(value)}-"}}])
    return exact


def _between(query: Between) -> Clause:
    bounds = {"gte": query.start, "lt": query.end}
    return {"range": {MOMENT: {bound: microseconds(moment) for bound, moment in bounds.items() if moment is not None}}}


def _as_of(moment: datetime | None) -> Clause:
    if moment is None:
        return {"match_all": {}}
    if moment == LATEST.moment:
        return {"term": {UNTIL: FOREVER}}
    at = microseconds(moment)
    return {"bool": {"filter": [{"range": {"search.known": {"lte": at}}}, {"range": {UNTIL: {"gt": at}}}]}}


def _text(leaf: Word | Phrase | Prefix) -> Clause:
    if leaf.field is None:
        return _any({"bool": {"must": [_zone(zone, leaf)], "boost": weight}} for zone, weight in ZONES.items())
    if leaf.field in ZONES:
        return _zone(leaf.field, leaf)
    if leaf.field in NAME_KEYS:
        return _unscored(_row(f"{leaf.field}.words", leaf, sought_by(leaf)))
    return _unscored(_starts(leaf.field, leaf.text))


def _zone(zone: str, leaf: Word | Phrase | Prefix) -> Clause:
    sought = sought_by(leaf)
    row = _row(f"{zone}.exact", leaf, sought)
    if sought.plain is None:
        return row
    return _any([row, {"match": {zone: {"query": sought.plain}}}])  # taken apart by each index as its own language is


def _row(field: str, leaf: Word | Phrase | Prefix, sought: Sought) -> Clause:
    """Words in a row. The engine takes the text apart by the same rules that gave the tokens."""
    if not sought.tokens:
        return _NOTHING
    text, last = _row_text(leaf), sought.tokens[-1]
    if not last.open or is_unspaced(last.text):  # a single character of such a script is a word of its own here
        return {"match_phrase": {field: {"query": text}}}
    if len(sought.tokens) == 1 and not any(map(is_unspaced, fold(text))):
        return {"prefix": {field: {"value": last.text}}}
    return {"match_phrase_prefix": {field: {"query": text, "max_expansions": _MOST_EXPANSIONS}}}


def _row_text(leaf: Word | Phrase | Prefix) -> str:
    return without_possessive(leaf.text) if isinstance(leaf, Word) else leaf.text


def _starts(key: str, text: str) -> Clause:
    if key == "url":
        return {"prefix": {"search.urls": {"value": url_key(text)}}}
    return {"prefix": {f"{key}.folded": {"value": key_form(text)}}}
