"""A user's text → the query tree, and back.

    query   = joined { joined }             everything that stands side by side must match
    joined  = both { OR both }              OR (or |) joins its neighbours: a b OR c is a (b OR c)
    both    = term { AND term }             AND joins closer still: a AND b OR c is (a b) OR c
    term    = [ - | NOT ] ( word | word* | "phrase" | field:value | [field:] ( query ) )

Forgiving where people are sloppy; strict only where guessing would answer another question: an unknown field, a wrong date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from pipeline.errors import ConfigurationError
from pipeline.index.analysis import has_words
from pipeline.index.dates import ALLOWED, MOMENT_ALLOWED, moment_of, span_of
from pipeline.index.fields import FieldKind, QueryField
from pipeline.index.lexer import Lexeme, LexemeKind, lexemes, tidied
from pipeline.index.query import And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word

LONGEST_QUERY = 2_000  # characters
MOST_TERMS = 200
DEEPEST_NESTING = 20  # levels of the tree

_CODES = {"language": (re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE), "a language tag: en, de, pt-BR"),
          "country": (re.compile(r"[a-z]{2}", re.IGNORECASE), "a country code: US, DE, BR")}  # fmt: skip


def parse_query(text: str, *, now: datetime, tz: tzinfo = UTC) -> Query:
    """Return the tree of a user's text; the empty text asks for everything.

    Args:
        text: what was typed.
        now: the present (aware), for `since:7d` and `today`.
        tz: where the user's days begin.

    Raises:
        ConfigurationError: an unknown field, a value it cannot have, or a query past the limits. Nothing else, ever.
    """
    if len(text) > LONGEST_QUERY:
        raise ConfigurationError.of("query", f"{text[:40]}…", f"at most {LONGEST_QUERY} characters; this has {len(text)}")
    pieces = list(lexemes(tidied(text)))
    if sum(piece.kind in {LexemeKind.WORD, LexemeKind.PREFIX, LexemeKind.QUOTED} for piece in pieces) > MOST_TERMS:
        raise ConfigurationError.of("query", f"{text[:40]}…", f"at most {MOST_TERMS} terms")
    query = _Parser(pieces, now=now, zone=tz).parse()
    if _depth(query) > DEEPEST_NESTING:
        raise _too_deep()
    return query


def _too_deep() -> ConfigurationError:
    return ConfigurationError.of("query", "nested parentheses", f"at most {DEEPEST_NESTING} levels")


def _depth(query: Query) -> int:
    if isinstance(query, And | Or):
        return 1 + max(map(_depth, query.parts))
    return 1 + _depth(query.part) if isinstance(query, Not) else 0


class _Parser:
    """Recursive descent over the lexemes; a group that says nothing is None and falls away."""

    def __init__(self, pieces: Sequence[Lexeme], *, now: datetime, zone: tzinfo) -> None:
        self._pieces = pieces
        self._at = 0
        self._open = 0
        self._now = now
        self._zone = zone

    def parse(self) -> Query:
        parts: list[Query | None] = []
        while self._at < len(self._pieces):
            parts.append(self._sequence(None))
            self._take(LexemeKind.CLOSE)  # one too many
        return joined(And, parts) or Everything()

    def _peek(self, *kinds: LexemeKind) -> bool:
        return self._at < len(self._pieces) and self._pieces[self._at].kind in kinds

    def _take(self, *kinds: LexemeKind) -> Lexeme | None:
        if not self._peek(*kinds):
            return None
        self._at += 1
        return self._pieces[self._at - 1]

    def _sequence(self, scope: Lexeme | None) -> Query | None:
        parts: list[Query | None] = []
        while self._at < len(self._pieces) and not self._peek(LexemeKind.CLOSE):
            if not self._take(LexemeKind.OR, LexemeKind.AND):
                parts.append(self._either(scope))
        return joined(And, parts)

    def _either(self, scope: Lexeme | None) -> Query | None:
        parts = [self._both(scope)]
        while self._operator() is LexemeKind.OR:
            parts.append(self._both(scope))
        return joined(Or, parts)

    def _both(self, scope: Lexeme | None) -> Query | None:
        parts = [self._term(scope)]
        while self._operator(only=LexemeKind.AND) is LexemeKind.AND:
            parts.append(self._term(scope))
        return joined(And, parts)

    def _operator(self, only: LexemeKind | None = None) -> LexemeKind | None:
        """Take the operators that stand here; of several in a row (`a OR AND b`) an OR wins."""
        at = self._at
        found: set[LexemeKind] = set()
        while piece := self._take(LexemeKind.OR, LexemeKind.AND):
            found.add(piece.kind)
        operator = LexemeKind.OR if LexemeKind.OR in found else LexemeKind.AND if found else None
        if only is not None and operator is not only:
            self._at = at
        return operator

    def _term(self, scope: Lexeme | None) -> Query | None:
        negated = False
        while self._take(LexemeKind.NOT):
            negated = not negated
        part = self._primary(scope)
        if part is None or not negated:
            return part
        return part.part if isinstance(part, Not) else Not(part=part)

    def _primary(self, scope: Lexeme | None) -> Query | None:
        if opened := self._take(LexemeKind.OPEN):
            return self._group(opened if opened.field else scope)
        if piece := self._take(LexemeKind.WORD, LexemeKind.PREFIX, LexemeKind.QUOTED):
            named = piece if piece.field or scope is None else scope
            return self._leaf(piece, named.field, named.name)
        return None

    def _group(self, scope: Lexeme | None) -> Query | None:
        self._open += 1
        if self._open > 2 * DEEPEST_NESTING:  # what is left of harmless doubled parentheses; the tree has its own bound
            raise _too_deep()
        query = self._sequence(scope)
        self._take(LexemeKind.CLOSE)
        self._open -= 1
        return query

    def _leaf(self, piece: Lexeme, field: QueryField | None, name: str) -> Query | None:
        if field is not None and field.kind is FieldKind.DATE:
            return self._date(field, name, piece.text)
        if field is not None and field.kind is FieldKind.REVISION:
            return self._revision(field, piece.text)
        if not piece.text or not has_words(piece.text):
            return None
        if field is not None and field.kind is FieldKind.CODE:
            return _code(field, piece)
        key = field.key if field else None
        if piece.kind is LexemeKind.PREFIX:
            return Prefix(text=piece.text, field=key)
        if piece.kind is LexemeKind.WORD:
            return Word(text=piece.text, field=key)
        if field is not None and field.kind is FieldKind.NAME:
            return Equals(field=field.key, value=piece.text)
        return Phrase(text=piece.text, field=key)

    def _date(self, field: QueryField, name: str, text: str) -> Query:
        try:
            start, end = span_of(name, text, now=self._now, zone=self._zone)
        except ValueError as error:
            raise ConfigurationError.of(f"query: {name}", text, ALLOWED) from error
        return Between(field=field.key, start=start, end=end)

    def _revision(self, field: QueryField, text: str) -> Query | None:
        if field.name == "revisions":
            if text.lower() not in {"all", "latest"}:
                raise ConfigurationError.of("query: revisions", text, "all, latest")
            return AsOf(moment=None) if text.lower() == "all" else None
        try:
            return AsOf(moment=moment_of(text, now=self._now, zone=self._zone))
        except ValueError as error:
            raise ConfigurationError.of("query: as_of", text, MOMENT_ALLOWED) from error


def _code(field: QueryField, piece: Lexeme) -> Query:
    pattern, allowed = _CODES.get(field.name, (None, ""))
    if pattern is not None and not pattern.fullmatch(piece.text):
        raise ConfigurationError.of(f"query: {field.name}", piece.text, allowed)
    value = f"https://{piece.text}" if field.name == "url" and "://" not in piece.text else piece.text
    if piece.kind is LexemeKind.PREFIX:
        return Prefix(text=value, field=field.key)
    return Equals(field=field.key, value=value)


def joined(kind: type[And] | type[Or], parts: Sequence[Query | None]) -> Query | None:
    """Return the parts under one And or Or, flattened; the part itself where there is one, None where there is none."""
    flat: list[Query] = []
    for part in parts:
        if isinstance(part, kind):
            flat += part.parts
        elif part is not None:
            flat.append(part)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else kind(parts=tuple(flat))
