"""The stages of a batch: a batch in, a `BatchReport` out.

    ledger ──entries──▶ fetch ──captures──▶ clean ──articles──▶ enrich ──enriched──▶ relate ──standings──▶ index ──▶ search
                          │ archive            │ batch file        │ batch file         │ ledger               │
                          ▼                    ▼                   ▼                    ▼                      ▼
                       deferred, failed,    rejected,           quarantined          quarantined           indexed,
                       rejected, …          duplicate, …                                                   unchanged, …

Each stage may run twice with the same result: an entry that has ended is left alone, a page that is archived is not
fetched again, batch files are replaced whole, documents are upserted under the article's id. `poll`, which makes the
batches, is in `polling.py`, `fetch` in `fetching.py`, `relate` in `relating.py`, and what is remembered of revisions in `revising.py`.

Here are the only per-entry `except`s of the pipeline; `Tally.fail` sorts what they catch. A passing fault sends the entry
back to the ledger, an entry that cannot be worked on is quarantined, and a wrong configuration stops the stage, because
every entry would meet it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from pipeline.fetching import fetch
from pipeline.index.build import to_document
from pipeline.index.document import ArticleDocument
from pipeline.learning import Learner
from pipeline.ledger import ArticleState, BatchReport, Outcome, Stage
from pipeline.naming_articles import settled
from pipeline.ports import Archive, ArticleIndex, BatchStore, Cleaner, Enricher, StateStore
from pipeline.relating import relate
from pipeline.revising import note_index, standing_shown, superseded, up_to_date, with_changes
from pipeline.standing import Change, Standing, TakenDown
from pipeline.tally import Clock, Progress, Tally, no_progress, open_tally
from pipeline.twins import TWIN, twinned
from pipeline.types import (
    Article,
    ArticleId,
    BatchId,
    EnrichedArticle,
    EntryId,
    Rejected,
    UrlKey,
)

__all__ = ["STAGES", "clean", "enrich", "fetch", "index", "relate"]

log = logging.getLogger(__name__)

STAGES = (Stage.FETCH, Stage.CLEAN, Stage.ENRICH, Stage.RELATE, Stage.INDEX)


# ── clean ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def clean(
    batch_id: BatchId,
    *,
    state: StateStore,
    archive: Archive,
    batches: BatchStore,
    cleaner: Cleaner,
    clock: Clock,
    template_pages: int = 0,
    progress: Progress = no_progress,
) -> BatchReport:
    """Clean the article out of every archived page of the batch, and learn its site's template from `template_pages` pages on."""
    tally = open_tally(state, batch_id, Stage.CLEAN, clock, progress)
    learner = Learner(state=state, clock=clock, least=template_pages)
    if tally.waiting():
        batches.write_articles(batch_id, _cleaned(tally, archive, cleaner, learner))
        learner.keep()
    return tally.write()


def _cleaned(tally: Tally, archive: Archive, cleaner: Cleaner, learner: Learner) -> Iterator[Article]:
    ahead: dict[ArticleId, EntryId] = {}
    for member in tally.waiting():
        if member.pointer is None:  # a fetch that was cut short: its next run gets the page
            continue
        entry_id = member.entry.entry_id
        try:
            page = archive.get(member.pointer)
            lines = learner.templates(page.final_url)
            cleaned = cleaner.clean(page, member.entry, member.pointer, first_seen_at=member.first_seen_at, templates=lines)
            if isinstance(cleaned, Article):
                cleaned = twinned(settled(cleaned, page, member.entry, tally.state.articles, tally.clock()), tally.state.articles)
                if _is_held_already(tally, cleaned):
                    continue
        except Exception as error:
            tally.fail(entry_id, error)
            continue
        if isinstance(cleaned, Rejected):
            tally.end(entry_id, Outcome.REJECTED, f"{_because(cleaned)} {turned_away_by(cleaner)}")
        elif ahead.setdefault(cleaned.article_id, entry_id) != entry_id:
            tally.end(
                entry_id,
                Outcome.DUPLICATE,
                f"same article as another entry of this batch: {ahead[cleaned.article_id]}",
                article_id=cleaned.article_id,
            )
        else:
            tally.end(
                entry_id,
                Outcome.PASSED,
                f"{len(cleaned.blocks)} blocks kept, {len(cleaned.removed)} removed{_priced(cleaned)}",
                article_id=cleaned.article_id,
            )
            learner.learn(cleaned)
            yield cleaned


