"""What a document says that cannot be so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.sources.doubts import offered_anew, readdressed, without_made_up_dates
from pipeline.types import EntryId, FeedDocument, FeedEntry, FeedId, FeedKind
from pipeline.urls import article_id, entry_id, url_key

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def entry(name: str, *, url: str = "", title: str = "Harbour wall gives way", published: datetime | None = None) -> FeedEntry:
    url = url or f"https://paper.example/{name}"
    return FeedEntry(
        entry_id=entry_id(FeedId("paper"), name),
        feed_id=FeedId("paper"),
        url=url,
        url_key=url_key(url),
        article_id=article_id(url_key(url)),
        guid=name,
        title=title,
        published=published,
        published_raw="as sent",
    )


def document(*entries: FeedEntry) -> FeedDocument:
    return FeedDocument(kind=FeedKind.RSS, entries=entries)


def test_dates_of_the_request_are_none() -> None:
    """Every entry dated within a minute of the fetch was dated for us; what was sent is kept."""
    made_up = document(*(entry(f"{number}", published=NOON + timedelta(seconds=number)) for number in range(5)))
    found = without_made_up_dates(made_up, NOON)
    assert {one.published for one in found.entries} == {None}
    assert {one.published_raw for one in found.entries} == {"as sent"}


@pytest.mark.parametrize(
    "dates",
    [
        [NOON, NOON, NOON - timedelta(minutes=5)],  # one is older
        [NOON - timedelta(hours=1)] * 3,  # a batch that was released together, an hour ago
        [NOON, NOON],  # too few to tell
        [NOON, NOON, NOON, None],  # a server that makes dates up makes all of them up
    ],
)
def test_other_dates_are_believed(dates: list[datetime | None]) -> None:
    """Whatever could be so."""
    given = document(*(entry(f"{number}", published=date) for number, date in enumerate(dates)))
    assert without_made_up_dates(given, NOON) == given


def test_a_known_entry_at_a_new_address() -> None:
    """The same story moved; the title may have been edited."""
    known = {entry("a").entry_id: entry("a"), entry("b").entry_id: entry("b")}
    moved = entry("a", url="https://paper.example/2026/harbour", title="Harbour wall gives way in storm")
    given = document(moved, entry("b"), entry("c"))
    assert readdressed(given, known) == (given, (moved,))


def test_an_id_that_names_another_story_now() -> None:
    """`latest`: the entry gets a name of its own, id and address, and the same one at every poll."""
    known = {entry("latest").entry_id: entry("latest")}
    other = entry("latest", url="https://paper.example/b", title="Twelve sailors home for Christmas")
    found, moved = readdressed(document(other), known)
    assert moved == ()
    assert found.entries[0].entry_id == entry_id(FeedId("paper"), "latest|https://paper.example/b")
    assert readdressed(document(other), known)[0] == found
    assert replace(found.entries[0], entry_id=EntryId(other.entry_id)) == other


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({}, False),
        ({"summary": "other words"}, False),
        ({"title": "Harbour wall: the report"}, True),
        ({"title": ""}, False),
        ({"updated": NOON + timedelta(minutes=1)}, True),
        ({"updated": NOON}, False),
        ({"updated": NOON - timedelta(days=1)}, False),
    ],
)
def test_an_entry_is_offered_anew_when_its_feed_has_changed_it(change: dict[str, object], anew: bool) -> None:
    """Another title, or a later update; an entry nobody knows, or one at another address, is another matter."""
    known = entry("a", published=NOON)
    offered = replace(known, **change)  # type: ignore[arg-type]
    assert offered_anew(document(offered, entry("b")), {known.entry_id: known}) == ((offered,) if anew else ())
    moved = entry("a", url="https://paper.example/2026/harbour", title="x")
    assert offered_anew(document(moved), {known.entry_id: known}) == ()
