"""What the contract of feeds leaves open."""

from __future__ import annotations

from pipeline.ledger import FeedState
from pipeline.state.feeds import bucket
from pipeline.state.store import SqlState
from tests.state.samples import NOON, make_feed, make_poll


def test_the_bucket_of_a_feed_never_changes() -> None:
    """It is stored, so it must be the same in every process and version; a signed 32-bit integer holds it."""
    assert bucket(make_feed(url="https://www.kbay.example/feed")) == 57_557_591
    assert bucket(make_feed(url="http://KBAY.example:8080/other")) == 57_557_591
    assert bucket(make_feed(url="https://news.example.co.uk/")) == bucket(make_feed(url="https://sport.example.co.uk/"))
    assert all(0 <= bucket(make_feed(url=f"https://site{number}.example/")) < 2**31 for number in range(500))


def test_a_feed_of_no_file_can_be_saved(state: SqlState) -> None:
    """One that is only tried has a state, too."""
    tried = FeedState(feed=make_feed(), next_poll_at=NOON)
    state.feeds.save(tried, make_poll())
    assert state.feeds.all() == (tried,)


def test_hostile_answers_are_kept_in_what_a_database_takes(state: SqlState) -> None:
    """An ETag is anything a server likes to send."""
    hostile = FeedState(feed=make_feed(), next_poll_at=NOON, last_error="bad \0 \ud800 byte" * 1000)
    state.feeds.save(hostile, make_poll())
    (found,) = state.feeds.all()
    assert found.last_error == "bad \ufffd \ufffd byte" * 1000
