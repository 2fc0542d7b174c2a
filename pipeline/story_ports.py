"""The protocols of articles, their stories and their revisions; part of `ports`, which names them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipeline.ledger import ArticleState
from pipeline.standing import Alike, Arrange, Check, Member, Originality, Revision, Shift, Sighting, Standing, Teller
from pipeline.types import ArticleId, Digest, EntryId, UrlKey


class ArticleStore(Protocol):
    """Articles, their aliases and captures."""

    def resolve(self, key: UrlKey) -> ArticleId | None:
        """Return the article a URL key belongs to, through the alias table."""
        ...

    def get(self, article_id: ArticleId) -> ArticleState | None: ...

    def save(self, state: ArticleState, aliases: Sequence[UrlKey]) -> None:
        """Write an article's state and aliases; an older `checked_at` never overwrites a newer one."""
        ...

    def claim(self, key: UrlKey, title_digest: Digest, now: datetime, *, within_seconds: float) -> int:
        """Note that an article of that title calls `key` its address; return how many different titles did within that time."""
        ...

    def meet(self, seen: Sighting, alike: Alike, *, known: bool, within_seconds: float) -> Sighting | None:
        """Remember what a page said; return the page whose article it is, None where it is an article of its own.

        That is decided once, at the first meeting, and never of an address that is `known`: the first page of the same site
        and title seen within that time of which `alike` says so, or the one that page belongs to. The key becomes an alias as
        soon as the article is saved. Nobody of that title meets meanwhile.
        """
        ...


class StoryStore(Protocol):
    """Fingerprints of articles, and how each stands: its story, and what it was copied from."""

    def settle(self, newcomers: Sequence[Member], arrange: Arrange) -> tuple[Shift, ...]:
        """Take in articles, new ones or those whose text changed, and let `arrange` say how they and all whom they may
        concern stand now: their own stories and those of whoever shares a band with them, within `WINDOW`. Nobody else
        settles meanwhile. Returns who stands differently than before.
        """
        ...

    def standings(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, Standing]:
        """Return how these articles stand; those that never settled are left out."""
        ...

    def story(self, article_id: ArticleId) -> tuple[Teller, ...]:
        """Return everyone in that article's story, in order of time; nobody where it never settled."""
        ...

    def unshown(self, *, limit: int = 1000) -> Mapping[ArticleId, Standing]:
        """Return indexed articles whose documents do not show their standing yet."""
        ...

    def mark_unshown(self, article_ids: Sequence[ArticleId]) -> None:
        """Note that the documents of these articles are to be brought up to date."""
        ...

    def mark_shown(self, shown: Mapping[ArticleId, Standing]) -> None:
        """Note that documents show these standings; one that has changed since stays unshown."""
        ...

    def originality(self, *, since: datetime | None = None) -> tuple[Originality, ...]:
        """Return how much of each publisher's articles (published since then) are its own, by publisher."""
        ...


class RevisionStore(Protocol):
    """Every text an article had, and when its page is to be looked at again."""

    def add(self, revision: Revision) -> None:
        """Keep a revision; the same number again replaces it."""
        ...

    def of(self, article_id: ArticleId) -> tuple[Revision, ...]:
        """Return an article's revisions, the first one first."""
        ...

    def latest(self, article_id: ArticleId) -> Revision | None: ...

    def revised(self) -> tuple[ArticleId, ...]:
        """Return the articles that had more than one revision, in the order of their ids."""
        ...

    def save_check(self, check: Check) -> None:
        """Write when an entry's page is to be looked at again, in place of what was written before."""
        ...

    def check(self, entry_id: EntryId) -> Check | None: ...

    def due(self, now: datetime, *, per_domain: int, limit: int = 10_000) -> tuple[Check, ...]:
        """Return the checks that are due, longest overdue first, at most so many of one domain."""
        ...
