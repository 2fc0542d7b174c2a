"""Do two indices find the same? Questions made of the documents' own words, asked of both, their hits compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from pipeline.index.analysis import analysed
from pipeline.index.document import ArticleDocument
from pipeline.index.printing import to_text
from pipeline.index.query import And, Equals, Not, Or, Phrase, Prefix, Query, SearchRequest, Sort, Word

if TYPE_CHECKING:
    from pipeline.ports import ArticleIndex

PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A question to which the two answer differently: how many only the one finds, and only the other."""

    query: str
    only_first: int
    only_second: int
    both: int


def made_queries(documents: Sequence[ArticleDocument], random: Random, count: int) -> Iterator[Query]:
    """Yield so many questions: words, phrases, prefixes, names and languages of the documents, alone and joined."""
    for _ in range(count if documents else 0):
        parts = [_leaf(random.choice(documents), random) for _ in range(random.choice((1, 1, 2, 3)))]
        if len(parts) == 1:
            yield parts[0]
        elif random.random() < 0.3:
            yield And(parts=(*parts[:-1], Not(part=parts[-1])))
        else:
            yield random.choice((And, Or))(parts=tuple(parts))


def _leaf(document: ArticleDocument, random: Random) -> Query:
    words = analysed(document["title"])[1] + analysed(document["body"])[1]
    at = random.randrange(max(len(words), 1))
    word = words[at] if words else document["source"]
    kinds: list[Query] = [Word(text=word), Word(text=word, field="title"), Phrase(text=" ".join(words[at : at + 2]) or word)]
    kinds.append(Prefix(text=word[:4]))
    kinds += [Equals(field="language", value=document["language"]), Equals(field="source", value=document["source"])]
    kinds += [Equals(field="people", value=name) for name in document["people"][:1]]
    return random.choice(kinds)


def differences(first: ArticleIndex, second: ArticleIndex, queries: Iterator[Query]) -> Iterator[tuple[Query, Difference | None]]:
    """Yield each question, with the difference where there is one."""
    for query in queries:
        one, other = found(first, query), found(second, query)
        unlike = Difference(query=to_text(query), only_first=len(one - other), only_second=len(other - one), both=len(one & other))
        yield query, unlike if one != other else None


def found(index: ArticleIndex, query: Query) -> frozenset[str]:
    """Return the ids of all hits, however many pages they take."""
    ids: set[str] = set()
    cursor: str | None = None
    while True:
        page = index.search(SearchRequest(query=query, size=PAGE, sort=Sort.NEWEST, cursor=cursor))
        ids |= {hit.article_id for hit in page.hits}
        cursor = page.next_cursor
        if cursor is None:
            return frozenset(ids)
