"""The text of a query, edited: filters taken off it and put on it, and ways to ask for more. Pure.

The text itself stays the truth (it is what the box shows and the parser reads); this only cuts it at the seams that the
query language has: blanks outside quotes, and parentheses. What it is not sure of, it leaves alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIELD_OF_FACET: dict[str, str] = {
    "day": "date",
    "source": "source",
    "language": "language",
    "section": "section",
    "people": "person",
    "organisations": "org",
    "places": "place",
}
CODE_FACETS = frozenset({"day", "language"})  # bare values; of a name, only a quoted value is the whole name
QUOTES = '"„“”«»‟＂'  # the language's: any of them opens, any of them closes
OPERATORS = frozenset({"OR", "AND", "NOT", "|"})

# One way to read each character, or a row of backslashes would take for ever.
_QUOTED = rf"[{QUOTES}](?:\\[\\{QUOTES}]|\\(?![\\{QUOTES}])|[^\\{QUOTES}])*[{QUOTES}]"
_TERM = re.compile(rf"[()|]|(?:{_QUOTED}|[{QUOTES}].*|[^\s()|{QUOTES}])+", re.DOTALL)
_FILTER = re.compile(rf"-?(?P<field>[^\W\d]\w*):(?P<value>{_QUOTED}|(?!//)[^\s()|{QUOTES}]+)")
_ESCAPE = re.compile(rf"\\([\\{QUOTES}])")
_OUTER_QUOTES = re.compile(rf"^[{QUOTES}]|[{QUOTES}]$")
_TO_ESCAPE = re.compile(rf"[\\{QUOTES}]")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A piece of the query between blanks, with its place in the text and how many parentheses it is in."""

    text: str
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A `field:value` that narrows the whole query, and the query without it."""

    field: str
    value: str
    negated: bool
    without: str


def terms(text: str) -> tuple[Term, ...]:
    """Return the terms of a query, parentheses and operators among them."""
    found = []
    depth = 0
    for match in _TERM.finditer(text):
        piece = match.group()
        depth = max(0, depth - (piece == ")"))  # one too many means nothing
        found.append(Term(text=piece, start=match.start(), end=match.end(), depth=depth))
        depth += piece == "("
    return tuple(found)


def filters(text: str) -> tuple[Filter, ...]:
    """Return the filters that narrow the whole query: outside parentheses and not joined to a neighbour by an operator."""
    all_terms = terms(text)
    found = []
    for place, term in enumerate(all_terms):
        match = _FILTER.fullmatch(term.text) if term.depth == 0 else None
        beside = {one.text for one in (*all_terms[max(0, place - 1) : place], *all_terms[place + 1 : place + 2])}
        if match and not beside & OPERATORS:
            found.append(
                Filter(
                    field=match["field"].lower(),
                    value=_bare(match["value"]),
                    negated=term.text.startswith("-"),
                    without=_tidied(text[: term.start] + " " + text[term.end :]),
                )
            )
    return tuple(found)


def with_filter(text: str, facet: str, value: str) -> str:
    """Return the query narrowed to one value of a facet. What was left open, a quote or a parenthesis, is closed first."""
    bare = facet in CODE_FACETS and _CODE.fullmatch(value)
    return f"{_closed(_tidied(text))} {FIELD_OF_FACET[facet]}:{value if bare else quoted(value)}".strip()


def quoted(text: str) -> str:
    """Return the text as the language quotes it, so that nothing in it means anything but itself."""
    return '"' + _TO_ESCAPE.sub(lambda match: "\\" + match[0], " ".join(text.split())) + '"'


def loosened(text: str) -> tuple[tuple[str, str], ...]:
    """Return ways to ask for more, each as (what changes, the query): fewer filters, any word, no quotes, beginnings."""
    text = _closed(text)
    all_terms = terms(text)
    pieces = [term.text for term in all_terms]
    words = [term for term in all_terms if term.depth == 0 and _is_word(term.text)]
    ways = [(f"without {one.field}: {one.value}", one.without) for one in filters(text)]
    if len(words) > 1 and not OPERATORS & set(pieces):
        others = [term.text for term in all_terms if term not in words]
        ways.append(("any of these words", " ".join([" OR ".join(word.text for word in words), *others])))
    if any(piece[0] in QUOTES for piece in pieces):
        ways.append(("the quoted words in any order", " ".join(_bare(piece) for piece in pieces)))
    if words and len(words[-1].text) > _SHORTEST_STEM:
        last = words[-1]
        ways.append((f"words that begin with “{last.text[:-1]}”", text[: last.start] + last.text[:-1] + "*" + text[last.end :]))
    return tuple((change, _tidied(query)) for change, query in ways)


def _is_word(piece: str) -> bool:
    return piece not in OPERATORS and piece[0] != "-" and piece.replace("-", "").isalnum()


def _bare(value: str) -> str:
    return _ESCAPE.sub(r"\1", _OUTER_QUOTES.sub("", value)) if value[0] in QUOTES else value


def _closed(text: str) -> str:
    found = terms(text)
    if not found:
        return text
    last = found[-1]
    if any(char in QUOTES for char in re.sub(_QUOTED, "", last.text)):
        text = text.rstrip("\\ ") + '"'
    return text + ")" * (last.depth + (last.text == "("))


def _tidied(text: str) -> str:
    return " ".join(text.split())
