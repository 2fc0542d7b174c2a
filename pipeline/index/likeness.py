"""What makes articles alike: a query for backends that have no such question of their own, and how two rankings become one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.index.analysis import analysed
from pipeline.index.document import ArticleDocument
from pipeline.index.query import And, Equals, Not, Or, Query, Word
from pipeline.types import ArticleId

MOST_WORDS = 25
LIKELY = 3  # times as many as are asked for are looked at: some are of another language, others better by another ranking
_SHORTEST = 4  # letters; what is shorter is mostly grammar
_DAMPING = 60  # of the first ranks against the later ones, the usual value; see `fused`


def like_query(document: ArticleDocument) -> Query | None:
    """Return what finds articles on the same matter in the same language: the words of its title, keywords and names, any of
    them. None where it has none.
    """
    words = telling_words(document)
    if not words:
        return None
    itself = Not(part=Equals(field="article_id", value=document["article_id"]))
    language = Equals(field="language", value=document["language"].split("-")[0])
    return And(parts=(Or(parts=tuple(Word(text=word) for word in words)), language, itself))


def telling_words(document: ArticleDocument) -> list[str]:
    """Return the words by which others on the same matter can be told, folded, the most telling first."""
    return list(dict.fromkeys(word for text in _telling(document) for word in analysed(text)[0] if len(word) >= _SHORTEST))[:MOST_WORDS]


def fused(*rankings: Iterable[ArticleId]) -> list[tuple[ArticleId, float]]:
    """Return the articles of several rankings with their scores, the best first: reciprocal rank fusion, which asks nothing
    of the scores they were ranked by (Cormack, Clarke and Büttcher 2009).
    """
    scores: defaultdict[ArticleId, float] = defaultdict(float)
    for ranking in rankings:
        for rank, article_id in enumerate(ranking, 1):
            scores[article_id] += 1 / (_DAMPING + rank)
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))


def _telling(document: ArticleDocument) -> Iterator[str]:
    yield document["title"]
    yield from document["keywords"]
    for names in (document["people"], document["organisations"], document["places"]):
        yield from names
