"""The one query language of every backend: words, "phrases", -not, OR, prefix*, field:value, dates → one tree.

A user's text is parsed by `parser.py` and nowhere else: never into an engine's own parser. `field` of a leaf is a key of
`ArticleDocument`; None is title, body and the rest (summary, captions, names of authors, source, section, tags, keywords).
docs/query-language.md is the user's side of this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from pipeline.index.document import ArticleDocument
from pipeline.types import ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word, folded and stemmed in the document's language; in a name field, one of the name's words, folded."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in this order, next to each other, folded but not stemmed."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Words that begin so (without the star), folded; in a code field (URL, id), whole values that begin so."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """A whole value: source:"La Costa", language:es. Names are compared folded; a language also finds its regions (pt-BR)."""

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A time range on a date field: start ≤ t < end; None is open."""

    field: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """What was known at a moment: revisions with `fetched_at` ≤ moment < `superseded_at`. None: all revisions."""

    moment: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of these."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """At least one of these."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """None of this."""

    part: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """The empty query: every document."""


Query = Word | Phrase | Prefix | Equals | Between | AsOf | And | Or | Not | Everything
LATEST = AsOf(moment=datetime.max.replace(tzinfo=UTC))


def of_latest(query: Query) -> Query:
    """Return the query, asked of the latest revisions unless it says itself which it means: every backend's first step."""
    return query if names_revisions(query) else And(parts=(query, LATEST))


def names_revisions(query: Query) -> bool:
    """Whether a query says itself which revisions it means."""
    match query:
        case And(parts=parts) | Or(parts=parts):
            return any(map(names_revisions, parts))
        case Not(part=part):
            return names_revisions(part)
        case _:
            return isinstance(query, AsOf)


class Sort(StrEnum):
    """Best first, or newest first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What a search asks for. `cursor` is a `SearchPage.next_cursor` of the same query and sort; `facets` are out of FACETS.

    Where nothing in the query scores (no word or phrase that must match), RELEVANCE is NEWEST. NEWEST pages stay exact while
    documents are added; RELEVANCE pages only while none are, because every document moves the scores.

    With `collapse` of each story only its first hit in that order is a hit, whose `also` names the others; `size` counts
    stories then, `total` and facets still count articles.
    """

    query: Query
    size: int = 10
    sort: Sort = Sort.RELEVANCE
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = 10
    collapse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of snippet text; `marked` where it matched. Plain text: whoever shows it escapes it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found document with its snippet."""

    article_id: ArticleId
    score: float
    document: ArticleDocument
    snippet: tuple[Fragment, ...] = ()
    title: tuple[Fragment, ...] = ()
    also: tuple[str, ...] = ()  # with `collapse`: the other sources whose articles of this story match, in alphabetical order


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """One value of a facet and how many of the hits have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of hits, the number of all, and the facets asked for, in the order asked.

    A facet's values come most frequent first; those of `day` (YYYY-MM-DD, UTC) newest first. `next_cursor` is None on the
    last page. Facets of a question with tens of thousands of hits may be half a minute older than the hits.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    next_cursor: str | None = None
    milliseconds: float = 0.0


FACETS: tuple[str, ...] = ("day", "source", "language", "section", "people", "organisations", "places")
