"""The query tree → tantivy's queries. The only place that knows both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import tantivy

from pipeline.index.analysis import QueryToken
from pipeline.index.dates import microseconds
from pipeline.index.embedded_schema import FOREVER, LONGEST_KEY, key_term
from pipeline.index.fields import NAME_KEYS
from pipeline.index.query import LATEST, And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word
from pipeline.index.sought import ZONES, Sought, sought_by

_REGEX_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$]")


class Translator:
    """Translates for one state of the index.

    Args:
        schema: of the index that is asked.
        groups: the stem groups its documents are in; a word is only stemmed in these.
    """

    def __init__(self, schema: tantivy.Schema, groups: Sequence[str]) -> None:
        self._schema = schema
        self._groups = groups

    def query(self, query: Query) -> tantivy.Query:
        """Return tantivy's form of the tree. Only words and phrases score; the rest is yes or no."""
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case And(parts=parts):
                return self._all(parts)
            case Or(parts=parts):
                return _any(self.query(part) for part in parts)
            case Not():
                return self._all([query])
            case Equals(field=key, value=value):
                return _unscored(tantivy.Query.term_query(self._schema, "keys", key_term(key, value), "basic"))
            case Between():
                return self._between(query)
            case AsOf(moment=moment):
                return self._as_of(moment)
            case Word() | Phrase() | Prefix():
                return self._text(query)

    def _all(self, parts: Sequence[Query]) -> tantivy.Query:
        must = [(tantivy.Occur.Must, self.query(part)) for part in parts if not isinstance(part, Not)]
        must_not = [(tantivy.Occur.MustNot, self.query(part.part)) for part in parts if isinstance(part, Not)]
        if not must:
            must = [(tantivy.Occur.Must, tantivy.Query.all_query())]
        return tantivy.Query.boolean_query([*must, *must_not])

    def _between(self, query: Between) -> tantivy.Query:
        start = microseconds(query.start) if query.start else -FOREVER
        end = microseconds(query.end) if query.end else FOREVER
        span = tantivy.Query.range_query(self._schema, "moment", tantivy.FieldType.Integer, start, end, True, False)
        return _unscored(span)

    def _as_of(self, moment: datetime | None) -> tantivy.Query:
        if moment is None:
            return tantivy.Query.all_query()
        at = microseconds(moment)
        known = tantivy.Query.range_query(self._schema, "known", tantivy.FieldType.Integer, -FOREVER, at, True, True)
        standing = tantivy.Query.range_query(self._schema, "until", tantivy.FieldType.Integer, at, FOREVER, False, True)
        if moment == LATEST.moment:  # asked by nearly every search: one term instead of two ranges
            known = standing = tantivy.Query.term_query(self._schema, "until", FOREVER, "basic")
        return _unscored(tantivy.Query.boolean_query([(tantivy.Occur.Must, known), (tantivy.Occur.Must, standing)]))

    def _text(self, leaf: Word | Phrase | Prefix) -> tantivy.Query:
        sought = sought_by(leaf)
        if leaf.field is None:
            zones = [tantivy.Query.boost_query(self._zone(zone, sought), weight) for zone, weight in ZONES.items()]
            return _any(zones)
        if leaf.field in ZONES:
            return self._zone(leaf.field, sought)
        if leaf.field in NAME_KEYS:
            return _unscored(self._row("names", sought.tokens, f"{leaf.field}="))
        return _unscored(self._starts("keys", key_term(leaf.field, leaf.text)))

    def _zone(self, zone: str, sought: Sought) -> tantivy.Query:
        row = self._row(zone, sought.tokens)
        if sought.plain is None:
            return row
        stems = sorted({stem for group in self._groups if (stem := sought.stem(group))})
        return _any([row, *(tantivy.Query.term_query(self._schema, f"{zone}_stem", stem, "freq") for stem in stems)])

    def _row(self, field: str, tokens: Sequence[QueryToken], lead: str = "") -> tantivy.Query:
        """Words in a row. tantivy panics over a phrase of one word, so that case must never reach it."""
        if not tokens:
            return tantivy.Query.empty_query()
        if len(tokens) == 1:
            if tokens[0].open:
                return self._starts(field, lead + tokens[0].text)
            return tantivy.Query.term_query(self._schema, field, lead + tokens[0].text, "freq")
        if any(token.open for token in tokens):
            words: list[str | tuple[int, str]] = [(token.offset, _regex(lead + token.text, open_end=token.open)) for token in tokens]
            return tantivy.Query.regex_phrase_query(self._schema, field, words)
        return tantivy.Query.phrase_query(self._schema, field, [(token.offset, lead + token.text) for token in tokens])

    def _starts(self, field: str, beginning: str) -> tantivy.Query:
        return tantivy.Query.regex_query(self._schema, field, _regex(beginning[: LONGEST_KEY // 4], open_end=True))


def _regex(text: str, *, open_end: bool) -> str:
    return _REGEX_SIGNS.sub(lambda sign: "\\" + sign[0], text) + (".*" if open_end else "")


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
