"""Numbers of broad questions are those of narrow ones; which values are looked at is all that may differ."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.index import embedded_search
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.embedded_schema import LOTS, lot_of
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
    """Of values that any sample shows; where no value is frequent, those it does show are counted rightly too."""
    exact = answer(index, query)
    monkeypatch.setattr(embedded_search, "BROAD", 20)
    broad = answer(index, query)
    assert broad | {"places": ()} == exact | {"places": ()}
    assert {one.count for one in broad["places"]} == {1}


def test_only_broad_questions_are_answered_from_a_sample(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by a value that no article of the sample has; a phrase is counted whole however broad it is."""
    outside = next(f"Place {at}" for at in range(1, 300) if lot_of(document(f"f{at}")["article_id"]) and at % 10 and at % 50 != 1)
    whole = {one.value for one in answer(index, Word(text="oil"), size=300)["places"]}
    assert outside in whole
    monkeypatch.setattr(embedded_search, "BROAD", 20)
    assert outside not in {one.value for one in answer(index, Word(text="oil"), size=300)["places"]}
    assert outside in {one.value for one in answer(index, Phrase(text="oil talks"), size=300)["places"]}


def test_lots_are_even() -> None:
    """A sixteenth each, nearly, and always the same."""
    drawn = [lot_of(f"{at:032x}") for at in range(8_000)]
    assert {drawn.count(lot) // 100 for lot in range(LOTS)} <= {4, 5}
    assert drawn[:5] == [lot_of(f"{at:032x}") for at in range(5)]


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
