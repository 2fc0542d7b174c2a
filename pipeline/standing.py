"""How articles stand to one another: what the ledger remembers of fingerprints, stories and copies. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pipeline.types import ArchivePointer, ArticleId, Digest, EntryId, UrlKey, Validators

WINDOW: Final = timedelta(hours=120)  # articles further apart are never one story by themselves


class CopyKind(StrEnum):
    """What became of the words of the article a copy was made of."""

    VERBATIM = "verbatim"  # nearly all of them are there
    CUT = "cut"  # fewer, but hardly any others
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What of a text is enough to recognise it by. The bytes are numbers in little-endian order, as `stories` made them."""

    shingles: int  # different ones in the text
    signature: bytes  # 128 × uint32: MinHash
    bands: bytes  # 42 × int64: keys; two texts that share none are never compared
    numbers: bytes  # sample of the shingles with a number in them, uint32, ascending
    names: bytes  # of those with a capitalised word
    plain: bytes  # of those outside quotation marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article as far as stories are concerned. Without a fingerprint (too short a text) it stands alone."""

    article_id: ArticleId
    at: datetime  # when it counts as published
    site: str  # registered domain
    publisher: str
    agency: str | None = None  # credited by it
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a page said when it was read: enough to tell that another page of its site says the same."""

    article_id: ArticleId  # of the page's own address
    url: str
    url_key: UrlKey
    host: str
    site: str  # registered domain
    title_digest: Digest  # of the title's words
    title_length: int  # of these words, in letters
    text_digest: Digest  # of title and body
    signature: bytes | None  # of the fingerprint; None where the text is too short for one
    at: datetime  # when the page was first seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which story an article is in and what it was copied from. `story_id` is the id of the article it was first told in."""

    story_id: ArticleId
    copy_of: ArticleId | None = None
    kind: CopyKind | None = None
    distance: float | None = None  # 0.0: the same words; 1.0: none in common


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """A member of a story with its standing."""

    member: Member
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """An article that stands differently now; `before` is None where it is new."""

    article_id: ArticleId
    before: Standing | None
    after: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Originality:
    """How much of what a publisher published was its own."""

    publisher: str
    articles: int
    copies: Mapping[CopyKind, int]
    copied: int  # articles of others that are copies of its own

    @property
    def own(self) -> float:
        """The share of its articles that are no copies, 0 to 1."""
        return 1 - sum(self.copies.values()) / self.articles if self.articles else 0.0


# Says how every one of these members stands, all of them being whole stories and newcomers. Pure. The mapping has the story of
# each member that had settled before as it is now: two of different stories need not be compared again.
Alike = Callable[[Sighting, Sighting], bool]
Arrange = Callable[[Sequence[Member], Mapping[ArticleId, ArticleId]], Mapping[ArticleId, Standing]]


# ── revisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Change(StrEnum):
    """How a revision differs from the one before. One revision may have several."""

    HEADLINE = "headline"
    CORRECTION = "correction"  # and says so
    SILENT_EDIT = "silent-edit"  # the text was changed and nothing says so
    NUMBERS = "numbers"
    QUOTE = "quote"
    SUBSTANTIAL = "substantial"  # a fifth of the text or more
    TAKEN_DOWN = "taken-down"
    RESTORED = "restored"


class TakenDown(StrEnum):
    """When the text of an article that its publisher took down is still found. It is kept, and shown by id, either way."""

    NEVER = "never"
    BEFORE = "before"  # by `as_of:` a moment before it was taken down, as what was known then
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text an article once had. `known_at` is when it was fetched; a take-down repeats the text that was taken down."""

    article_id: ArticleId
    number: int  # 1, 2, …
    known_at: datetime
    text_digest: Digest
    pointer: ArchivePointer
    title: str
    text: str  # blocks joined by blank lines
    corrections: tuple[str, ...] = ()
    modified: datetime | None = None  # as the page says
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """When a page is to be looked at again, and what its server wants to be reminded of."""

    entry_id: EntryId
    article_id: ArticleId
    domain: str
    url: str  # the validators are this page's
    validators: Validators
    checked_at: datetime
    due_at: datetime | None = None  # None: never again
    unchanged: int = 0  # times in a row


class Fate(StrEnum):
    """What became of a sentence."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """One sentence of either revision. Of an added one `before` is empty, of a removed one `after`."""

    fate: Fate
    before: str
    after: str
