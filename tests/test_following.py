"""Feeds that move, are lost and are found again, poll after poll over fakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.ledger import FeedState, FeedStatus, PollOutcome
from pipeline.types import Digest, Feed, FeedId, FetchedPage, Hop, NotModified, Validators
from pipeline.urls import url_key
from tests.fakes_fetch import Reply, Scripted
from tests.test_polling import NOON, Office, _url, rss
from tests.test_scouting import page

NEW = "https://feeds.example.org/all"


def redirected(reply: Reply, *statuses: int, target: str = NEW) -> FetchedPage:
    """A feed's answer after redirects with these statuses."""
    return FetchedPage(
        url=_url("good"),
        final_url=target,
        status=200,
        headers=reply.headers,
        body=reply.body,
        digest=Digest("00" * 32),
        fetched_at=NOON,
        hops=tuple(Hop(url=_url("good"), status=status) for status in statuses),
    )


def polled(office: Office, times: int, *, hours: float = 12) -> FeedState:
    """The state of the feed `good` after so many polls, so far apart."""
    for _ in range(times):
        office.poll()
        office.now += timedelta(hours=hours)
        for feed_id, state in office.state.feeds.states.items():
            office.state.feeds.states[feed_id] = replace(state, next_poll_at=office.now)
    return office.state.feeds.states[FeedId("good")]


def test_a_lasting_permanent_redirect_is_followed_for_good() -> None:
    """At the fourth poll the new address is asked for; `explain` of the old one tells why. The operator's word stays."""
    office = Office({_url("good"): [rss("a", "b"), redirected(rss("b", "c"), 301)], NEW: rss("c", "d")})
    assert polled(office, 3).course.url is None
    state = polled(office, 1)
    assert (state.address, state.course.former, state.feed.url) == (NEW, (_url("good"),), _url("good"))
    assert "permanent redirects" in office.state.decisions.about(url_key(_url("good")))[-1].reason
    polled(office, 1)
    assert office.fetcher.calls[-1][1] == NEW


def test_304s_behind_the_redirect_are_sightings_too() -> None:
    """Most polls of a moved feed end so."""
    unchanged = NotModified(
        url=_url("good"), validators=Validators(), fetched_at=NOON, final_url=NEW, hops=(Hop(url=_url("good"), status=308),)
    )
    office = Office({_url("good"): [rss("a"), unchanged]})
    assert polled(office, 4).address == NEW


@pytest.mark.parametrize("statuses", [(302,), (307,), (301, 303)])
def test_temporary_redirects_are_only_followed(statuses: tuple[int, ...]) -> None:
    """However long they last."""
    office = Office({_url("good"): [rss("a", "b"), redirected(rss("b", "c"), *statuses)]})
    state = polled(office, 6)
    assert (state.address, state.status) == (_url("good"), FeedStatus.ACTIVE)


def test_a_redirect_to_another_feed_is_not_believed() -> None:
    """A closed site's parked domain, a login page's feed: nothing of ours is in it."""
    office = Office({_url("good"): [rss("a"), redirected(rss("x"), 301), redirected(rss("y"), 301), redirected(rss("z"), 301)]})
    assert polled(office, 4).address == _url("good")


def test_a_feed_that_moved_to_another_one_is_merged() -> None:
    """It is asked for once; when the other feed leaves the feed file, this one is polled again."""
    office = Office({_url("good"): [rss("a", "b"), redirected(rss("b", "c"), 301)], NEW: rss("c")})
    state = polled(office, 4)
    assert (state.status, state.course.merged_into) == (FeedStatus.MERGED, "all")
    asked = len(office.fetcher.calls)
    assert office.poll() == {PollOutcome.NOT_MODIFIED: 1}
    assert [url for _, url, _ in office.fetcher.calls[asked:]] == [NEW]
    office.state.feeds.sync([Feed(feed_id=FeedId("good"), url=_url("good"))], office.now)
    assert office.state.feeds.states[FeedId("good")].status is FeedStatus.ACTIVE


def lost(**elsewhere: Scripted) -> Office:
    """A feed whose address holds nothing after the first poll, on a site with these other addresses."""
    site = {f"https://news.example.org/{name}": answer for name, answer in elsewhere.items() if name}
    office = Office({_url("good"): [rss("a", "b"), Reply(status=404)]})
    office.fetcher.script = {**office.fetcher.script, **site, "https://news.example.org/": page(*(f"/{name}" for name in elsewhere))}
    return office


def test_five_404s_find_the_feed_on_its_site() -> None:
    """It holds an entry of ours: the address is changed at once."""
    office = lost(neu=rss("b", "c"))
    assert polled(office, 5).course.lost == 4
    state = polled(office, 1)
    assert (state.address, state.course.former, state.status) == ("https://news.example.org/neu", (_url("good"),), FeedStatus.ACTIVE)
    assert polled(office, 1).last_error is None


def test_a_feed_of_other_entries_is_proposed() -> None:
    """The operator decides; the site is searched once a day."""
    office = lost(other=rss("x", "y"))
    state = polled(office, 6)
    assert (state.address, state.course.proposed) == (_url("good"), ("https://news.example.org/other",))
    searched = [url for kind, url, _ in office.fetcher.calls if kind == "listing"]
    polled(office, 1, hours=1)
    assert [url for kind, url, _ in office.fetcher.calls if kind == "listing"] == searched
    polled(office, 3)
    assert len([url for kind, url, _ in office.fetcher.calls if kind == "listing"]) == 2 * len(searched)


def test_a_web_page_in_its_place_starts_the_search_at_once() -> None:
    """Nobody brings a feed back by waiting."""
    office = lost(neu=rss("b"))
    office.fetcher.script = {**office.fetcher.script, _url("good"): [rss("a", "b"), page()]}
    assert polled(office, 2).address == "https://news.example.org/neu"


def test_a_site_that_does_not_answer_is_no_fault_of_the_poll() -> None:
    """The feed failed, and nothing else."""
    office = lost()
    office.fetcher.script = {**office.fetcher.script, "https://news.example.org/": Reply(status=503)}
    state = polled(office, 6)
    assert (state.address, state.course.proposed, state.course.lost) == (_url("good"), (), 5)