def _is_held_already(tally: Tally, article: Article) -> bool:
    """Whether it is the twin of an article we hold: then the page's address is one more of that one, and nothing else is new."""
    known = tally.state.articles.get(article.article_id) if TWIN in article.flags else None
    if known is None:  # the other may be in a batch that is under way: whoever is first there is indexed
        return False
    latest = tally.state.revisions.latest(article.article_id)
    if latest is not None and Change.TAKEN_DOWN in latest.changes:  # it is there again, elsewhere
        return False
    tally.state.articles.save(known, article.aliases)
    tally.end(article.entry_id, Outcome.UNCHANGED, f"the same article as {known.url}: an alias of it", article_id=known.article_id)
    return True


def _priced(article: Article) -> str:
    return "; the page's publisher wants to be paid for the rest" if article.rights.free_to_read is False else ""


def _because(rejected: Rejected) -> str:
    return f"{rejected.reason}: {rejected.detail}" if rejected.detail else rejected.reason


def turned_away_by(cleaner: Cleaner) -> str:
    """Return what the reason of a rejection ends with: a newer cleaner may think otherwise."""
    return f"[{cleaner.name}]"


# ── enrich ────────────────────────────────────────────────────────────────────────────────────────────────────────


def enrich(
    batch_id: BatchId,
    *,
    state: StateStore,
    batches: BatchStore,
    enrichers: Sequence[Enricher],
    clock: Clock,
    progress: Progress = no_progress,
) -> BatchReport:
    """Run every enricher, in order, over every article of the batch."""
    tally = open_tally(state, batch_id, Stage.ENRICH, clock, progress)
    if tally.waiting():  # a batch that another run has finished has no files any more
        batches.write_enriched(batch_id, _enriched(tally, batches.read_articles(batch_id), enrichers))
    return tally.write()


def _enriched(tally: Tally, articles: Iterable[Article], enrichers: Sequence[Enricher]) -> Iterator[EnrichedArticle]:
    for article in articles:
        if tally.members[article.entry_id].outcome is not None:
            continue
        try:
            enriched = EnrichedArticle(article=article, language=article.language or "und")
            for enricher in enrichers:
                enriched = enricher.enrich(enriched)
        except Exception as error:
            tally.fail(article.entry_id, error)
            continue
        by = next((f" by {name}" for name in enriched.enrichers if name.startswith("entities-")), "")
        found = f"{enriched.language}, {len(enriched.entities)} entities{by}"
        tally.end(article.entry_id, Outcome.PASSED, found, article_id=article.article_id)
        yield enriched


# ── index ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def index(
    batch_id: BatchId,
    *,
    state: StateStore,
    batches: BatchStore,
    index: ArticleIndex,
    clock: Clock,
    taken_down: TakenDown = TakenDown.BEFORE,
    progress: Progress = no_progress,
) -> BatchReport:
    """Make the batch searchable, bring up to date whom it concerns, close it, and drop its files."""
    tally = open_tally(state, batch_id, Stage.INDEX, clock, progress)
    if tally.waiting():
        upcoming = [enriched for enriched in batches.read_enriched(batch_id) if tally.members[enriched.article.entry_id].outcome is None]
        _index_articles(tally, upcoming, index, taken_down)
    _show_others(state, index, taken_down)  # also of a batch whose pages are all gone: that takes documents down
    report = tally.write()
    state.ledger.finish(batch_id, clock())
    batches.discard(batch_id)
    return report


