"""The records, in travelling order: Feed → FeedEntry → FetchedPage → Article → EnrichedArticle → ArticleDocument.

All are frozen, slotted and keyword-only; sequences are tuples; times are aware UTC datetimes; text is NFC. A stage adds
a type and never edits one. What enters is checked once, at the border where it enters: the feed file, the bytes of a
feed, a response, a batch file. `ArticleDocument` lives beside its mapping in `index/document.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", str)  # kebab-case name out of the feed file
EntryId = NewType("EntryId", str)  # 32 hex digits: sha256(feed id, entry identity)
ArticleId = NewType("ArticleId", str)  # 32 hex digits: sha256(url key)
UrlKey = NewType("UrlKey", str)  # canonical form of a URL, for comparing, never for fetching
BatchId = NewType("BatchId", str)  # sortable: 20261118T074200-3f9a2c41
Digest = NewType("Digest", str)  # sha256 of the bytes, 64 hex digits

VECTOR_SIZE = 256  # numbers in the vector of an article, one signed byte each


# ── whom we follow ────────────────────────────────────────────────────────────────────────────────────────────────


class FeedKind(StrEnum):
    """How a source is read; AUTO looks at the bytes."""

    AUTO = "auto"
    RSS = "rss"  # RSS 0.9x, 1.0, 2.0 and Atom
    JSONFEED = "jsonfeed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source as the operator wrote it down. Language, country and timezone are hints: the text decides."""

    feed_id: FeedId
    url: str
    title: str = ""
    publisher: str = ""
    site: str = ""
    language: str | None = None  # BCP 47
    country: str | None = None  # ISO 3166-1 alpha-2
    kind: FeedKind = FeedKind.AUTO
    timezone: str = "UTC"  # IANA; for dates that name no zone
    tags: tuple[str, ...] = ()


# ── what a feed says ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed: a promise of an article. `url` is what to fetch; `url_key` is what it is compared by."""

    entry_id: EntryId
    feed_id: FeedId
    url: str
    url_key: UrlKey
    article_id: ArticleId
    guid: str | None = None
    title: str = ""
    summary: str = ""  # plain text
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str | None = None  # as sent, for the provenance
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    publisher: str = ""  # of the feed, carried along for the document
    country: str | None = None
    timezone: str = "UTC"
    in_sitemap: bool = False  # no feed's entry, but a sitemap's


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What the publisher asks of pollers, and where its pushes and older pages are."""

    ttl_seconds: int | None = None  # RSS ttl
    update_seconds: int | None = None  # sy:updatePeriod / sy:updateFrequency
    skip_hours: tuple[int, ...] = ()  # UTC hours
    skip_days: tuple[str, ...] = ()  # lower-case English weekday names
    hub: str | None = None
    hubs: tuple[str, ...] = ()  # where there are several: all of them, `hub` first
    self_url: str | None = None
    next_url: str | None = None  # RFC 5005 prev-archive or next
    child_sitemaps: tuple[str, ...] = ()
    child_changed: tuple[datetime | None, ...] = ()  # of each of them, when it last changed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A parsed feed. `bozo` names the flaw that was worked around, None where there was none."""

    kind: FeedKind
    entries: tuple[FeedEntry, ...]
    title: str = ""
    site: str = ""
    bozo: str | None = None
    skipped: int = 0  # entries without any usable link, or past the limit
    rung: int = 0  # of the ladder of identity: by what its entries are told apart (sources/identity.py)
    hints: FeedHints = field(default_factory=FeedHints)


