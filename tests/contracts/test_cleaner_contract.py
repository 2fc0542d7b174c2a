"""What every cleaner promises: an article of the entry it was given, or a rejection; the same for the same page."""

from __future__ import annotations

import pytest

from pipeline.ports import Cleaner
from pipeline.types import ArchivePointer, Article, Rejected
from tests.clean.pages import CLEANER, NOON, STORY, entry_of, page_of, story_page
from tests.fakes_clean import LineCleaner

CLEANERS = {"wireroom": CLEANER, "lines": LineCleaner()}


@pytest.fixture(params=CLEANERS)
def cleaner(request: pytest.FixtureRequest) -> Cleaner:
    """Each implementation of the port."""
    return CLEANERS[request.param]


class TestCleanerContract:
    """The port's promises."""

    def clean(self, cleaner: Cleaner, body: bytes) -> Article | Rejected:
        page = page_of(body)
        pointer = ArchivePointer(file="a.warc.gz", offset=7, length=9, digest=page.digest)
        return cleaner.clean(page, entry_of(page.url), pointer, first_seen_at=NOON)

    def body(self, cleaner: Cleaner) -> bytes:
        return "\n".join(("A lighthouse moves", *STORY)).encode() if isinstance(cleaner, LineCleaner) else story_page().body

    def test_an_article_is_of_its_entry_and_page(self, cleaner: Cleaner) -> None:
        """Entry, feed, times and pointer are handed on; the cleaner names itself with its version."""
        article = self.clean(cleaner, self.body(cleaner))
        assert isinstance(article, Article)
        entry = entry_of()
        assert (article.entry_id, article.feed_id) == (entry.entry_id, entry.feed_id)
        assert (article.pointer.offset, article.fetched_at, article.first_seen_at) == (7, NOON, NOON)
        assert article.cleaner == cleaner.name
        assert cleaner.name.count("/") == 1
        assert STORY[0] in article.text

    def test_the_same_page_gives_the_same_article(self, cleaner: Cleaner) -> None:
        """Nothing is remembered from one page to the next."""
        body = self.body(cleaner)
        assert self.clean(cleaner, body) == self.clean(cleaner, body)

    def test_another_text_has_another_digest(self, cleaner: Cleaner) -> None:
        """Which is how revisions are told."""
        body = self.body(cleaner)
        first, second = self.clean(cleaner, body), self.clean(cleaner, body.replace(b"nine hours", b"ten hours"))
        assert isinstance(first, Article)
        assert isinstance(second, Article)
        assert first.text_digest != second.text_digest

    def test_no_article_is_a_value_with_a_reason(self, cleaner: Cleaner) -> None:
        """Never an error, never an empty article."""
        listing = (
            b"listing\n" if isinstance(cleaner, LineCleaner) else b"<html><body><div id='root'></div><script>app()</script></body></html>"
        )
        rejected = self.clean(cleaner, listing)
        assert isinstance(rejected, Rejected)
        assert rejected.reason.startswith("not-an-article")
