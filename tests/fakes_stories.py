"""Stories, revisions and checks in memory: the same promises as in `pipeline/state`."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from pipeline.ports import ArticleStore
from pipeline.standing import WINDOW, Arrange, Check, CopyKind, Fingerprint, Member, Originality, Revision, Shift, Standing, Teller
from pipeline.types import ArticleId, EntryId


class MemoryStories:
    """Members and standings in dicts; whoever might be concerned is found by looking at everybody."""

    def __init__(self, articles: ArticleStore) -> None:
        self.articles = articles
        self.members: dict[ArticleId, Member] = {}
        self.stands: dict[ArticleId, Standing] = {}
        self.unseen: set[ArticleId] = set()

    def settle(self, newcomers: Sequence[Member], arrange: Arrange) -> tuple[Shift, ...]:
        near = {other for other in self.members for one in newcomers if _may_share(one, self.members[other])}
        touched = near | {one.article_id for one in newcomers if one.article_id in self.members}
        stories = {self.stands[one].story_id for one in touched}
        concerned = {one for one in self.members if self.stands[one].story_id in stories}
        changed = {one.article_id for one in newcomers if self.members.get(one.article_id) != one}
        settled = {one: self.stands[one].story_id for one in concerned - changed}
        for one in newcomers:
            if self.members.get(one.article_id) != one:
                self.unseen.add(one.article_id)
            self.members[one.article_id] = one
        after = arrange([self.members[one] for one in concerned | {one.article_id for one in newcomers}], settled)
        shifts = [
            Shift(article_id=one, before=self.stands.get(one), after=after[one]) for one in after if self.stands.get(one) != after[one]
        ]
        self.stands |= after
        self.unseen |= {shift.article_id for shift in shifts}
        return tuple(shifts)

    def standings(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, Standing]:
        return {one: self.stands[one] for one in article_ids if one in self.stands}

    def story(self, article_id: ArticleId) -> tuple[Teller, ...]:
        if article_id not in self.stands:
            return ()
        story = self.stands[article_id].story_id
        found = [Teller(member=self.members[one], standing=self.stands[one]) for one in self.members if self.stands[one].story_id == story]
        return tuple(sorted(found, key=lambda one: (one.member.at, one.member.article_id)))

    def unshown(self, *, limit: int = 1000) -> Mapping[ArticleId, Standing]:
        known = {one: self.articles.get(one) for one in sorted(self.unseen)}
        ready = [one for one, state in known.items() if state is not None and state.indexed_at is not None]
        return {one: self.stands[one] for one in ready[:limit]}

    def mark_unshown(self, article_ids: Sequence[ArticleId]) -> None:
        self.unseen |= set(article_ids) & set(self.members)

    def mark_shown(self, shown: Mapping[ArticleId, Standing]) -> None:
        self.unseen -= {one for one, standing in shown.items() if self.stands.get(one) == standing}

    def originality(self, *, since: datetime | None = None) -> tuple[Originality, ...]:
        recent = [one for one in self.members.values() if since is None or one.at >= since]
        kinds: dict[str, Counter[CopyKind | None]] = defaultdict(Counter)
        for one in recent:
            kinds[one.publisher][self.stands[one.article_id].kind] += 1
        sources = {one.article_id: one.publisher for one in recent}
        copied = Counter(sources[standing.copy_of] for standing in self.stands.values() if standing.copy_of in sources)
        return tuple(
            Originality(
                publisher=name,
                articles=sum(counts.values()),
                copies={kind: counts[kind] for kind in CopyKind if counts[kind]},
                copied=copied[name],
            )
            for name, counts in sorted(kinds.items())
        )


def _may_share(one: Member, other: Member) -> bool:
    if one.fingerprint is None or other.fingerprint is None or abs(one.at - other.at) > WINDOW:
        return False
    return bool(_keys(one.fingerprint) & _keys(other.fingerprint))


def _keys(found: Fingerprint) -> set[int]:
    return {key for (key,) in struct.iter_unpack("<q", found.bands)}


class MemoryRevisions:
    """Revisions and checks in dicts."""

    def __init__(self) -> None:
        self.kept: dict[tuple[ArticleId, int], Revision] = {}
        self.checks: dict[EntryId, Check] = {}

    def add(self, revision: Revision) -> None:
        self.kept[revision.article_id, revision.number] = revision

    def of(self, article_id: ArticleId) -> tuple[Revision, ...]:
        return tuple(self.kept[key] for key in sorted(self.kept) if key[0] == article_id)

    def latest(self, article_id: ArticleId) -> Revision | None:
        return next(iter(self.of(article_id)[::-1]), None)

    def revised(self) -> tuple[ArticleId, ...]:
        return tuple(sorted({article_id for article_id, number in self.kept if number > 1}))

    def save_check(self, check: Check) -> None:
        self.checks[check.entry_id] = check

    def check(self, entry_id: EntryId) -> Check | None:
        return self.checks.get(entry_id)

    def due(self, now: datetime, *, per_domain: int, limit: int = 10_000) -> tuple[Check, ...]:
        ready = [(one.due_at, one.entry_id, one) for one in self.checks.values() if one.due_at is not None and one.due_at <= now]
        taken: Counter[str] = Counter()
        found = []
        for _, _, one in sorted(ready):
            taken[one.domain] += 1
            if taken[one.domain] <= per_domain:
                found.append(one)
        return tuple(found[:limit])