# ── what a server answered ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified as opaque strings, sent back exactly as they came."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect that was followed."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """One answer, body after decompression, headers in the order and spelling they came in."""

    url: str  # as asked for
    final_url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    digest: Digest  # of body
    fetched_at: datetime
    seconds: float = 0.0
    hops: tuple[Hop, ...] = ()
    ai_allowed: bool | None = None  # what robots.txt said to AI crawlers then; None: they were not named
    tdm_reserved: bool | None = None  # what the site's tdmrep.json said of text and data mining; None: nothing

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case of letters, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: our copy is good. Any validators the answer carried are to replace ours."""

    url: str
    validators: Validators
    fetched_at: datetime
    seconds: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()
    final_url: str = ""  # after redirects; '' where there were none
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An expected end of the way: a value, counted and explained, never an error."""

    url: str
    reason: str  # a short kebab-case word: robots, not-an-article, gone, too-large, …
    detail: str = ""  # for people: what was seen and what was allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Not now: the host's budget or pause ends at `until`; the entry goes back to the ledger."""

    url: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePointer:
    """Where an archived page lies: a file of the archive, the offset and length of its gzip member, the body's digest."""

    file: str  # relative to the archive's root
    offset: int
    length: int
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An entry whose page is safely in the archive. Whatever follows can be repeated from here without the network."""

    entry: FeedEntry
    pointer: ArchivePointer
    seen_at: datetime  # when it counts as first seen: by a feed, else when whoever kept the page fetched it


# ── the article ───────────────────────────────────────────────────────────────────────────────────────────────────


class BlockKind(StrEnum):
    """What a block of body text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ENUMERATION = "enumeration"  # one point of a list
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of the body: whitespace collapsed, no markup. `level` is a heading's, 0 elsewhere."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A picture's caption and, apart, its credit as printed, with the parentheses taken off."""

    text: str
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A line that cleaning took out, and why. `rule` names the rule, template line or model; `score` is the model's."""

    text: str
    rule: str
    position: int  # index among the candidate blocks before cleaning
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One reading of a metadata field: where it came from, what it said, whether it was chosen."""

    field: str
    value: str
    source: str  # json-ld, meta, feed, sitemap, url, visible, htmldate, trafilatura, first-seen
    chosen: bool = False


class DatePrecision(StrEnum):
    """How exactly a publication time is known."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the publisher allows, as read when the page was fetched. None: nothing was said."""

    noindex: bool = False
    noarchive: bool = False
    robots_allowed: bool = True
    ai_allowed: bool | None = None
    tdm_reserved: bool | None = None
    free_to_read: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The article cleaned out of a page, with what was removed and where each field came from."""

    article_id: ArticleId
    entry_id: EntryId
    feed_id: FeedId
    url: str  # the page's canonical address
    url_key: UrlKey
    aliases: tuple[UrlKey, ...]  # every other key the article was met under
    publisher: str
    country: str | None
    title: str
    blocks: tuple[Block, ...]
    authors: tuple[str, ...] = ()
    agency: str | None = None
    dateline: str | None = None
    contributors: str | None = None
    captions: tuple[Caption, ...] = ()
    corrections: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: DatePrecision = DatePrecision.SECOND
    published_zone: str | None = None  # `+05:30`, of the clock that told it; None: a day, or nobody told
    modified: datetime | None = None
    modified_precision: DatePrecision = DatePrecision.SECOND
    modified_zone: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    syndicated_from: str | None = None  # the address on another site that the page names as the article's own
    language: str | None = None  # as declared by page or feed
    summary: str = ""
    page_type: str = "article"
    flags: tuple[str, ...] = ()  # tz-assumed, date-conflict, old-entry, …
    rights: Rights = field(default_factory=Rights)
    removed: tuple[Removed, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    fetched_at: datetime
    first_seen_at: datetime
    pointer: ArchivePointer
    text_digest: Digest  # of title and body, whitespace and quotes normalised: a new one is a new revision
    cleaner: str  # name/version of what cleaned it

    @property
    def text(self) -> str:
        """The body as plain text: blocks joined by blank lines."""
        return "\n\n".join(block.text for block in self.blocks)


# ── what is in it ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One named thing of the article with its mentions, as (start, end) character offsets into `Article.text`."""

    name: str  # the fullest form in this article
    label: str  # PERSON, ORG, GPE, LOC, …
    mentions: tuple[tuple[int, int], ...]
    wikidata: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place with coordinates in degrees (WGS 84)."""

    name: str
    country: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words somebody is quoted with; offsets into `Article.text`."""

    text: str
    speaker: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichedArticle:
    """An article and what the enrichers found in it. `enrichers` lists name/version of each that ran."""

    article: Article
    language: str  # BCP 47, as the text itself shows; "und" where it is too short to tell
    entities: tuple[Entity, ...] = ()
    places: tuple[Place, ...] = ()
    keywords: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    words: int = 0
    reading_minutes: int = 0
    gist: str = ""  # two sentences of the text
    vector: str | None = None  # VECTOR_SIZE signed bytes in hex; None without a model for it
    vector_model: str | None = None  # what made it: those of different models cannot be compared
    enrichers: tuple[str, ...] = ()
