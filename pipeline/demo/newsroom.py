"""The newsroom at work: which articles are to be seen now, as they stand now, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.demo.addresses import page_path, slug
from pipeline.demo.content import Content, DemoArticle
from pipeline.demo.publishers import Publisher

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An article as it stands now. `article` is None where it was taken down; `changed_at` is when this became so."""

    path: str
    article: DemoArticle | None
    changed_at: datetime


class Newsroom:
    """Content seen through a clock. Articles appear at their time of publication; revisions count from `opened_at`."""

    def __init__(self, content: Content, *, clock: Clock, opened_at: datetime) -> None:
        self.publishers = content.publishers
        self.clock = clock
        self.opened_at = opened_at
        self._hosts = {publisher.host: publisher for publisher in content.publishers}
        self._articles: dict[tuple[str, str], DemoArticle] = {}
        for article in content.articles:
            self.add(article)

    def add(self, article: DemoArticle) -> str:
        """Take in one more article, replacing the one at its address, and return the path of its page."""
        path = page_path(article)
        self._articles[(article.publisher.host, path)] = article
        return path

    def publisher_at(self, host: str) -> Publisher | None:
        """Return who is served under this host name (without a port), None where nobody is."""
        return self._hosts.get(host.lower())

    def publisher(self, publisher_id: str) -> Publisher:
        """Return a publisher by its id. Raises KeyError where there is none."""
        return next(publisher for publisher in self.publishers if publisher.publisher_id == publisher_id)

    def edition(self, publisher: Publisher, path: str) -> Edition | None:
        """Return what is at this path now, None where nothing was ever seen there."""
        article = self._articles.get((publisher.host, path))
        now = self.clock()
        if article is None or article.published > now:
            return None
        return self._edition(path, article, now)

    def editions(self, publisher: Publisher, section: str | None = None) -> tuple[Edition, ...]:
        """Return what a publisher shows now, newest first, without what was taken down; `section` is a slug."""
        now = self.clock()
        shown = (
            self._edition(path, article, now)
            for (host, path), article in self._articles.items()
            if host == publisher.host and article.published <= now and section in (None, slug(article.section))
        )
        return tuple(sorted((one for one in shown if one.article), key=_newest_first))

    def _edition(self, path: str, article: DemoArticle, now: datetime) -> Edition:
        minutes = (now - self.opened_at) / timedelta(minutes=1)
        standing = article.at(minutes)
        applied = [revision for revision in article.revisions if revision.after_minutes <= minutes]
        changes = [self._moment(revision.after_minutes, article) for revision in applied]
        announced = [self._moment(revision.after_minutes, article) for revision in applied if revision.kind == "correction"]
        if standing is not None and announced:
            standing = replace(standing, modified=announced[-1])
        return Edition(path=path, article=standing, changed_at=(changes or [article.modified or article.published])[-1])

    def _moment(self, minutes: int, article: DemoArticle) -> datetime:
        return max(self.opened_at + timedelta(minutes=minutes), article.modified or article.published)


def _newest_first(edition: Edition) -> tuple[float, str]:
    assert edition.article is not None
    return (-edition.article.published.timestamp(), edition.path)
