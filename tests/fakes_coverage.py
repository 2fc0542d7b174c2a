"""The coverage ledger in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from pipeline.coverage import Survey, Way, Ways
from pipeline.ports import ArticleStore
from pipeline.types import ArticleId
from pipeline.urls import article_id, registered_domain
from tests.fakes_ledger import MemoryLedger


class MemoryCoverage:
    """`ports.CoverageStore` over the entries of a `MemoryLedger`."""

    def __init__(self, ledger: MemoryLedger, articles: ArticleStore) -> None:
        self._ledger, self._articles = ledger, articles
        self._surveys: dict[tuple[date, str], Survey] = {}
        self._holds: dict[str, datetime] = {}

    def ways(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, frozenset[Way]]:
        found: dict[ArticleId, set[Way]] = {}
        for one in self._ledger.entries.values():
            names = {one.entry.article_id, one.article_id} - {None}
            names |= {own for own in article_ids for key in (self._known_as(own),) if key in names}
            for name in names & set(article_ids):
                found.setdefault(ArticleId(str(name)), set()).update(one.ways)
        return {one: frozenset(ways) for one, ways in found.items()}

    def _known_as(self, own: ArticleId) -> ArticleId | None:
        aliases = getattr(self._articles, "aliases", {})
        return next((target for key, target in aliases.items() if article_id(key) == own), None)

    def seen(self, start: datetime, end: datetime) -> Mapping[tuple[str, date, Ways], int]:
        found: dict[tuple[str, date, str], Ways] = {}
        for one in self._ledger.entries.values():
            if start <= one.first_seen_at < end:
                name = one.article_id or one.entry.article_id
                key = registered_domain(one.entry.url), one.first_seen_at.astimezone(UTC).date(), name
                found[key] = found.get(key, frozenset()) | one.ways
        return Counter((domain, day, ways) for (domain, day, _), ways in found.items())

    def save(self, survey: Survey) -> None:
        self._surveys[survey.day, survey.domain] = survey

    def surveys(self, first: date, last: date) -> tuple[Survey, ...]:
        return tuple(self._surveys[key] for key in sorted(self._surveys) if first <= key[0] <= last)

    def hold(self, name: str, now: datetime) -> None:
        self._holds.setdefault(name, now)

    def let_go(self, name: str) -> bool:
        return self._holds.pop(name, None) is not None

    def held_since(self, name: str) -> datetime | None:
        return self._holds.get(name)
