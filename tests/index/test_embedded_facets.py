"""Numbers of broad questions are those of narrow ones, however they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import get_ident

import pytest

from pipeline.index import embedded_facets
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.query import Everything, FacetCount, Phrase, Query, SearchRequest, Word
from tests.index.documents import document

PEOPLE = ("Ann", "Bo", "Cy", "Dee")
ASKED = ("day", "people", "source", "places")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    """Three hundred articles: each second one names Ann, each third Bo, each fourth Cy, each fifth Dee; a tenth are not about oil."""
    opened = EmbeddedIndex(tmp_path_factory.mktemp("facets"))
    opened.upsert(
        document(
            f"f{at}",
            title="Oil talks" if at % 10 else "Talks of oil" if at % 20 else "Gas",
            people=[name for step, name in enumerate(PEOPLE, 2) if at % step == 0],
            places=[f"Place {at}"],
            source=f"S{at % 3}",
            superseded_at="2026-11-21T00:00:00Z" if at % 50 == 1 else None,
        )
        for at in range(300)
    )
    yield opened
    opened.close()


def answer(index: EmbeddedIndex, query: Query, *, size: int = 4) -> dict[str, tuple[FacetCount, ...]]:
    """The facets of a query, counted anew."""
    index.close()
    return index.search(SearchRequest(query=query, facets=ASKED, facet_size=size)).facets


@pytest.mark.parametrize("query", [Everything(), Word(text="oil"), Phrase(text="oil talks")])
def test_a_broad_question_has_the_same_numbers(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch, query: Query) -> None:
    """Counted side by side, in threads of their own, and put together in the order asked."""
    exact = answer(index, query)
    threads: set[int] = set()
    original = embedded_facets._aggregation
    noted = lambda facet, size: (threads.add(get_ident()), original(facet, size))[1]  # noqa: E731
    monkeypatch.setattr(embedded_facets, "_aggregation", noted)
    assert answer(index, query) == exact
    assert threads == {get_ident()}
    monkeypatch.setattr(embedded_facets, "BROAD", 20)
    broad = answer(index, query)
    assert (broad, list(broad)) == (exact, list(ASKED))
    assert len(threads) > 1


def test_the_pages_of_a_search_count_once(index: EmbeddedIndex) -> None:
    """What was counted is remembered for as long as nothing is written."""
    asked = SearchRequest(query=Word(text="talks"), facets=("source",), size=5)
    first = index.search(asked)
    snapshot = index._current()
    counted: list[object] = []
    original = snapshot._counter._counted
    snapshot._counter._counted = lambda *all_, **named: counted.append(all_) or original(*all_, **named)  # type: ignore[method-assign,func-returns-value]
    second = index.search(SearchRequest(query=asked.query, facets=("source",), size=5, cursor=first.next_cursor))
    assert second.facets == first.facets
    assert counted == []
    index.search(SearchRequest(query=asked.query, facets=("source", "day"), size=5))
    assert len(counted) == 1


def test_numbers_of_broad_questions_may_lag_behind_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For so many seconds, over several commits; hits and total are of the moment, and a narrow question's numbers too."""
    index = EmbeddedIndex(tmp_path)
    asked = SearchRequest(query=Everything(), facets=("source",))

    def counted(name: str) -> tuple[int, int]:
        index.upsert([document(name)])
        page = index.search(asked)
        return page.total, page.facets["source"][0].count

    assert [counted(name) for name in "ab"] == [(1, 1), (2, 2)]
    monkeypatch.setattr(embedded_facets, "BROAD", 1)
    assert [counted(name) for name in "cde"] == [(3, 2), (4, 2), (5, 2)]
    monkeypatch.setattr(embedded_facets, "LAGGING_SECONDS", 0.0)
    assert index.search(asked).facets["source"][0].count == 5, "though nothing was written since"
    assert counted("f") == (6, 6)
    index.close()
