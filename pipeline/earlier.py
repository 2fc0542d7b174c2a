"""Documents of earlier revisions, made anew from the ledger's revisions and the archive: for an index that was lost.

revisions of an article ─▶ capture of each but the latest ─▶ clean, enrich ─▶ document, as what it was
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import ConfigurationError, RetryableError, WireroomError
from pipeline.index.build import to_document
from pipeline.index.dates import iso
from pipeline.index.document import ArticleDocument
from pipeline.ports import Archive, ArticleIndex, Cleaner, Enricher, StateStore
from pipeline.revising import revision_id, standing_shown, taken_down
from pipeline.standing import Change, Revision, TakenDown
from pipeline.tally import Clock
from pipeline.types import Article, ArticleId, EnrichedArticle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restorer:
    """Makes documents of texts that articles once had."""

    state: StateStore
    archive: Archive
    cleaner: Cleaner
    enrichers: Sequence[Enricher]
    templates: Callable[[str], frozenset[str]]  # URL → keys of the lines that are its site's template
    clock: Clock
    policy: TakenDown

    def restore(self, index: ArticleIndex) -> int:
        """Write the earlier revisions that an index lacks; return how many. What the archive holds no more is passed over."""
        made = 0
        for article_id in self.state.revisions.revised():
            lacking = [document for document in self._earlier(article_id, index) if document is not None]
            refused = index.upsert(lacking) if lacking else {}
            made += len(lacking) - len(refused)
        return made

    def _earlier(self, article_id: ArticleId, index: ArticleIndex) -> Iterator[ArticleDocument | None]:
        known, latest = self.state.revisions.of(article_id), index.get(article_id)
        for before, one, after in zip((None, *known), known, known[1:], strict=False):
            if Change.TAKEN_DOWN in after.changes or index.get(revision_id(article_id, one.number)) is not None:
                continue  # a text that was taken down has the number of the take-down, or is the article's document still
            text = before if before is not None and Change.TAKEN_DOWN in one.changes else one
            document = self._document(text, number=one.number)
            if document is not None and text is not one:
                document = taken_down(document, one, self.policy)
            yield _superseded(document, after, latest) if document is not None else None

    def _document(self, text: Revision, *, number: int) -> ArticleDocument | None:
        article = self._article(text)
        if article is None:
            return None
        enriched = EnrichedArticle(article=article, language=article.language or "und")
        for enricher in self.enrichers:
            enriched = enricher.enrich(enriched)
        versions = {"clean": article.cleaner} | dict(name.rsplit("/", 1) for name in enriched.enrichers)
        document = to_document(enriched, revision=number, indexed_at=self.clock(), pipeline=versions)
        standing = self.state.stories.standings([text.article_id]).get(text.article_id)
        document = standing_shown(document, standing) if standing else document
        return {**document, "changes": [change.value for change in text.changes]}

    def _article(self, text: Revision) -> Article | None:
        """Clean the page that a text was read from once more; None where that gives no article now."""
        member = self.state.ledger.captured(text.pointer)
        if member is None:
            return None
        try:
            page = self.archive.get(text.pointer)
            templates = self.templates(page.final_url)
            cleaned = self.cleaner.clean(page, member.entry, text.pointer, first_seen_at=member.first_seen_at, templates=templates)
        except (ConfigurationError, RetryableError):
            raise
        except WireroomError as error:
            log.warning("revision %d of %s: %s", text.number, text.article_id, error)
            return None
        return replace(cleaned, article_id=text.article_id) if isinstance(cleaned, Article) else None


def _superseded(earlier: ArticleDocument, after: Revision, latest: ArticleDocument | None) -> ArticleDocument:
    """Return a document as what it is since the next text came: found where the article is found."""
    until = earlier["superseded_at"] or iso(after.known_at)
    return {
        **earlier,
        "article_id": revision_id(after.article_id, earlier["revision"]),
        "revision_of": after.article_id,
        "superseded_at": until,
        "noindex": latest["noindex"] if latest is not None else earlier["noindex"],
    }
