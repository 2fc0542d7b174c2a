"""What the stages remember of an article's revisions: what changed, when to look again, what documents must show.

`fetch` notes validators and take-downs, `index` keeps each new text and lets the one before be searched as what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from pipeline.index.dates import iso
from pipeline.index.document import ArticleDocument
from pipeline.ports import ArticleIndex, StateStore
from pipeline.standing import Change, Check, Revision, Standing, TakenDown
from pipeline.stories.revisions import changes, next_look
from pipeline.types import Article, ArticleId, FeedEntry, FetchedPage, NotModified, Validators
from pipeline.urls import article_id as key_id
from pipeline.urls import registered_domain

GONE = frozenset({"gone", "forbidden-by-law"})  # reasons of `Rejected` that take a known article down
HOST_SHARE = 0.2  # of the requests a host puts up with, for looking again


# ── looking again ─────────────────────────────────────────────────────────────────────────────────────────────────


def validators_of(state: StateStore, entry: FeedEntry) -> Validators:
    """Return what makes the request for a page we hold conditional; nothing for one we do not hold."""
    check = state.revisions.check(entry.entry_id)
    if check is None or check.url != entry.url or not _is_held(state, check.article_id):
        return Validators()
    return check.validators


def _is_held(state: StateStore, article_id: ArticleId) -> bool:
    known = state.articles.get(article_id)
    latest = state.revisions.latest(article_id)
    return known is not None and known.indexed_at is not None and not (latest and Change.TAKEN_DOWN in latest.changes)


def note_fetch(state: StateStore, entry: FeedEntry, answer: FetchedPage | NotModified, now: datetime) -> None:
    """Remember the validators of an answer; of a 304 also that nothing is new."""
    known = state.revisions.check(entry.entry_id)
    article_id = known.article_id if known else entry.article_id
    validators = Validators(etag=_header(answer, "etag"), last_modified=_header(answer, "last-modified"))
    if isinstance(answer, NotModified) and known is not None:
        validators = Validators(
            etag=validators.etag or known.validators.etag, last_modified=validators.last_modified or known.validators.last_modified
        )
    check = Check(
        entry_id=entry.entry_id,
        article_id=article_id,
        domain=registered_domain(entry.url),
        url=entry.url,
        validators=validators,
        checked_at=now,
        unchanged=known.unchanged if known else 0,
    )
    if isinstance(answer, NotModified):
        article = state.articles.get(article_id)
        check = replace(check, unchanged=check.unchanged + 1)
        check = replace(check, due_at=next_look(article.first_seen_at, now, unchanged=check.unchanged) if article else None)
    state.revisions.save_check(check)


def _header(answer: FetchedPage | NotModified, name: str) -> str | None:
    return next((value for key, value in answer.headers if key.lower() == name), None)


def note_index(state: StateStore, entry: FeedEntry, article: Article, now: datetime, *, is_new: bool) -> None:
    """Set when the page of an article that has just been indexed, or found unchanged, is to be looked at again."""
    known = state.revisions.check(entry.entry_id)
    unchanged = 0 if is_new or known is None else known.unchanged + 1
    born = min(article.published or article.first_seen_at, article.first_seen_at)
    check = Check(
        entry_id=entry.entry_id,
        article_id=article.article_id,
        domain=registered_domain(entry.url),
        url=entry.url,
        validators=known.validators if known else Validators(),
        checked_at=now,
        due_at=next_look(born, now, unchanged=unchanged),
        unchanged=unchanged,
    )
    state.revisions.save_check(check)


def reopen_due(state: StateStore, now: datetime, *, host_delay: float, every_seconds: float) -> int:
    """Let the entries whose pages are to be looked at again wait for a batch, within each host's share; return how many."""
    share = int(HOST_SHARE * every_seconds / host_delay) if host_delay else 10_000
    due = state.revisions.due(now, per_domain=max(1, share))
    state.ledger.reopen([check.entry_id for check in due], now)
    for check in due:
        state.revisions.save_check(replace(check, due_at=None))
    return len(due)


# ── new texts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_revision(state: StateStore, article: Article, number: int) -> tuple[Change, ...]:
    """Keep an article's text under that number; return how it differs from the one before."""
    revision = Revision(
        article_id=article.article_id,
        number=number,
        known_at=article.fetched_at,
        text_digest=article.text_digest,
        pointer=article.pointer,
        title=article.title,
        text=article.text,
        corrections=article.corrections,
        modified=article.modified,
    )
    before = next((one for one in reversed(state.revisions.of(article.article_id)) if one.number < number), None)
    found = changes(before, revision) if before else ()
    state.revisions.add(replace(revision, changes=found))
    return found