def _index_articles(tally: Tally, upcoming: Sequence[EnrichedArticle], index: ArticleIndex, policy: TakenDown) -> None:
    revisions = {enriched.article.entry_id: _revision(tally.state, enriched.article) for enriched in upcoming}
    changed = [enriched for enriched in upcoming if revisions[enriched.article.entry_id] is not None]
    standings = tally.state.stories.standings([one.article.article_id for one in changed])
    made = list(_documents(tally, changed, revisions, standings, policy))
    changed_in = {ArticleId(one["article_id"]): ", ".join(one["changes"]) for one in made}
    earlier = (document for one in made for document in superseded(index, one))
    refused = index.upsert(chain(list(earlier), made))
    tally.state.stories.mark_shown({key: standing for key, standing in standings.items() if key not in refused})
    index.refresh()
    for enriched in upcoming:
        article = enriched.article
        revision = revisions[article.entry_id]
        if revision is None:
            tally.end(article.entry_id, Outcome.UNCHANGED, "the same text is already searchable", article_id=article.article_id)
        elif article.article_id in refused:
            tally.end(
                article.entry_id, Outcome.QUARANTINED, f"refused by the index: {refused[article.article_id]}", article_id=article.article_id
            )
            continue
        else:
            told = changed_in.get(article.article_id)
            tally.end(article.entry_id, Outcome.INDEXED, f"revision {revision}{': ' + told if told else ''}", article_id=article.article_id)
        if revision is not None or TWIN not in article.flags:  # of two pages that say the same one is looked at again
            note_index(tally.state, tally.members[article.entry_id].entry, article, tally.clock(), is_new=revision is not None)
        _remember(tally, article, revision)


def _revision(state: StateStore, article: Article) -> int | None:
    """Return the number this text gets: 1 for a new article, one more for a new text, None where nothing changed.

    A capture that is known already is one whose run was cut short before it could say so: it gets its number again.
    """
    known = state.articles.get(article.article_id)
    if known is None:
        return 1
    if known.pointer == article.pointer:
        return known.revision
    latest = state.revisions.latest(article.article_id)
    if latest and Change.TAKEN_DOWN in latest.changes:  # it is there again
        return latest.number + 1
    if known.text_digest == article.text_digest and known.indexed_at is not None:
        return None
    return known.revision + (known.text_digest != article.text_digest)


def _documents(
    tally: Tally,
    enriched: Sequence[EnrichedArticle],
    revisions: Mapping[EntryId, int | None],
    standings: Mapping[ArticleId, Standing],
    policy: TakenDown,
) -> Iterator[ArticleDocument]:
    for one in enriched:
        number = revisions[one.article.entry_id] or 1
        versions = {"clean": one.article.cleaner} | dict(name.rsplit("/", 1) for name in one.enrichers)
        document = to_document(one, revision=number, indexed_at=tally.clock(), pipeline=versions)
        document = with_changes(tally.state, document, one.article, number, policy)
        standing = standings.get(one.article.article_id)
        yield standing_shown(document, standing) if standing else document


def _show_others(state: StateStore, index: ArticleIndex, policy: TakenDown) -> None:
    """Bring the documents up to date that do not show their story, or that they were taken down."""
    while unshown := state.stories.unshown(limit=500):
        refused = index.upsert(up_to_date(state, index, unshown, policy=policy))
        state.stories.mark_shown(unshown)
        if refused:
            log.warning("index: refused to bring up to date: %s", ", ".join(sorted(refused)))
        index.refresh()


def _remember(tally: Tally, article: Article, revision: int | None) -> None:
    known = tally.state.articles.get(article.article_id)
    aliases: list[UrlKey] = [article.url_key, tally.members[article.entry_id].entry.url_key, *article.aliases]
    tally.state.articles.save(
        ArticleState(
            article_id=article.article_id,
            url=article.url,
            url_key=article.url_key,
            title=article.title,
            publisher=article.publisher,
            first_seen_at=known.first_seen_at if known else article.first_seen_at,
            revision=revision or (known.revision if known else 1),
            text_digest=article.text_digest,
            pointer=article.pointer if revision is not None or known is None else known.pointer,  # what the document was made of
            checked_at=article.fetched_at,
            indexed_at=tally.clock(),
        ),
        tuple(dict.fromkeys(aliases)),
    )
