"""The query tree → tantivy's queries. The only place that knows both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import tantivy

from pipeline.index.analysis import QueryToken, is_unspaced
from pipeline.index.dates import microseconds
from pipeline.index.embedded_schema import EARLIER, FOREVER, LONGEST_KEY, STARTS, key_term
from pipeline.index.fields import NAME_KEYS
from pipeline.index.query import LATEST, And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word, names_revisions
from pipeline.index.sought import ZONES, Sought, sought_by
from pipeline.index.stemming import stems

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
        self._leads: tuple[str, ...] = ("",)

    def whole(self, query: Query) -> tantivy.Query:
        """Return tantivy's form of a question: asked of the latest revisions, unless it says itself which it means."""
        if names_revisions(query):
            return Translator._of_all(self._schema, self._groups).query(query)
        plain = _unwrapped(query)
        if is_latest(plain):
            return self.query(plain)
        parts = plain.parts if isinstance(plain, And) else (plain,)
        return self.query(And(parts=(*parts, LATEST)))

    def any_of(self, words: Sequence[str], group: str | None) -> tantivy.Query:
        """Return what finds the latest revisions with any of these folded words, by their stems where the language has a stemmer."""
        terms = stems(words, group) if group else words
        return _any([tantivy.Query.term_query(self._schema, "anywhere", term, "freq") for term in dict.fromkeys(terms)])

    @classmethod
    def _of_all(cls, schema: tantivy.Schema, groups: Sequence[str]) -> Translator:
        translator = cls(schema, groups)
        translator._leads = ("", EARLIER)
        return translator

    def query(self, query: Query) -> tantivy.Query:
        """Return tantivy's form of the tree. Only words and phrases score; the rest is yes or no."""
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case And(parts=parts):
                return self._all(parts)
            case Or(parts=parts):
                return _any([each for part in parts for each in self._alternatives(part)])
            case Not():
                return self._all([query])
            case Equals(field=key, value=value):
                return _unscored(tantivy.Query.term_query(self._schema, "keys", key_term(key, value), "basic"))
            case Between():
                return self._between(query)
            case AsOf(moment=moment):
                return self._as_of(moment)
            case Word() | Phrase() | Prefix():
                return _any(self._alternatives(query))

    def _alternatives(self, query: Query) -> list[tantivy.Query]:
        """Return what any of will do. All in one list, and terms alone, the engine leaves out what cannot be among the best."""
        match query:
            case Or(parts=parts):
                return [each for part in parts for each in self._alternatives(part)]
            case Word(field=None):
                return self._anywhere(query)
            case Prefix(field=None) if start := _short_start(query):
                return [_unscored(tantivy.Query.term_query(self._schema, "starts", lead + start, "basic")) for lead in self._leads]
            case Word() | Phrase() | Prefix():
                return self._text(query)
            case _:
                return [self.query(query)]

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

    def _anywhere(self, word: Word) -> list[tantivy.Query]:
        """A word in all texts. One with accents is also found without them, which `anywhere` knows of no word with a stem."""
        sought = sought_by(word)
        if sought.plain is None:
            return self._text(word)
        folded = sought.tokens[0].text
        forms = sorted({stem for group in self._groups if (stem := sought.stem(group))})
        terms = [lead + text for lead in self._leads for text in (folded, *forms)]
        found = [tantivy.Query.term_query(self._schema, "anywhere", term, "freq") for term in terms]
        return found if folded == sought.plain else found + [self._row(zone, sought.tokens) for zone in ZONES]

    def _text(self, leaf: Word | Phrase | Prefix) -> list[tantivy.Query]:
        sought = sought_by(leaf)
        if leaf.field is None:
            return [tantivy.Query.boost_query(self._row(zone, sought.tokens), weight) for zone, weight in ZONES.items()]
        if leaf.field in ZONES:
            return self._zone(leaf.field, sought)
        if leaf.field in NAME_KEYS:
            return [_unscored(self._row("names", sought.tokens, f"{leaf.field}="))]
        return [_unscored(self._starts("keys", key_term(leaf.field, leaf.text)))]

    def _zone(self, zone: str, sought: Sought) -> list[tantivy.Query]:
        forms = {stem for group in self._groups if (stem := sought.stem(group))} if sought.plain else ()
        terms = [tantivy.Query.term_query(self._schema, f"{zone}_stem", stem, "freq") for stem in sorted(forms)]
        return [self._row(zone, sought.tokens), *terms]

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


def is_latest(query: Query) -> bool:
    """Whether a query finds no earlier revisions, without being told."""
    match query:
        case And(parts=parts):
            return any(map(is_latest, parts))
        case Or(parts=parts):
            return bool(parts) and all(map(is_latest, parts))
        case Word(field=None):
            sought = sought_by(query)
            return sought.plain is not None and sought.plain == sought.tokens[0].text
        case Prefix(field=None):
            return _short_start(query) is not None
        case _:
            return False


def _short_start(prefix: Prefix) -> str | None:
    """Return the beginning of a word that `starts` knows, None where it is longer, shorter, or of several words."""
    tokens = sought_by(prefix).tokens
    return tokens[0].text if len(tokens) == 1 and len(tokens[0].text) in STARTS and not is_unspaced(tokens[0].text) else None


def _unwrapped(query: Query) -> Query:
    return _unwrapped(query.parts[0]) if isinstance(query, And | Or) and len(query.parts) == 1 else query


def _any(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
