"""Why an index will not take a document. Checked before anything is written, the same for every backend."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pipeline.index.document import ArticleDocument

LARGEST_DOCUMENT = 20_000_000  # bytes of JSON

_KEYS = frozenset(ArticleDocument.__annotations__)
_TIMES = ("@timestamp", "published", "modified", "first_seen_at", "fetched_at", "indexed_at", "superseded_at", "taken_down_at")


def refusal(document: ArticleDocument) -> str | None:
    """Return what is wrong with a document, or None where it can be indexed.

    It must have exactly the keys of `ArticleDocument`, each of its type; times must be ISO 8601 with a zone; text must be
    Unicode that can be written down (no lone surrogates).
    """
    if surplus := set(document) - _KEYS:
        return f"unknown field: {min(surplus)}"
    try:
        size = len(msgspec.json.encode(document))
        msgspec.convert(document, ArticleDocument)
        for key in _TIMES:
            _check_time(key, document[key])  # type: ignore[literal-required]
    except (msgspec.ValidationError, UnicodeError, TypeError, ValueError) as error:
        return str(error)
    if not document["article_id"]:
        return "article_id is empty"
    return f"{size:,} bytes; at most {LARGEST_DOCUMENT:,} are taken" if size > LARGEST_DOCUMENT else None


def _check_time(key: str, text: str | None) -> None:
    if text is None:
        return
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(f"{key}: {text} has no zone")
