"""What every memory of sites promises."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ports import StateStore
from pipeline.site_memory import Look, SiteMemory
from pipeline.types import ArticleId
from tests.state.samples import DAY, HOUR, NOON

MEMORY = SiteMemory(
    site="kbay.example",
    pages=7,
    lines={"00ff": 6},
    articles=(ArticleId("1" * 32),),
    looks=(Look(length=900, missing=0.5, boilerplate=0.1),),
    learned_at=NOON,
)


class TestSites:
    def test_a_memory_comes_back_as_it_was_kept(self, state: StateStore) -> None:
        """By its site; there is none of a site that nothing was learned from."""
        state.sites.save(MEMORY)
        assert state.sites.get("kbay.example") == MEMORY
        assert state.sites.get("mayak.example") is None

    def test_the_one_learned_later_stays(self, state: StateStore) -> None:
        """Whichever comes last."""
        later = replace(MEMORY, pages=8, learned_at=NOON + HOUR)
        state.sites.save(later)
        state.sites.save(MEMORY)
        assert state.sites.get("kbay.example") == later

    def test_changes_are_told_latest_first(self, state: StateStore) -> None:
        """Since a time, that included; a site that never changed is in none."""
        state.sites.save(MEMORY)
        first = replace(MEMORY, site="a.example", changed_at=NOON, change="shorter")
        second = replace(first, site="b.example", changed_at=NOON + HOUR)
        state.sites.save(first)
        state.sites.save(second)
        assert state.sites.changed(NOON) == (second, first)
        assert state.sites.changed(NOON + DAY) == ()
