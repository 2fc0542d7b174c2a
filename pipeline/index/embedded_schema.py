"""The embedded index's fields, and a document as tantivy sees it.

tantivy analyses nothing here: `analysis` and `stemming` give it words with spaces between them, so that index, question and
snippet cannot disagree. It stores nothing but the id: the documents themselves are in SQLite.

    anywhere                      the words of all texts in one list each: what a word without a field asks, see below
    starts                        with which letters words begin, two to four of them: what a prefix asks
    title body rest               folded words with positions: exact words, phrases, prefixes
    title_stem body_stem          stems, each with its language: de:wahl
    names                         words of short names, each with its key: people=blinken
    keys                          whole values: people=antony blinken

`anywhere` holds of each word its stem, and the word itself, folded, only where folding changes it or its language has no
stemmer: so one list answers for nearly all of a word, and the engine skips what cannot be among the best. What earlier
revisions have in `anywhere` and `starts` begins with EARLIER, so that who asks for the latest needs no second condition. A
title's words stand in `anywhere` TITLE_WEIGHT times (Robertson, Zaragoza & Taylor 2004, "Simple BM25 extension to multiple
weighted fields").
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import tantivy

from pipeline.index.analysis import LONGEST_WORD, analysed, key_form
from pipeline.index.dates import microseconds
from pipeline.index.document import ArticleDocument
from pipeline.index.fields import CODE_KEYS, NAME_KEYS, QUERY_FIELDS, FieldKind
from pipeline.index.query import FACETS
from pipeline.index.sought import ZONES
from pipeline.index.stemming import stem_group, stems, words_anywhere
from pipeline.urls import url_key

SCHEMA_VERSION = 3  # raise it with every change of fields or analysis: the index is then rebuilt from the documents

TERM_FACETS: tuple[str, ...] = tuple(facet for facet in FACETS if facet != "day")
LONGEST_KEY = 2_048
EARLIER = "~"
TITLE_WEIGHT = 3
STARTS = (2, 3, 4)  # letters

STEMMED: tuple[str, ...] = tuple(field.key for field in QUERY_FIELDS if field.kind is FieldKind.TEXT)  # asked by name

_SPACED = "spaced"
_GAP = " ¶ "  # between two texts of a field: no word, so that no phrase reaches across it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = 2**63 - 1  # microseconds: when the latest revision is superseded
_ORDER_BITS = 30
_ORDER_ZERO = 1 << 33  # seconds added, so that years before 1970 stay positive: 34 bits reach from 1697 to 2242


def build_schema() -> tantivy.Schema:
    """Return the schema; what it is good for is in the head of this module."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("group", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("anywhere", tokenizer_name=_SPACED, index_option="freq")
    builder.add_text_field("starts", tokenizer_name=_SPACED, index_option="basic")
    for zone in ZONES:
        builder.add_text_field(zone, tokenizer_name=_SPACED, index_option="position")
    for zone in STEMMED:
        builder.add_text_field(f"{zone}_stem", tokenizer_name=_SPACED, index_option="freq")
    builder.add_text_field("names", tokenizer_name=_SPACED, index_option="position")
    builder.add_text_field("keys", tokenizer_name="raw", index_option="basic")
    for facet in TERM_FACETS:
        builder.add_text_field(f"facet_{facet}", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_date_field("day", fast=True)
    builder.add_integer_field("moment", fast=True)  # microseconds; the date field keeps seconds only
    builder.add_unsigned_field("order", fast=True)
    builder.add_integer_field("known", fast=True)  # from when on this revision was known, microseconds
    builder.add_integer_field("until", fast=True, indexed=True)  # until a newer one was; FOREVER for the latest
    builder.add_unsigned_field("story", fast=True)  # a hash of the story's id, to collapse by
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Give an opened index the tokenizer its schema names."""
    index.register_tokenizer(_SPACED, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def tantivy_document(document: ArticleDocument) -> tantivy.Document:
    """Return the searchable side of a document. Raises `ValueError` where its `@timestamp` is none."""
    moment = datetime.fromisoformat(document["@timestamp"]).astimezone(UTC)
    group = stem_group(document["language"])
    built = tantivy.Document()
    built.add_text("id", document["article_id"])
    built.add_date("day", moment)
    built.add_integer("moment", microseconds(moment))
    built.add_unsigned("order", order_of(moment, document["article_id"]))
    built.add_integer("known", microseconds(datetime.fromisoformat(document["fetched_at"])))
    superseded = document["superseded_at"]
    built.add_integer("until", microseconds(datetime.fromisoformat(superseded)) if superseded else FOREVER)
    built.add_unsigned("story", story_number(document["story_id"]))
    if group:
        built.add_text("group", group)
    _add_texts(built, document, group)
    _add_names(built, document)
    _add_facets(built, document)
    return built


def order_of(moment: datetime, article_id: str) -> int:
    """Return one number that sorts by time (to the second) and tells articles of the same second apart."""
    seconds = min(max((moment - _EPOCH) // timedelta(seconds=1) + _ORDER_ZERO, 0), 2 * _ORDER_ZERO - 1)
    tie = int.from_bytes(blake2b(article_id.encode(), digest_size=4).digest(), "big") >> (32 - _ORDER_BITS)
    return seconds << _ORDER_BITS | tie


def story_number(story_id: str) -> int:
    """Return the number a story has in the column `story`: a hash of its id."""
    return int.from_bytes(blake2b(story_id.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=100_000)
def key_term(key: str, value: str) -> str:
    """Return how a whole value stands among the `keys`. URLs and ids keep their case; names and codes are folded."""
    form = url_key(value) if key == "url" else key_form(value)
    return f"{key}={form}"[:LONGEST_KEY]


def _rest(document: ArticleDocument) -> list[str]:
    captions = [part for caption in document["captions"] for part in (caption["text"], caption["credit"])]
    single = [document["summary"], document["source"], document["section"], document["agency"], document["dateline"]]
    return [text for text in (*single, *captions, *document["authors"], *document["tags"], *document["keywords"]) if text]


def _add_texts(built: tantivy.Document, document: ArticleDocument, group: str | None) -> None:
    anywhere: list[str] = []
    known: set[str] = set()
    for zone, texts in {"title": [document["title"]], "body": [document["body"]], "rest": _rest(document)}.items():
        both = [analysed(text) for text in texts]
        built.add_text(zone, _GAP.join(" ".join(words) for words, _ in both))
        known.update(chain.from_iterable(words for words, _ in both))
        found = [word for words, written in both for word in words_anywhere(words, written, group)]
        anywhere += found * TITLE_WEIGHT if zone == "title" else found
        if group and zone in STEMMED:
            built.add_text(f"{zone}_stem", " ".join(stems(chain.from_iterable(written for _, written in both), group)))
    starts = {word[:length] for length in STARTS for word in known if len(word) >= length}
    lead = f" {EARLIER}" if document["superseded_at"] else " "
    built.add_text("anywhere", (lead + lead.join(" ".join(anywhere).split())) if lead != " " else " ".join(anywhere))
    built.add_text("starts", lead + lead.join(starts))


def _values(document: ArticleDocument, key: str) -> list[str]:
    value = document[key]  # type: ignore[literal-required]
    return [each for each in ([value] if isinstance(value, str) else value or ()) if each]


def _add_names(built: tantivy.Document, document: ArticleDocument) -> None:
    names: list[str] = []
    for key in NAME_KEYS:
        for value in _values(document, key):
            built.add_text("keys", key_term(key, value))
            names.append(_name_words(key, value))
    built.add_text("names", _GAP.join(names))
    for key in CODE_KEYS:
        for value in _values(document, key):
            built.add_text("keys", key_term(key, value))
    for value in _values(document, "url_keys"):
        built.add_text("keys", key_term("url", value))
    primary, dash, _ = document["language"].partition("-")
    if dash:
        built.add_text("keys", key_term("language", primary))


@lru_cache(maxsize=100_000)
def _name_words(key: str, value: str) -> str:
    return " ".join(f"{key}={word}" for word in analysed(value)[0])


def _add_facets(built: tantivy.Document, document: ArticleDocument) -> None:
    for facet in TERM_FACETS:
        for value in dict.fromkeys(_values(document, facet)):
            built.add_text(f"facet_{facet}", value[: 4 * LONGEST_WORD])
