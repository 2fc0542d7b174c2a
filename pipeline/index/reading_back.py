"""A document → the article it was made of, so that what follows cleaning can run again without cleaning. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.index.build import of_cleaning
from pipeline.index.document import ArticleDocument
from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    Block,
    BlockKind,
    Candidate,
    Caption,
    DatePrecision,
    Digest,
    EntryId,
    FeedId,
    Removed,
    Rights,
    UrlKey,
)

_FROM_THE_DOCUMENT = (
    "url", "country", "title", "agency", "dateline", "contributors", "section", "image", "summary", "page_type",
    "syndicated_from",
)  # fmt: skip
_RIGHTS = ("noindex", "noarchive", "ai_allowed", "tdm_reserved", "free_to_read")
_LISTS = ("authors", "corrections", "tags", "flags")


def article_of(document: ArticleDocument, *, entry_id: EntryId, text_digest: Digest) -> Article | None:
    """Return the article of a document; None where a document of it would not be the same again in every field that cleaning
    sets, because more is kept of articles than is known here: such a page has to be cleaned again.

    Args:
        document: as the index gives it.
        entry_id: the entry it came from, which documents do not name.
        text_digest: of its text, as the ledger has it.
    """
    try:
        article = _article(document, entry_id, text_digest)
        again = of_cleaning(article, document["revision"])
    except (KeyError, ValueError, TypeError):  # an older shape
        return None
    same = all(document.get(name) == value for name, value in again.items())
    return article if same else None


def _article(document: ArticleDocument, entry_id: EntryId, text_digest: Digest) -> Article:
    own, *aliases = document["url_keys"]
    fields: dict[str, Any] = {name: document[name] for name in _FROM_THE_DOCUMENT}  # type: ignore[literal-required]
    fields |= {name: tuple(document[name]) for name in _LISTS}  # type: ignore[literal-required]
    pointer = document["archive"]
    return Article(
        **fields,
        article_id=ArticleId(document["article_id"]),
        entry_id=entry_id,
        feed_id=FeedId(document["feed_id"]),
        url_key=UrlKey(own),
        aliases=tuple(map(UrlKey, aliases)),
        publisher=document["source"],
        blocks=tuple(Block(kind=BlockKind(one["kind"]), text=one["text"], level=one["level"]) for one in document["blocks"]),
        captions=tuple(Caption(**one) for one in document["captions"]),
        published=_moment(document["published"]),
        published_precision=DatePrecision(document["published_precision"]),
        modified=_moment(document["modified"]),
        language=None if document["language"] == "und" else document["language"],
        rights=Rights(**{name: document[name] for name in _RIGHTS}),  # type: ignore[literal-required]
        removed=tuple(Removed(**one) for one in document["removed"]),
        candidates=tuple(Candidate(**one) for one in document["candidates"]),
        fetched_at=datetime.fromisoformat(document["fetched_at"]),
        first_seen_at=datetime.fromisoformat(document["first_seen_at"]),
        pointer=ArchivePointer(file=pointer["file"], offset=pointer["offset"], length=pointer["length"], digest=Digest(pointer["digest"])),
        text_digest=text_digest,
        cleaner=document["pipeline"]["clean"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
