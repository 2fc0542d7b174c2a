"""What makes articles alike, as a query, for backends that have no such question of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.index.analysis import analysed
from pipeline.index.document import ArticleDocument
from pipeline.index.query import And, Equals, Not, Or, Query, Word

MOST_WORDS = 25
_SHORTEST = 4  # letters; what is shorter is mostly grammar


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


def _telling(document: ArticleDocument) -> Iterator[str]:
    yield document["title"]
    yield from document["keywords"]
    for names in (document["people"], document["organisations"], document["places"]):
        yield from names