def with_changes(state: StateStore, document: ArticleDocument, article: Article, number: int, policy: TakenDown) -> ArticleDocument:
    """Keep the article's text under that number, and return its document with how it differs from the one before.

    Where that number is a take-down, its page came out of the archive once more: it stays taken down.
    """
    latest = state.revisions.latest(article.article_id)
    if latest is None or latest.number != number or Change.TAKEN_DOWN not in latest.changes:
        return {**document, "changes": [change.value for change in keep_revision(state, article, number)]}
    told = [change.value for one in state.revisions.of(article.article_id)[-2:-1] for change in one.changes]
    return taken_down({**document, "changes": told}, latest, policy)


def superseded(index: ArticleIndex, document: ArticleDocument) -> Iterator[ArticleDocument]:
    """Yield the document that an article's new one takes the place of, as what it is from now on: an earlier revision.

    Where the article had been taken down and is there again, also those before, which were hidden with it.
    """
    before = index.get(ArticleId(document["article_id"]))
    if before is None or before["revision"] >= document["revision"]:
        return
    earlier: ArticleDocument = {
        **before,
        "article_id": revision_id(ArticleId(before["article_id"]), before["revision"]),
        "revision_of": before["article_id"],
        "superseded_at": before["superseded_at"] or document["fetched_at"],
    }
    if before["taken_down_at"] is None:
        yield earlier
        return
    keys = [revision_id(ArticleId(before["article_id"]), number) for number in range(1, before["revision"])]
    for one in (earlier, *map(index.get, keys)):
        if one is not None:
            yield _restored(one, document)


def _restored(earlier: ArticleDocument, document: ArticleDocument) -> ArticleDocument:
    """Show an earlier revision as searchable as the page that is there again; the one that tells of the take-down still does."""
    told = Change.TAKEN_DOWN.value in earlier["changes"]
    return {**earlier, "noindex": document["noindex"], "taken_down_at": earlier["taken_down_at"] if told else None}


def revision_id(article_id: ArticleId, number: int) -> ArticleId:
    """Return the id under which an earlier revision's document lies in the index."""
    return ArticleId(key_id(f"revision:{article_id}:{number}"))  # type: ignore[arg-type]


# ── taken down ────────────────────────────────────────────────────────────────────────────────────────────────────


def note_gone(state: StateStore, entry: FeedEntry, now: datetime) -> bool:
    """Keep a take-down of a page whose article we hold as a revision of its own; return whether there was one to keep."""
    check = state.revisions.check(entry.entry_id)
    latest = state.revisions.latest(check.article_id) if check else None
    known = state.articles.get(check.article_id) if check else None
    if latest is None or known is None or Change.TAKEN_DOWN in latest.changes:
        return False
    gone = replace(latest, number=latest.number + 1, known_at=now, changes=(Change.TAKEN_DOWN,))
    state.revisions.add(gone)
    state.articles.save(replace(known, revision=gone.number, checked_at=now), ())
    state.stories.mark_unshown([known.article_id])
    return True


def up_to_date(
    state: StateStore, index: ArticleIndex, standings: Mapping[ArticleId, Standing], *, policy: TakenDown
) -> Iterator[ArticleDocument]:
    """Yield the documents of these articles as they have to be now: their story, and whether they were taken down."""
    for article_id, standing in standings.items():
        latest = state.revisions.latest(article_id)
        gone = latest if latest and Change.TAKEN_DOWN in latest.changes else None
        earlier = [revision_id(article_id, number) for number in range(1, latest.number)] if latest and gone else []
        for key in (article_id, *earlier):
            document = index.get(key)
            if document is not None:
                document = standing_shown(document, standing)
                yield taken_down(document, gone, policy) if gone else document


def standing_shown(document: ArticleDocument, standing: Standing) -> ArticleDocument:
    """Return the document with its story."""
    return {
        **document,
        "story_id": standing.story_id,
        "copy_of": standing.copy_of,
        "copy_kind": standing.kind.value if standing.kind else None,
        "copy_distance": standing.distance,
    }


def taken_down(document: ArticleDocument, gone: Revision, policy: TakenDown) -> ArticleDocument:
    """Return the document of a text that was taken down: found when the policy says."""
    shown: ArticleDocument = {**document, "taken_down_at": iso(gone.known_at)}
    if policy is TakenDown.NEVER:
        shown["noindex"] = True
    elif policy is TakenDown.BEFORE:
        shown["superseded_at"] = document["superseded_at"] or iso(gone.known_at)
    if document["revision_of"] is None:
        shown["revision"] = gone.number
        shown["changes"] = [*dict.fromkeys((*document["changes"], Change.TAKEN_DOWN.value))]
    return shown
