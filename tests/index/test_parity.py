from __future__ import annotations

from random import Random

from pipeline.index.parity import differences, found, made_queries
from pipeline.index.query import Equals, Everything
from tests.fakes_index import InMemoryIndex
from tests.index.documents import document
from tests.index.test_embedded_parity import made_documents


def filled(count: int) -> InMemoryIndex:
    """The first of the made documents."""
    index = InMemoryIndex()
    index.upsert(made_documents(count))
    index.refresh()
    return index


def test_the_same_seed_asks_the_same() -> None:
    """As many questions as asked for, of the documents' words; none where there are no documents."""
    known = list(made_documents(20))
    queries = list(made_queries(known, Random(1), 50))
    assert queries == list(made_queries(known, Random(1), 50))
    assert len({repr(query) for query in queries}) > 30
    assert list(made_queries([], Random(1), 5)) == []
    assert list(made_queries([document("x", title="", body="", people=[])], Random(1), 5))


def test_equal_indices_answer_alike_and_others_do_not() -> None:
    """What only one has is counted."""
    whole, part = filled(90), filled(60)
    queries = [Everything(), Equals(field="source", value="nobody")]
    assert [unlike for _, unlike in differences(whole, filled(90), iter(queries))] == [None, None]
    first, second = [unlike for _, unlike in differences(whole, part, iter(queries))]
    assert first is not None
    assert (first.query, first.only_second, first.only_first) == ("", 0, len(found(whole, Everything()) - found(part, Everything())))
    assert second is None
