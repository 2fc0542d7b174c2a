"""What the writer counted is what anybody would count, and is of the moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.index import embedded_facets, embedded_standing, embedded_writer
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.embedded_folder import search_folder, state_of
from pipeline.index.embedded_standing import Standing
from pipeline.index.query import FACETS, Between, Equals, Everything, Query, SearchRequest, Word
from tests.index.documents import document

YEAR = Between(field="@timestamp", start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC))
BROAD_ONES = [Everything(), Equals(field="language", value="en"), Equals(field="source", value="S0"), YEAR]


@pytest.fixture(autouse=True)
def _all_is_broad(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (embedded_facets, embedded_writer):
        monkeypatch.setattr(module, "BROAD", 5)
    monkeypatch.setattr(embedded_standing, "STANDING", 12)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    """Thirty articles, twenty of them English, fifteen of one source; each second one names Ann."""
    opened = EmbeddedIndex(tmp_path / "index")
    opened.upsert(_documents(0, 30))
    yield opened
    opened.close()


def _documents(first: int, end: int) -> list[object]:  # type: ignore[type-arg]
    return [
        document(
            f"s{at}", language="fr" if at % 3 == 0 else "en", source=f"S{at % 2}", people=["Ann"] if at % 2 else [], section=f"P{at % 9}"
        )
        for at in range(first, end)
    ]


def _folder(index: EmbeddedIndex) -> Path:
    return search_folder(index._path, index._store.counter("generation"))


def _standing(index: EmbeddedIndex) -> Standing:
    return Standing(_folder(index), state_of(_folder(index)))


@pytest.mark.parametrize("query", BROAD_ONES)
def test_they_are_what_is_counted(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch, query: Query) -> None:
    """Of every facet, and as few values as are asked for; nobody counts when they are asked for."""
    asked = SearchRequest(query=query, facets=FACETS, facet_size=3)
    exact = index._current().every_facet(query)
    monkeypatch.setattr(embedded_facets.FacetCounter, "_counted", None)
    assert index.search(asked).facets == {facet: values[:3] for facet, values in exact.items()}
    assert index.search(asked).facets["language"]
    with pytest.raises(TypeError):
        index.search(SearchRequest(query=Word(text="oil"), facets=FACETS))


def test_only_of_what_many_have(index: EmbeddedIndex) -> None:
    """A narrow question is counted in a moment anyway."""
    standing = _standing(index)
    assert standing.facets(SearchRequest(query=Equals(field="language", value="fr"), facets=FACETS)) is None
    assert standing.facets(SearchRequest(query=Equals(field="section", value="P1"), facets=FACETS)) is None


def test_every_write_brings_them_up_to_date(index: EmbeddedIndex) -> None:
    """Also a deletion, and also where another process wrote."""
    asked = SearchRequest(query=Everything(), facets=("language",))
    other = EmbeddedIndex(index._path)
    other.upsert(_documents(30, 36))
    assert [one.count for one in index.search(asked).facets["language"]] == [24, 12]
    other.delete([_documents(31, 32)[0]["article_id"]])  # type: ignore[index]
    assert [one.count for one in index.search(asked).facets["language"]] == [23, 12]
    other.close()


def test_those_of_an_earlier_state_stand_for_half_a_minute(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that was killed before it counted must not leave old numbers for ever."""
    monkeypatch.setattr(embedded_writer, "write_standing", lambda *_: None)
    index.upsert(_documents(30, 36))
    assert _standing(index).facets(SearchRequest(query=Everything(), facets=FACETS)) is not None
    inode, _ = state_of(_folder(index))
    assert Standing(_folder(index), (inode, time.time_ns() - 31 * 10**9)).facets(SearchRequest(query=Everything(), facets=FACETS)) is None


def test_a_damaged_file_costs_time_only(index: EmbeddedIndex) -> None:
    """The numbers are counted, and the next write leaves new ones."""
    file = _folder(index) / "standing"
    file.write_bytes(b"\x81\xa1")
    asked = SearchRequest(query=Everything(), facets=("language",))
    index.close()
    assert [one.count for one in index.search(asked).facets["language"]] == [20, 10]
    index.upsert(_documents(30, 33))
    assert _standing(index).facets(SearchRequest(query=Everything(), facets=FACETS)) is not None


def test_an_index_of_before_gets_them_when_it_is_opened(index: EmbeddedIndex) -> None:
    """Nobody has to write first."""
    file = _folder(index) / "standing"
    file.unlink()
    index.close()
    index.prepare()
    assert _standing(index).facets(SearchRequest(query=Everything(), facets=FACETS)) is not None


def test_a_full_disk_is_no_reason_to_fail(index: EmbeddedIndex) -> None:
    """What was written is searchable; only the numbers are not kept."""
    (_folder(index) / "standing.new").mkdir()
    index.upsert(_documents(30, 33))
    assert index.count() == 33
