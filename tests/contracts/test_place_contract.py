"""What every memory of places in files promises."""

from __future__ import annotations

from dataclasses import replace

from pipeline.importing import CCNEWS, WARCS
from pipeline.places import Place
from pipeline.ports import StateStore
from tests.state.samples import HOUR, NOON

FILE = "https://data.example/crawl-data/CC-NEWS/ünï.warc.gz?" + "x" * 3000
PLACE = Place(offset=5_000_000_000, version='"etag" 6000000000', asked="en", counts={"taken": 7, "not-html": 1})


class TestPlaces:
    def test_a_place_comes_back_as_it_was_kept(self, state: StateStore) -> None:
        """By source and file; the later one stays."""
        state.places.save(CCNEWS, FILE, PLACE, NOON)
        assert state.places.get(CCNEWS, FILE) == PLACE
        assert state.places.get(WARCS, FILE) is None
        assert state.places.get(CCNEWS, FILE + "x") is None
        later = replace(PLACE, offset=5_000_000_001)
        state.places.save(CCNEWS, FILE, later, NOON + HOUR)
        assert state.places.get(CCNEWS, FILE) == later

    def test_what_is_forgotten_is_gone(self, state: StateStore) -> None:
        """And no other; files that have no place are no error."""
        state.places.save(CCNEWS, FILE, PLACE, NOON)
        state.places.save(CCNEWS, "/mnt/other", PLACE, NOON)
        state.places.forget(CCNEWS, [FILE, "/mnt/nowhere"])
        state.places.forget(CCNEWS, [])
        assert state.places.get(CCNEWS, FILE) is None
        assert state.places.get(CCNEWS, "/mnt/other") == PLACE
