"""What every archive promises."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from pipeline.archive import WarcArchive
from pipeline.errors import QuarantineError
from pipeline.ports import Archive
from pipeline.types import Digest
from tests.archive.pages import DAY, NOON, make_page
from tests.fakes_archive import MemoryArchive

ARCHIVES: dict[str, Callable[[Path], Archive]] = {
    "warc": lambda root: WarcArchive(root, lambda: NOON),
    "memory": lambda _root: MemoryArchive(),
}


@pytest.fixture(params=sorted(ARCHIVES))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    opened = ARCHIVES[request.param](tmp_path / "archive")
    yield opened
    opened.close()


class TestArchiveContract:
    def test_a_page_comes_back_identical(self, archive: Archive) -> None:
        """What was added is what is got, in every field."""
        page = make_page()
        assert archive.get(archive.add(page, kind="page")) == page

    def test_the_same_page_twice_lies_in_two_places(self, archive: Archive) -> None:
        """Adding is appending: nothing is merged, both pointers work."""
        first, second = (archive.add(make_page(), kind="page") for _ in range(2))
        assert first != second
        assert archive.get(first) == archive.get(second) == make_page()

    def test_a_passing_page_is_forgotten(self, archive: Archive) -> None:
        """It can be got until then, is among no day's pages, and nothing else goes with it."""
        passing, kept = archive.add(make_page(), kind="passing"), archive.add(make_page(), kind="page")
        later = archive.add(make_page(at=NOON + DAY), kind="passing")
        assert archive.get(passing) == make_page()
        assert [pointer for pointer, _ in archive.pages(NOON - DAY, NOON + 2 * DAY)] == [kept]
        assert archive.forget(NOON) == 0
        assert archive.forget(NOON + DAY) == 1
        assert archive.get(kept) == make_page()
        assert archive.get(later) == make_page(at=NOON + DAY)
        with pytest.raises(QuarantineError):
            archive.get(passing)

    def test_an_empty_body_is_a_page(self, archive: Archive) -> None:
        """No body at all is kept like any other."""
        page = make_page(b"")
        assert archive.get(archive.add(page, kind="page")) == page

    @pytest.mark.parametrize("change", [{"digest": Digest("0" * 64)}, {"length": 1}, {"offset": 10**9}])
    def test_a_pointer_that_does_not_match_is_quarantined(self, archive: Archive, change: dict[str, object]) -> None:
        """Another digest or length, or a place where nothing lies, is never answered with some page."""
        pointer = archive.add(make_page(), kind="page")
        with pytest.raises(QuarantineError, match=str(change.get("offset", pointer.offset))):
            archive.get(dataclasses.replace(pointer, **change))  # type: ignore[arg-type]

    def test_pages_of_a_span_and_kind(self, archive: Archive) -> None:
        """The start is in, the end is out, feeds are apart, and each comes with the pointer that `add` returned."""
        added = {at: archive.add(make_page(at=NOON + at * DAY), kind="page") for at in (-1, 0, 1, 2)}
        feed = archive.add(make_page(b"<rss/>"), kind="feed")
        assert [pointer for pointer, _ in archive.pages(NOON, NOON + 2 * DAY)] == [added[0], added[1]]
        assert list(archive.pages(NOON - DAY, NOON + 9 * DAY, kind="feed")) == [(feed, make_page(b"<rss/>"))]

    def test_an_empty_span_has_no_pages(self, archive: Archive) -> None:
        """An end before the start is an empty span, not an error."""
        archive.add(make_page(), kind="page")
        assert list(archive.pages(NOON, NOON)) == []
        assert list(archive.pages(NOON + DAY, NOON)) == []

    def test_the_span_may_be_in_another_zone(self, archive: Archive) -> None:
        """What counts is the moment, not how it is written."""
        zone = timezone(timedelta(hours=13))
        archive.add(make_page(), kind="page")
        assert len(list(archive.pages(NOON.astimezone(zone), (NOON + timedelta(seconds=1)).astimezone(zone)))) == 1

    def test_adding_while_reading(self, archive: Archive) -> None:
        """A reader in mid-way neither stops writers nor trips over them."""
        first = archive.add(make_page(b"1"), kind="page")
        reading = archive.pages(NOON, NOON + DAY)
        assert next(reading)[0] == first
        second = archive.add(make_page(b"2"), kind="page")
        assert archive.get(second).body == b"2"
        assert {page.body for _, page in reading} <= {b"2"}
