"""The stage between enrich and index: which story each article is in, and what it was copied from.

    enriched ──▶ fingerprint ──▶ settle: stories merge and split ──▶ standings in the ledger
                                        │ whoever else stands differently now: their documents are brought up to date by `index`
                                        ▼
                                   decisions, for `explain`

What comes out depends on the articles that are there, not on the order they came in: see `stories/copies.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from pipeline.index.build import effective_time
from pipeline.ledger import BatchReport, Decision, Outcome, Stage
from pipeline.ports import BatchStore, StateStore
from pipeline.standing import Member, Shift, Standing, Teller
from pipeline.stories.copies import arrange
from pipeline.stories.fingerprint import fingerprint
from pipeline.tally import Clock, Progress, Tally, no_progress, open_tally
from pipeline.types import Article, ArticleId, BatchId, DatePrecision, EnrichedArticle
from pipeline.urls import registered_domain


def relate(batch_id: BatchId, *, state: StateStore, batches: BatchStore, clock: Clock, progress: Progress = no_progress) -> BatchReport:
    """Find the story of every article of the batch."""
    tally = open_tally(state, batch_id, Stage.RELATE, clock, progress)
    if tally.waiting():
        upcoming = [one for one in batches.read_enriched(batch_id) if tally.members[one.article.entry_id].outcome is None]
        members = _members(tally, upcoming)
        shifts = state.stories.settle(list(members.values()), arrange)
        _tell(tally, upcoming, members)
        tally.decisions += _moved(tally, [shift for shift in shifts if shift.article_id not in members])
    return tally.write()


def _members(tally: Tally, upcoming: Iterable[EnrichedArticle]) -> dict[ArticleId, Member]:
    members: dict[ArticleId, Member] = {}
    for enriched in upcoming:
        try:
            members[enriched.article.article_id] = member_of(tally.state, enriched.article)
        except Exception as error:
            tally.fail(enriched.article.entry_id, error)
    return members


def member_of(state: StateStore, article: Article) -> Member:
    """Return the article as stories see it. Its time never moves to when it was met again."""
    known = state.articles.get(article.article_id)
    first_seen_at = min(known.first_seen_at, article.first_seen_at) if known else article.first_seen_at
    at = min(effective_time(article), first_seen_at)
    if article.published_precision is DatePrecision.DAY:  # a day without a time must not come before those who give one
        at = min(at + timedelta(days=1), first_seen_at)
    return Member(
        article_id=article.article_id,
        at=at,
        site=registered_domain(article.url),
        publisher=article.publisher,
        agency=article.agency,
        fingerprint=fingerprint(article.text),
    )


# ── what is told of it ────────────────────────────────────────────────────────────────────────────────────────────


def _tell(tally: Tally, upcoming: Sequence[EnrichedArticle], members: Mapping[ArticleId, Member]) -> None:
    standings = tally.state.stories.standings(list(members))
    for enriched in upcoming:
        article_id = enriched.article.article_id
        if article_id in members:
            reason = _reason(tally.state, members[article_id], standings[article_id])
            tally.end(enriched.article.entry_id, Outcome.PASSED, reason, article_id=article_id)


def _reason(state: StateStore, member: Member, standing: Standing) -> str:
    if member.fingerprint is None:
        return "too short to compare with others"
    if standing.copy_of is None and standing.story_id == member.article_id:
        others = len(state.stories.story(member.article_id)) - 1
        return f"story {standing.story_id}: first told here, copied by {others}" if others else "a story of its own"
    return _copied(standing, {one.member.article_id: one for one in state.stories.story(member.article_id)})


def _copied(standing: Standing, tellers: Mapping[ArticleId, Teller]) -> str:
    source, origin = (tellers[one].member.publisher for one in (standing.copy_of or standing.story_id, standing.story_id))
    return f"story {standing.story_id} of {origin}: copy of {source}, {standing.kind}, distance {standing.distance:.2f}"


def _moved(tally: Tally, shifts: Iterable[Shift]) -> list[Decision]:
    """Tell of those outside the batch whom it moved."""
    decisions = []
    for shift in shifts:
        known = tally.state.articles.get(shift.article_id)
        if known is None or shift.before is None:
            continue
        tellers = {one.member.article_id: one for one in tally.state.stories.story(shift.article_id)}
        changed = shift.before.story_id != shift.after.story_id
        verdict = ("merged" if len(tellers) > 1 else "parted") if changed else "moved"
        reason = _copied(shift.after, tellers) if shift.after.copy_of else f"story {shift.after.story_id}: first told here"
        decisions.append(
            Decision(
                at=tally.clock(),
                stage=Stage.RELATE,
                url_key=known.url_key,
                verdict=verdict,
                reason=reason,
                article_id=shift.article_id,
                batch_id=tally.batch_id,
            )
        )
    return decisions
