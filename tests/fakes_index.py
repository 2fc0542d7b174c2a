"""`ArticleIndex` in memory: every document is looked at for every query, so that nothing can be overlooked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import mul
from typing import Any

from pipeline.errors import ConfigurationError
from pipeline.index.analysis import QueryToken, analysed, key_form
from pipeline.index.cursors import Cursor, read_cursor
from pipeline.index.document import ArticleDocument
from pipeline.index.fields import NAME_KEYS
from pipeline.index.likeness import fused, like_query
from pipeline.index.query import (
    FACETS,
    And,
    AsOf,
    Between,
    Equals,
    Everything,
    FacetCount,
    Hit,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    SearchPage,
    SearchRequest,
    Sort,
    Word,
    of_latest,
)
from pipeline.index.refusal import refusal
from pipeline.index.snippets import Highlighter
from pipeline.index.sought import Sought, sought_by
from pipeline.index.spelling import best_of, put_right
from pipeline.index.stemming import stem_group, stems
from pipeline.types import ArticleId
from pipeline.urls import url_key


class InMemoryIndex:
    """What is upserted becomes searchable at `refresh`, as late as a backend may make it."""

    def __init__(self) -> None:
        self._stored: dict[str, ArticleDocument] = {}
        self._searchable: dict[str, ArticleDocument] = {}

    def prepare(self) -> None:
        pass

    def upsert(self, documents: Iterable[ArticleDocument]) -> Mapping[ArticleId, str]:
        refused: dict[ArticleId, str] = {}
        for document in documents:
            if reason := refusal(document):
                refused[ArticleId(str(document.get("article_id")))] = reason
            elif document["version"] >= self._stored.get(document["article_id"], document)["version"]:
                self._stored[document["article_id"]] = document
        return refused

    def delete(self, article_ids: Sequence[ArticleId]) -> None:
        for article_id in article_ids:
            self._stored.pop(article_id, None)

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        return self._stored.get(article_id)

    def similar(self, article_id: ArticleId, *, size: int = 10) -> tuple[Hit, ...]:
        document = self.get(article_id)
        if document is None or not document["vector"]:
            return self._alike(document, size) if document else ()
        others = self.search(SearchRequest(query=Everything(), size=1_000)).hits
        near = sorted((hit for hit in others if _comparable(hit.document, document)), key=lambda hit: -_likeness(hit.document, document))
        ranked = fused([hit.article_id for hit in near], [hit.article_id for hit in self._alike(document, 1_000)])
        hits = {hit.article_id: hit for hit in others}
        return tuple(hits[one] for one, _ in ranked[:size])

    def _alike(self, document: ArticleDocument, size: int) -> tuple[Hit, ...]:
        query = like_query(document)
        if query is None:
            return ()
        words = set(analysed(f"{document['title']} {document['body']}")[0])
        hits = self.search(SearchRequest(query=query, size=1_000)).hits
        return tuple(sorted(hits, key=lambda hit: -len(words & set(analysed(f"{hit.document['title']} {hit.document['body']}")[0]))))[:size]

    def did_you_mean(self, query: Query) -> Query | None:
        words = Counter(word for each in self._searchable.values() for word in {*analysed(each["title"])[0], *analysed(each["body"])[0]})
        return put_right(query, lambda word: None if self.count(Word(text=word)) else best_of(word, words.items()))

    def refresh(self) -> None:
        self._searchable = {key: document for key, document in self._stored.items() if not document["noindex"]}

    def close(self) -> None:
        pass

    def count(self, query: Query | None = None) -> int:
        return len(self._matching(query or Everything()))

    def search(self, request: SearchRequest) -> SearchPage:
        if not 1 <= request.size <= 1000 or not 1 <= request.facet_size <= 1000:
            raise ConfigurationError.of("size", request.size, "1 to 1000")
        if unknown := set(request.facets) - set(FACETS):
            raise ConfigurationError.of("facet", min(unknown), ", ".join(FACETS))
        found = sorted(self._matching(request.query), key=_newest_first)
        begin = read_cursor(request.cursor, Sort.NEWEST).rank if request.cursor else 0
        total = len(found)
        also = {document["article_id"]: _also(document, found) if request.collapse else () for document in found}
        facets = {facet: _facet(found, facet, request.facet_size) for facet in request.facets}
        if request.collapse:
            found = list({document["story_id"]: document for document in reversed(found)}.values())[::-1]
            found.sort(key=_newest_first)
        shown = found[begin : begin + request.size]
        end = begin + len(shown)
        highlighter = Highlighter(request.query)
        return SearchPage(
            hits=tuple(_hit(document, highlighter, also[document["article_id"]]) for document in shown),
            total=total,
            facets=facets,
            next_cursor=Cursor(Sort.NEWEST, 0, 0.0, end).text() if end < len(found) else None,
        )

    def _matching(self, query: Query) -> list[ArticleDocument]:
        return [document for document in self._searchable.values() if matches(of_latest(query), document)]


def _also(document: ArticleDocument, found: Sequence[ArticleDocument]) -> tuple[str, ...]:
    return tuple(sorted({each["source"] for each in found if each["story_id"] == document["story_id"]} - {document["source"]}))


def _newest_first(document: ArticleDocument) -> tuple[float, str]:
    return -_moment(document).timestamp(), document["article_id"]


def _moment(document: ArticleDocument) -> datetime:
    return datetime.fromisoformat(document["@timestamp"]).astimezone(UTC)


def _hit(document: ArticleDocument, highlighter: Highlighter, also: tuple[str, ...]) -> Hit:
    return Hit(
        article_id=ArticleId(document["article_id"]),
        score=0.0,
        document=document,
        snippet=highlighter.body(document["body"], document["language"]),
        title=highlighter.title(document["title"], document["language"]),
        also=also,
    )


def _facet(found: Sequence[ArticleDocument], facet: str, size: int) -> tuple[FacetCount, ...]:
    counts: Counter[str] = Counter()
    for document in found:
        counts.update([_moment(document).date().isoformat()] if facet == "day" else set(_values(document, facet)))
    by_value = sorted(counts.items(), reverse=facet == "day")
    ordered = by_value if facet == "day" else sorted(by_value, key=lambda each: -each[1])
    return tuple(FacetCount(value=value, count=count) for value, count in ordered[:size])


def _values(document: ArticleDocument, key: str) -> list[str]:
    value: Any = document[key]  # type: ignore[literal-required]
    return [each for each in ([value] if isinstance(value, str) else value or []) if each]


def matches(query: Query, document: ArticleDocument) -> bool:
    """Whether the document is what the query asks for, by looking."""
    match query:
        case Everything():
            return True
        case And(parts=parts):
            return all(matches(part, document) for part in parts)
        case Or(parts=parts):
            return any(matches(part, document) for part in parts)
        case Not(part=part):
            return not matches(part, document)
        case Between(start=start, end=end):
            return (start is None or start <= _moment(document)) and (end is None or _moment(document) < end)
        case AsOf(moment=moment):
            superseded = document["superseded_at"]
            known = moment is None or datetime.fromisoformat(document["fetched_at"]) <= moment
            return known and (moment is None or superseded is None or moment < datetime.fromisoformat(superseded))
        case Equals(field=key, value=value):
            return _equals(document, key, value)
        case Prefix(field=key, text=text) if key is not None and key not in {"title", "body", *NAME_KEYS}:
            form = url_key if key == "url" else key_form
            return any(form(value).startswith(form(text)) for value in _whole(document, key))
        case Word() | Phrase() | Prefix():
            return _holds(document, sought_by(query))


def _whole(document: ArticleDocument, key: str) -> list[str]:
    return [*_values(document, key), *(document["url_keys"] if key == "url" else [])]


def _equals(document: ArticleDocument, key: str, value: str) -> bool:
    if key == "url":
        return url_key(value) in {url_key(each) for each in _whole(document, key)}
    found = {key_form(each) for each in _values(document, key)}
    if key == "language":
        found |= {each.split("-")[0] for each in found}
    return key_form(value) in found


def _holds(document: ArticleDocument, sought: Sought) -> bool:
    if sought.field in NAME_KEYS:
        return any(_in_row(sought.tokens, analysed(value)[0]) for value in _values(document, sought.field))
    texts = {"title": [document["title"]], "body": [document["body"]], "rest": _rest(document)}
    looked_at = [sought.field] if sought.field else list(texts)
    group = stem_group(document["language"])
    for text in (text for zone in looked_at for text in texts[zone]):
        words, written = analysed(text)
        if _in_row(sought.tokens, words) or (group and sought.plain and sought.stem(group) in stems(written, group)):
            return True
    return False


def _rest(document: ArticleDocument) -> list[str]:
    captions = [part for caption in document["captions"] for part in (caption["text"], caption["credit"])]
    keys = ("summary", "source", "section", "agency", "dateline", "authors", "tags", "keywords")
    return captions + [value for key in keys for value in _values(document, key)]


def _in_row(tokens: Sequence[QueryToken], words: Sequence[str]) -> bool:
    if not tokens:
        return False
    reach = tokens[-1].offset
    return any(all(_fits(token, words[at + token.offset]) for token in tokens) for at in range(len(words) - reach))


def _fits(token: QueryToken, word: str) -> bool:
    return word.startswith(token.text) if token.open else word == token.text


def _comparable(one: ArticleDocument, other: ArticleDocument) -> bool:
    same = one["vector_model"] == other["vector_model"] and one["language"].split("-")[0] == other["language"].split("-")[0]
    return bool(one["vector"]) and same and one["article_id"] != other["article_id"]


def _likeness(one: ArticleDocument, other: ArticleDocument) -> float:
    numbers = [memoryview(bytes.fromhex(each["vector"] or "")).cast("b").tolist() for each in (one, other)]
    return sum(map(mul, *numbers)) / math.hypot(*numbers[0]) / math.hypot(*numbers[1])
