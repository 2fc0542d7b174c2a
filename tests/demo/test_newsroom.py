"""newsroom.py: what is open now."""

from datetime import timedelta

import pytest

from pipeline.demo.content import Revision
from pipeline.demo.newsroom import Newsroom
from tests.demo.samples import PUBLISHED, article, content

REVISIONS = (
    Revision(after_minutes=10, kind="silent_edit", body="Edited."),
    Revision(after_minutes=20, kind="correction", correction="We erred."),
    Revision(after_minutes=30, kind="taken_down"),
)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def opened(*articles, minutes=0.0):
    opened_at = PUBLISHED + timedelta(hours=1)
    return Newsroom(content(*articles), clock=Clock(opened_at + timedelta(minutes=minutes)), opened_at=opened_at)


def test_articles_appear_at_their_time():
    """An article of tomorrow is neither listed nor served today."""
    today, tomorrow = article(), article(slug="later", published=PUBLISHED + timedelta(days=1))
    newsroom = opened(today)
    path = newsroom.add(tomorrow)
    assert [one.article for one in newsroom.editions(today.publisher)] == [today]
    assert newsroom.edition(today.publisher, path) is None
    newsroom.clock.now += timedelta(days=1)
    assert [one.article for one in newsroom.editions(today.publisher)] == [tomorrow, today]


@pytest.mark.parametrize(
    ("minutes", "body", "correction", "changed"), [(9, None, None, -60), (10, "Edited.", None, 10), (25, "Edited.", "We erred.", 20)]
)
def test_revisions_come_at_their_minute(minutes, body, correction, changed):
    """An edition is the text of its time, with the time of the last change."""
    one = article(revisions=REVISIONS)
    newsroom = opened(one, minutes=minutes)
    (edition,) = newsroom.editions(one.publisher)
    assert (edition.article.body, edition.article.correction) == (body or one.body, correction)
    assert edition.changed_at == newsroom.opened_at + timedelta(minutes=changed)


def test_only_a_correction_owns_up_to_its_time():
    """A silent edit leaves the modified time as it was; a correction sets it."""
    one = article(revisions=REVISIONS)
    assert opened(one, minutes=15).editions(one.publisher)[0].article.modified is None
    assert opened(one, minutes=25).editions(one.publisher)[0].article.modified == PUBLISHED + timedelta(minutes=80)


def test_what_is_taken_down_is_known_but_not_listed():
    """The page's address is remembered, its article is gone from all lists."""
    one = article(revisions=REVISIONS)
    newsroom = opened(one, minutes=30)
    assert newsroom.editions(one.publisher) == ()
    edition = newsroom.edition(one.publisher, newsroom.add(one))
    assert (edition.article, edition.changed_at) == (None, newsroom.opened_at + timedelta(minutes=30))


def test_hosts_choose_publishers():
    """Host names are met in any case; unknown ones belong to nobody."""
    newsroom = opened()
    assert newsroom.publisher_at("KBAY6.localhost").publisher_id == "kbay6"
    assert newsroom.publisher_at("example.com") is None
    assert newsroom.publisher("mayak").language == "ru"
