"""An article's story and its revisions as the template shows them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.index.document import ArticleDocument
from pipeline.standing import Fate, Revision, SentenceChange, Teller
from pipeline.types import ArticleId
from pipeline.web.moments import ago, exact

MOST_TELLERS = 50
MOST_REVISIONS = 50
MOST_EDITS = 100  # of one revision

Compare = Callable[[str, str], Sequence[SentenceChange]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellerView:
    """One article of a story. `article_id` is None for the one whose page this is."""

    article_id: str | None
    source: str
    title: str
    machine: str
    exact: str
    ago: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """One text the article had, and what was changed since the one before."""

    number: int
    title: str | None  # where it is another one than before
    machine: str
    exact: str
    ago: str
    changes: tuple[str, ...]
    edits: tuple[SentenceChange, ...]
    more: int  # edits that are not shown


def story_view(
    tellers: Sequence[Teller], documents: Mapping[ArticleId, ArticleDocument], article_id: str, now: datetime
) -> tuple[TellerView, ...]:
    """Return the articles of a story in order of time; none where the article is alone."""
    if len(tellers) < 2:
        return ()
    return tuple(
        TellerView(
            article_id=None if one.member.article_id == article_id else one.member.article_id,
            source=one.member.publisher,
            title=documents[one.member.article_id]["title"] if one.member.article_id in documents else "",
            machine=one.member.at.isoformat(timespec="seconds"),
            exact=exact(one.member.at),
            ago=ago(one.member.at, now),
            how=_how(one),
        )
        for one in tellers[:MOST_TELLERS]
    )


def _how(one: Teller) -> str:
    if one.standing.kind is None or one.standing.distance is None:
        return "told first"
    return f"copy, {one.standing.kind} ({1 - one.standing.distance:.0%} the same)"


def revision_views(revisions: Sequence[Revision], compare: Compare, now: datetime) -> tuple[RevisionView, ...]:
    """Return the revisions, the latest first; none where there is only one."""
    if len(revisions) < 2:
        return ()
    pairs = list(zip(revisions, (None, *revisions), strict=False))[-MOST_REVISIONS:]
    return tuple(_revision(one, before, compare, now) for one, before in reversed(pairs))


def _revision(one: Revision, before: Revision | None, compare: Compare, now: datetime) -> RevisionView:
    edits = [each for each in compare(before.text, one.text) if each.fate is not Fate.KEPT] if before else []
    return RevisionView(
        number=one.number,
        title=one.title if before is None or before.title != one.title else None,
        machine=one.known_at.isoformat(timespec="seconds"),
        exact=exact(one.known_at),
        ago=ago(one.known_at, now),
        changes=tuple(change.value for change in one.changes),
        edits=tuple(edits[:MOST_EDITS]),
        more=max(0, len(edits) - MOST_EDITS),
    )
