"""One portion of archived pages through the code of now: read from the archive, run as far as needed, compared with what is searched.

Nothing is written here, and the ledger is only read.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.errors import QuarantineError, WireroomError
from pipeline.index.build import to_document
from pipeline.index.document import ArticleDocument, Standing
from pipeline.lab.comparing import Compare, field_changes, sides
from pipeline.lab.summing import MOST_EXAMPLES
from pipeline.learning import Learner
from pipeline.ledger import Replayable, Stage
from pipeline.naming_articles import SHARED, under_own_address
from pipeline.ports import Archive, ArticleIndex, Cleaner, Enricher, StateStore
from pipeline.replaying import Need, Replayer
from pipeline.tally import Clock
from pipeline.trials import Example, Looked, PageFate
from pipeline.types import Article, EnrichedArticle, FeedEntry, FetchedPage, Rejected
from pipeline.urls import url_key

log = logging.getLogger(__name__)

_STANDING: Final = (*Standing.__annotations__, "revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What pages are run with: the code and the settings of now."""

    state: StateStore
    archive: Archive
    index: ArticleIndex  # what is searched
    cleaner: Cleaner
    enrichers: Sequence[Enricher]
    replayer: Replayer  # knows what a page needs
    compare: Compare
    clock: Clock


@dataclass(slots=True, kw_only=True)
class Bench:
    """Runs the pages of one portion, and keeps what comes out."""

    tools: Tools
    again: Stage | None
    learner: Learner
    kept: list[EnrichedArticle] = field(default_factory=list)
    documents: list[ArticleDocument] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    shown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def look(self, page: Replayable, entry: FeedEntry) -> Looked:
        """Run what a page needs. What breaks on it is its fate; what would break on every page is raised."""
        old = self.tools.index.get(page.article_id) if page.article_id else None
        publisher = (old["source"] if old else entry.publisher) or page.domain
        told = Looked(entry_id=page.entry_id, publisher=publisher, fate=PageFate.CURRENT, article_id=page.article_id)
        try:
            return self._looked(page, entry, old, told)
        except WireroomError as error:
            if not isinstance(error, QuarantineError):
                raise
            return replace(told, fate=PageFate.FAILED, reason=str(error))
        except Exception as error:
            log.exception("lab: entry %s", page.entry_id)
            return replace(told, fate=PageFate.FAILED, reason=f"unexpected {type(error).__name__}: {error}")

    def _looked(self, page: Replayable, entry: FeedEntry, old: ArticleDocument | None, told: Looked) -> Looked:
        need = self.tools.replayer.need(page, self.again)
        if need is Need.NOTHING:
            return told
        article = self.tools.replayer.article(page) if need is Need.ENRICHING else None
        cleaned = article or self._cleaned(page, entry, old)
        if isinstance(cleaned, Rejected):
            reason = f"{cleaned.reason}: {cleaned.detail}" if cleaned.detail else cleaned.reason
            return replace(told, fate=PageFate.LOST if page.article_id else PageFate.SAME, reason=reason)
        enriched = EnrichedArticle(article=cleaned, language=cleaned.language or "und")
        for enricher in self.tools.enrichers:
            enriched = enricher.enrich(enriched)
        return self._compared(enriched, old, told)

    def _cleaned(self, page: Replayable, entry: FeedEntry, old: ArticleDocument | None) -> Article | Rejected:
        fetched = self.tools.archive.get(page.pointer)
        first_seen_at = page.first_seen_at or fetched.fetched_at
        lines = self.learner.templates(fetched.final_url)
        cleaned = self.tools.cleaner.clean(fetched, entry, page.pointer, first_seen_at=first_seen_at, templates=lines)
        return self._named(cleaned, fetched, entry, old) if isinstance(cleaned, Article) else cleaned

    def _named(self, article: Article, fetched: FetchedPage, entry: FeedEntry, old: ArticleDocument | None) -> Article:
        """Return the article under the address that the ledger would give it; the ledger is only read."""
        own = {url_key(fetched.final_url), url_key(fetched.url), entry.url_key}
        if old is not None and SHARED in old["flags"] and article.url_key not in own:
            article = under_own_address(article, fetched)
        known = self.tools.state.articles.resolve(article.url_key)
        return article if known is None or known == article.article_id else replace(article, article_id=known)

    def _compared(self, enriched: EnrichedArticle, old: ArticleDocument | None, told: Looked) -> Looked:
        article = enriched.article
        versions = {"clean": article.cleaner} | dict(name.rsplit("/", 1) for name in enriched.enrichers)
        new = to_document(enriched, revision=1, indexed_at=self.tools.clock(), pipeline=versions)
        self.kept.append(enriched)
        if old is None or article.article_id != old["article_id"]:
            self.documents.append(new)
            if old is not None:
                return replace(told, fate=PageFate.READDRESSED)
            return replace(told, fate=PageFate.GAINED, article_id=article.article_id, publisher=article.publisher or told.publisher)
        new = {**new, **{name: old[name] for name in _STANDING}, "noindex": new["noindex"] or _is_hidden(old)}  # type: ignore[typeddict-item, literal-required]
        self.documents.append(new)
        changes = field_changes(old, new)
        for change in changes:
            self._show(change.field, old, new, Example(
                publisher=told.publisher, field=change.field, difference=change.difference, url=new["url"], title=new["title"], sides=(),
            ))  # fmt: skip
        return replace(told, fate=PageFate.CHANGED if changes else PageFate.SAME, changes=changes)

    def _show(self, name: str, old: ArticleDocument, new: ArticleDocument, example: Example) -> None:
        if self.shown[example.publisher, name] < MOST_EXAMPLES:
            self.shown[example.publisher, name] += 1
            found = sides(old.get(name), new.get(name), self.tools.compare)
            self.examples.append(replace(example, sides=found))


def _is_hidden(old: ArticleDocument) -> bool:
    return old["taken_down_at"] is not None and old["noindex"]
